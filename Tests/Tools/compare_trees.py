#!/usr/bin/env python3
"""Compares a restored tree B with its original A, entry by entry.

  compare_trees.py A B [--skip-root] [--ignore KIND]…
  compare_trees.py --self-test

Independent of the product: a walk with lstat, nothing shared with what it judges. One line for
each difference, then a count. Names are shown as Python bytes, so that a line stays a line.

Kinds: missing extra type mode uid gid mtime size target device xattr content links blocks
unreadable. ACLs are the attributes system.posix_acl_*. `blocks`: a file of B occupies more than
that of A by over 64 KiB, as when holes were filled. Access and change times are not compared.

Exit: 0 no difference, 1 some, 2 usage; 3 self-test could not try everything (not root).
"""

import argparse
import hashlib
import os
import stat
import sys
from dataclasses import dataclass, field

KINDS = ("missing extra type mode uid gid mtime size target device xattr content links blocks"
         " unreadable").split()
BLOCK_SLACK = 64 << 10
# One buffer for all reading: a fresh one for each read costs more than the read.
BUFFER = memoryview(bytearray(1 << 20))


@dataclass
class Entry:
    """What is compared of one file, folder, link or special file."""

    status: os.stat_result
    target: bytes | None = None
    sha256: str | None = None
    attributes: dict = field(default_factory=dict)
    faults: list = field(default_factory=list)

    @property
    def type(self):
        return stat.S_IFMT(self.status.st_mode)


@dataclass(frozen=True)
class Difference:
    kind: str
    path: bytes
    detail: str

    def __str__(self):
        return f"{self.kind:<10} {self.path!r}: {self.detail}"


def read_tree(root):
    """Returns every entry by its path relative to `root`; the root itself is `.`."""
    handle = os.open(root, os.O_RDONLY | os.O_DIRECTORY)
    try:
        entries = {b".": _read_entry(handle, b".")}
        _read_folder(handle, b"", entries)
        return entries
    finally:
        os.close(handle)


def _read_folder(handle, prefix, entries):
    """Walks by handles, because a path may be longer than the system can take."""
    # Through /proc, for os.listdir of a handle would return text instead of bytes.
    for name in sorted(os.listdir(b"/proc/self/fd/%d" % handle)):
        path = prefix + name
        entry = _read_entry(handle, name)
        entries[path] = entry
        if entry.type == stat.S_IFDIR:
            _read_below(handle, name, path, entries)


def _read_below(handle, name, path, entries):
    flags = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW
    try:
        lower = os.open(name, flags, dir_fd=handle)
    except OSError as error:
        entries[path].faults.append(f"folder: {error.strerror}")
        return
    try:
        _read_folder(lower, path + b"/", entries)
    finally:
        os.close(lower)


def _read_entry(handle, name):
    entry = Entry(os.stat(name, dir_fd=handle, follow_symlinks=False))
    spoken = b"/proc/self/fd/%d/%s" % (handle, name)
    try:
        for attribute in os.listxattr(spoken, follow_symlinks=False):
            value = os.getxattr(spoken, attribute, follow_symlinks=False)
            entry.attributes[attribute] = value
        if entry.type == stat.S_IFLNK:
            entry.target = os.readlink(name, dir_fd=handle)
        if entry.type == stat.S_IFREG:
            entry.sha256 = _sha256(handle, name)
    except OSError as error:
        entry.faults.append(error.strerror)
    return entry


def _sha256(handle, name):
    """Reads every byte, holes too: what a file system says of its holes is not evidence."""
    digest = hashlib.sha256()
    source = os.open(name, os.O_RDONLY | os.O_NOFOLLOW, dir_fd=handle)
    try:
        while count := os.readv(source, [BUFFER]):
            digest.update(BUFFER[:count])
    finally:
        os.close(source)
    return digest.hexdigest()


def compare(original, restored):
    """Returns every difference between two trees, by path."""
    differences = []
    for path in sorted(original.keys() | restored.keys()):
        if path not in restored:
            differences.append(Difference("missing", path, "only in A"))
        elif path not in original:
            differences.append(Difference("extra", path, "only in B"))
        else:
            differences += _compare_entry(path, original[path], restored[path])
    return differences + _compare_links(original, restored)


def _compare_entry(path, a, b):
    differences = [
        Difference("unreadable", path, f"in {side}: {fault}")
        for side, entry in (("A", a), ("B", b)) for fault in entry.faults
    ]
    if a.type != b.type:
        detail = f"{stat.filemode(a.status.st_mode)[0]} became {stat.filemode(b.status.st_mode)[0]}"
        return differences + [Difference("type", path, detail)]
    for kind, left, right in _comparable(a, b):
        if left != right:
            differences.append(Difference(kind, path, f"{left} became {right}"))
    return differences + _compare_attributes(path, a, b) + _compare_blocks(path, a, b)


def _comparable(a, b):
    """Yields what must be equal, as it is to be shown."""
    for kind, show in [
        ("mode", lambda entry: f"{stat.S_IMODE(entry.status.st_mode):04o}"),
        ("uid", lambda entry: entry.status.st_uid),
        ("gid", lambda entry: entry.status.st_gid),
        ("mtime", lambda entry: entry.status.st_mtime_ns),
        ("target", lambda entry: entry.target),
    ]:
        yield kind, show(a), show(b)
    if a.type == stat.S_IFREG:
        yield "size", a.status.st_size, b.status.st_size
        yield "content", a.sha256, b.sha256
    if a.type in (stat.S_IFCHR, stat.S_IFBLK):
        yield "device", _device(a), _device(b)


def _device(entry):
    return f"{os.major(entry.status.st_rdev)}:{os.minor(entry.status.st_rdev)}"


def _compare_attributes(path, a, b):
    return [
        Difference("xattr", path, f"{name} {_shown(a, name)} became {_shown(b, name)}")
        for name in sorted(a.attributes.keys() | b.attributes.keys())
        if a.attributes.get(name) != b.attributes.get(name)
    ]


def _shown(entry, name):
    value = entry.attributes.get(name)
    if value is None:
        return "absent"
    return f"{value[:40]!r}" + (f" ({len(value)} bytes)" if len(value) > 40 else "")


def _compare_blocks(path, a, b):
    if a.type != stat.S_IFREG:
        return []
    before, after = a.status.st_blocks * 512, b.status.st_blocks * 512
    if after <= before + BLOCK_SLACK:
        return []
    return [Difference("blocks", path, f"{before} bytes allocated became {after}")]


def _compare_links(original, restored):
    """Compares which names share an inode, among the names that both trees have."""
    common = original.keys() & restored.keys()
    before, after = _link_groups(original, common), _link_groups(restored, common)
    differences = []
    told = set()
    for path in sorted(common):
        if before[path] != after[path] and path not in told:
            told |= before[path] | after[path]
            detail = f"{sorted(before[path])} became {sorted(after[path])}"
            differences.append(Difference("links", path, detail))
    return differences


def _link_groups(entries, paths):
    """Returns for each path the set of paths with the same inode."""
    groups = {}
    for path in paths:
        status = entries[path].status
        groups.setdefault((status.st_dev, status.st_ino), set()).add(path)
    return {path: frozenset(group) for group in groups.values() for path in group}


# What follows proves that each kind of difference is seen.

# Access ACL: user::rw-, user:12345:r--, group::r--, mask::r--, other::---
ACCESS_ACL = bytes.fromhex(
    "02000000" "01000600ffffffff" "0200040039300000" "04000400ffffffff" "10000400ffffffff"
    "20000000ffffffff")
# The same with user:12345:rw- and mask::rw-.
OTHER_ACL = bytes.fromhex(
    "02000000" "01000600ffffffff" "0200060039300000" "04000400ffffffff" "10000600ffffffff"
    "20000000ffffffff")
ACCESS, DEFAULT = b"system.posix_acl_access", b"system.posix_acl_default"


class Sample:
    """A small tree that has one of everything; B is made like A and then changed."""

    def __init__(self, root):
        self.root = root
        self.is_root = os.geteuid() == 0
        os.makedirs(self.at(b"folder/inner"))
        for name in [b"file", b"same", b"\x8a\xb3.txt", b"folder/in", b"plain", b"acl", b"xattr"]:
            self.write(name, b"content\n")
        self.write(b"linked-1", b"linked\n")
        os.link(self.at(b"linked-1"), self.at(b"folder/linked-2"))
        os.symlink(b"file", self.at(b"symlink"))
        os.link(self.at(b"symlink"), self.at(b"folder/symlink-2"), follow_symlinks=False)
        os.mkfifo(self.at(b"fifo"), 0o600)
        with open(self.at(b"sparse"), "wb") as target:
            target.truncate(1 << 20)
        os.setxattr(self.at(b"xattr"), b"user.text", b"text")
        os.setxattr(self.at(b"xattr"), b"user.empty", b"")
        os.setxattr(self.at(b"folder"), b"user.folder", b"\0\xff")
        os.setxattr(self.at(b"acl"), ACCESS, ACCESS_ACL)
        os.setxattr(self.at(b"folder/inner"), DEFAULT, ACCESS_ACL)
        if self.is_root:
            os.mknod(self.at(b"device"), stat.S_IFCHR | 0o600, os.makedev(1, 3))
            os.setxattr(self.at(b"symlink"), b"trusted.t", b"t", follow_symlinks=False)
        self.settle()

    def at(self, name):
        return os.path.join(self.root, name)

    def write(self, name, content):
        with open(self.at(name), "wb") as target:
            target.write(content)

    def settle(self):
        """Gives everything one time, so that a change shows by itself and not by its time."""
        for folder, below, names in os.walk(self.root, topdown=False):
            for name in below + names:
                self.touch(os.path.relpath(os.path.join(folder, name), self.root), 0)
        self.touch(b".", 0)

    def touch(self, name, later_ns):
        moment = 1_700_000_000_123_456_789 + later_ns
        os.utime(self.at(name), ns=(moment, moment), follow_symlinks=False)

    def replace(self, name, make):
        os.remove(self.at(name))
        make(self.at(name))


def _copy_of_symlink(sample):
    sample.replace(b"folder/symlink-2", lambda path: os.symlink(b"file", path))
    if sample.is_root:
        os.setxattr(sample.at(b"folder/symlink-2"), b"trusted.t", b"t", follow_symlinks=False)


def _join(sample):
    """Makes two files of equal content one."""
    sample.replace(b"same", lambda path: os.link(sample.at(b"file"), path))


def _fill(sample):
    sample.write(b"sparse", bytes(1 << 20))
    with open(sample.at(b"sparse"), "rb+") as target:
        os.fsync(target.fileno())


# What is done to B, the kinds of difference that must then be seen and no other, whether it takes
# root.
CHANGES = [
    ("nothing", set(), False, lambda s: None),
    ("file removed", {"missing"}, False, lambda s: os.remove(s.at(b"file"))),
    ("file added", {"extra"}, False, lambda s: s.write(b"added", b"")),
    ("empty folder removed", {"missing"}, False, lambda s: os.rmdir(s.at(b"folder/inner"))),
    ("name in other bytes", {"missing", "extra"}, False,
     lambda s: os.rename(s.at(b"\x8a\xb3.txt"), s.at("患.txt".encode()))),
    ("file became folder", {"type"}, False, lambda s: s.replace(b"plain", os.mkdir)),
    ("file became symlink", {"type"}, False,
     lambda s: s.replace(b"plain", lambda path: os.symlink(b"same", path))),
    ("FIFO became file", {"type"}, False,
     lambda s: s.replace(b"fifo", lambda path: s.write(b"fifo", b""))),
    ("mode of a file", {"mode"}, False, lambda s: os.chmod(s.at(b"file"), 0o640)),
    ("setuid lost", {"mode"}, False, lambda s: os.chmod(s.at(b"file"), 0o4644)),
    ("mode of a folder", {"mode"}, False, lambda s: os.chmod(s.at(b"folder"), 0o1755)),
    ("uid", {"uid"}, True, lambda s: os.chown(s.at(b"file"), 12345, -1)),
    ("gid of a folder", {"gid"}, True, lambda s: os.chown(s.at(b"folder"), -1, 54321)),
    ("uid of a symlink", {"uid"}, True,
     lambda s: os.chown(s.at(b"symlink"), 12345, -1, follow_symlinks=False)),
    ("one byte more", {"size", "content"}, False, lambda s: s.write(b"file", b"content\n\0")),
    ("one bit of content", {"content"}, False, lambda s: s.write(b"file", b"bontent\n")),
    ("target of a symlink", {"target", "links"}, True, lambda s: s.replace(
        b"symlink", lambda path: (os.symlink(b"FILE", path), os.setxattr(
            path, b"trusted.t", b"t", follow_symlinks=False)))),
    ("device number", {"device"}, True, lambda s: s.replace(
        b"device", lambda path: os.mknod(path, stat.S_IFCHR | 0o600, os.makedev(1, 5)))),
    ("attribute changed", {"xattr"}, False,
     lambda s: os.setxattr(s.at(b"xattr"), b"user.text", b"Text")),
    ("empty attribute lost", {"xattr"}, False,
     lambda s: os.removexattr(s.at(b"xattr"), b"user.empty")),
    ("attribute added", {"xattr"}, False, lambda s: os.setxattr(s.at(b"file"), b"user.a", b"")),
    ("attribute of a folder", {"xattr"}, False,
     lambda s: os.removexattr(s.at(b"folder"), b"user.folder")),
    ("attribute of a symlink", {"xattr"}, True,
     lambda s: os.removexattr(s.at(b"symlink"), b"trusted.t", follow_symlinks=False)),
    ("access ACL", {"xattr", "mode"}, False,
     lambda s: os.setxattr(s.at(b"acl"), ACCESS, OTHER_ACL)),
    ("default ACL lost", {"xattr"}, False,
     lambda s: os.removexattr(s.at(b"folder/inner"), DEFAULT)),
    ("hard link became a copy", {"links"}, False,
     lambda s: s.replace(b"linked-1", lambda path: s.write(b"linked-1", b"linked\n"))),
    ("equal files were joined", {"links"}, False, _join),
    ("hard-linked symlink became a copy", {"links"}, False, _copy_of_symlink),
    ("hole filled", {"blocks"}, False, _fill),
]
# These are made after every time was set, for they are about the time.
LATER = [
    ("mtime of a file by 1 ns", {"mtime"}, False, lambda s: s.touch(b"file", 1)),
    ("mtime of a folder by 1 ns", {"mtime"}, False, lambda s: s.touch(b"folder", -1)),
    ("mtime of a symlink by 1 ns", {"mtime"}, False, lambda s: s.touch(b"symlink", 1)),
    ("mtime of a FIFO by 1 ns", {"mtime"}, False, lambda s: s.touch(b"fifo", 1)),
    ("mtime of the root by 1 ns", {"mtime"}, False, lambda s: s.touch(b".", 1)),
]


def self_test(scratch):
    """Applies each change to a fresh tree and sees it found. Returns the exit code."""
    original = read_tree(Sample(os.path.join(scratch, b"original")).root)
    wrong = untried = 0
    for number, (what, expected, needs_root, change) in enumerate(CHANGES + LATER):
        if needs_root and os.geteuid() != 0:
            untried += 1
            print(f"not tried: {what}: needs root")
            continue
        sample = Sample(os.path.join(scratch, b"changed-%d" % number))
        change(sample)
        if number < len(CHANGES):
            sample.settle()
        seen = {difference.kind for difference in compare(original, read_tree(sample.root))}
        verdict = "seen" if seen == expected else "WRONG"
        wrong += seen != expected
        print(f"{verdict}: {what}: {' '.join(sorted(seen)) or 'no difference'}")
    print(f"{len(CHANGES) + len(LATER)} changes, {wrong} wrong, {untried} not tried")
    return 1 if wrong else 3 if untried else 0


def parse(arguments):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folders", metavar="A B", nargs="*", type=os.fsencode)
    parser.add_argument("--skip-root", action="store_true",
                        help="do not compare the two folders themselves, only what is in them")
    parser.add_argument("--ignore", action="append", default=[], choices=KINDS, metavar="KIND")
    parser.add_argument("--self-test", action="store_true")
    options = parser.parse_args(arguments)
    if len(options.folders) != (0 if options.self_test else 2):
        parser.error("give two folders, or --self-test and none")
    for folder in options.folders:
        if not os.path.isdir(folder):
            parser.error(f"{os.fsdecode(folder)} is not a folder")
    return options


def main(arguments):
    options = parse(arguments)
    if options.self_test:
        import tempfile
        with tempfile.TemporaryDirectory(prefix="compare-trees-") as scratch:
            return self_test(os.fsencode(scratch))
    original, restored = (read_tree(folder) for folder in options.folders)
    if options.skip_root:
        del original[b"."], restored[b"."]
    differences = [difference for difference in compare(original, restored)
                   if difference.kind not in options.ignore]
    for difference in differences:
        print(difference)
    print(f"{len(original)} entries in A, {len(restored)} in B, {len(differences)} differences")
    return 1 if differences else 0


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except BrokenPipeError:
        # The reader (`head`) had enough, which it only can where there is something to tell.
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        sys.exit(1)
