#!/usr/bin/env python3
"""Builds a file tree that holds what backup programs get wrong.

  adversarial_tree.py DIR [--sparse-gib N] [--seed N] [--beyond-path-max]

DIR must be empty or absent. Run as root for all of it. Two runs with the same seed give trees
between which compare_trees.py finds no difference. Whatever could not be made is named on stderr.

Exit: 0 all made, or only such things left out as this file system or this user cannot have;
      1 something else failed; 2 usage.
"""

import argparse
import errno
import hashlib
import os
import stat
import struct
import sys
import unicodedata

KIB, MIB, GIB = 1 << 10, 1 << 20, 1 << 30
SECOND = 1_000_000_000

# What a file system or an unprivileged user may refuse without anything being wrong.
UNSUPPORTED = {errno.EOPNOTSUPP, errno.ENOSYS, errno.EPERM, errno.EINVAL}
REFUSED_NAME = {errno.EILSEQ, errno.EINVAL, errno.ENAMETOOLONG}
NOT_ALLOWED = {errno.EPERM, errno.EINVAL, errno.EOVERFLOW}

ODD_UID, ODD_GID = 12345, 54321


class Tree:
    """The tree under construction. Every path is bytes, relative to the root.

    Times are given in one pass at the end, for whatever is made in a directory changes it; the
    modes of directories come after that, for some shut even their owner out.
    """

    def __init__(self, root, seed):
        self.root = root
        self.seed = seed
        self.made = 0
        self.left_out = 0
        self.failed = 0
        self._times = {}
        self._folder_modes = {}

    def path(self, relative):
        return os.path.join(self.root, relative)

    def attempt(self, what, may_refuse, make):
        """Runs `make`; an error among `may_refuse` is a thing left out, any other a failure."""
        try:
            make()
            self.made += 1
            return True
        except OSError as error:
            if error.errno in may_refuse:
                self.leave_out(what, os.strerror(error.errno))
            else:
                self.failed += 1
                print(f"FAILED: {what}: {error}", file=sys.stderr)
            return False

    def leave_out(self, what, why):
        self.left_out += 1
        print(f"NOT MADE: {what}: {why}", file=sys.stderr)

    def folder(self, relative, mode=0o755):
        """Makes a folder; a mode of None leaves it as it is, for an ACL decides it."""
        os.makedirs(self.path(relative), exist_ok=True)
        if mode is not None:
            self._folder_modes[relative] = mode

    def file(self, relative, content=b"", mode=0o644):
        """Writes a file through to the disk, so that its blocks are counted as they will stay."""
        with open(self.path(relative), "xb") as target:
            target.write(content)
            target.flush()
            if len(content) > 64 * KIB:
                os.fsync(target.fileno())
        os.chmod(self.path(relative), mode)

    def symlink(self, relative, target):
        os.symlink(target, self.path(relative))

    def hard_link(self, first, second):
        """Links `second` to the inode of `first`, a symlink itself included."""
        os.link(self.path(first), self.path(second), follow_symlinks=False)
        # One inode has one time, whichever of its names the last pass meets first.
        self.set_time(first, self._times.get(first, self._default_time(first)))
        self.set_time(second, self._times[first])

    def set_time(self, relative, nanoseconds):
        self._times[relative] = nanoseconds

    def octets(self, name, count):
        """Returns bytes that no compressor can shorten, the same for the same seed and name."""
        return hashlib.shake_256(f"{self.seed}/{name}".encode()).digest(count)

    def finish(self):
        """Gives every entry its time, deepest first, then the directories their modes."""
        for folder, names, below, handle in os.fwalk(self.root, topdown=False):
            for name in names + below:
                relative = os.path.relpath(os.path.join(folder, name), self.root)
                self._give_time(relative, name, handle)
        os.utime(self.root, ns=(0, self._default_time(b"")))
        for relative in sorted(self._folder_modes, reverse=True):
            os.chmod(self.path(relative), self._folder_modes[relative])

    def _give_time(self, relative, name, handle):
        wanted = self._times.get(relative, self._default_time(relative))
        os.utime(name, ns=(wanted, wanted), dir_fd=handle, follow_symlinks=False)
        kept = os.stat(name, dir_fd=handle, follow_symlinks=False).st_mtime_ns
        if kept != wanted:
            self.leave_out(f"time {wanted} ns of {relative!r}", f"kept as {kept} ns")

    def _default_time(self, relative):
        digest = hashlib.sha256(b"%d/time/%s" % (self.seed, relative)).digest()
        nanoseconds = int.from_bytes(digest[:8], "big") % (5 * 365 * 86_400 * SECOND)
        return 1_577_836_800 * SECOND + nanoseconds


def build(tree, sparse_gib, beyond_path_max):
    add_names(tree)
    add_links(tree)
    add_symlinks(tree)
    add_attributes(tree)
    add_acls(tree)
    add_sparse_files(tree, sparse_gib)
    add_empty(tree)
    add_modes(tree)
    add_owners(tree)
    add_times(tree)
    add_special_files(tree)
    add_depth(tree, beyond_path_max)
    add_many(tree)
    add_sizes(tree)
    add_twins(tree)
    tree.finish()


NAMES = [
    "患者一覧.txt".encode(), "患者一覧.txt".encode("shift_jis"), "患者一覧.txt".encode("euc_jp"),
    # Shift_JIS has a backslash (5C) as the second byte of 表 and ソ.
    "検査表ソ.csv".encode("shift_jis"),
    b"\xff\xfe\xfd", b"half \xe6\x82", b"surrogate \xed\xa0\x80", b"overlong \xc0\xaf",
    unicodedata.normalize("NFC", "がん検診").encode(),
    unicodedata.normalize("NFD", "がん検診").encode(),
    b"n" * 255, ("診" * 85).encode(),
    b"line\nbreak", b"\n", b"carriage\rreturn", b"tab\tbell\x07", b"\x1b[31mred\x1b[0m",
    b"\x01", b"\x7f", b"-rf", b"--help", b"-", b"'single'", b'"double"', b"`backtick`",
    b"back\\slash", b"\\", b"\\n", b"\\377", b"$(touch owned)", b"${HOME}", b"a;b", b"a|b", b"a&b",
    b"*", b"?", b"[a-z]", b"{a,b}", b"!x", b"#comment", b"~", b"%s%n", b"%00", b"a:b", b"C:",
    b" leading", b"trailing ", b" ", b".hidden", b"...", b"..x", b"x..", b"CON", b"nul.txt",
    b"Case", b"case", b"ends.", "^経過記録^^11506-3^経過記録^LN".encode(),
    "\u202etxt.exe".encode(), "zero\u200bwidth".encode(),
]


def add_names(tree):
    """Names as files, and some again as directories and as symlinks."""
    tree.folder(b"names/files")
    tree.folder(b"names/folders")
    tree.folder(b"names/symlinks")
    for number, name in enumerate(NAMES):
        def make_file(name=name, number=number):
            tree.file(b"names/files/" + name, b"name %d\n" % number)

        def make_folder(name=name):
            tree.folder(b"names/folders/" + name)
            tree.file(b"names/folders/" + name + b"/inside", b"inside\n")

        def make_symlink(name=name):
            tree.symlink(b"names/symlinks/" + name, b"../files/" + name)

        tree.attempt(f"file named {name!r}", REFUSED_NAME | {errno.EEXIST}, make_file)
        tree.attempt(f"folder named {name!r}", REFUSED_NAME | {errno.EEXIST}, make_folder)
        tree.attempt(f"symlink named {name!r}", REFUSED_NAME | {errno.EEXIST}, make_symlink)


def add_links(tree):
    tree.folder(b"links/a")
    tree.folder(b"links/b/c")
    tree.file(b"links/a/one", b"one inode, three names\n")
    tree.file(b"links/a/big", tree.octets("links/big", 700 * KIB))
    tree.file(b"links/a/empty")
    # Equal content, but no link: a restore must not join them.
    tree.file(b"links/a/not-linked", b"one inode, three names\n")
    tree.symlink(b"links/a/symlink", b"one")
    os.mkfifo(tree.path(b"links/a/fifo"), 0o600)
    pairs = [
        (b"links/a/one", b"links/a/two"), (b"links/a/one", b"links/b/three"),
        (b"links/a/big", b"links/b/c/big"), (b"links/a/empty", b"links/b/empty"),
        # The link's name sorts before the first one's.
        (b"links/a/big", b"links/a/0-before"),
        (b"links/a/symlink", b"links/b/symlink"), (b"links/a/fifo", b"links/b/fifo"),
    ]
    for first, second in pairs:
        tree.attempt(f"hard link {second!r}", {errno.EPERM, errno.EOPNOTSUPP, errno.EMLINK},
                     lambda first=first, second=second: tree.hard_link(first, second))


def add_symlinks(tree):
    tree.folder(b"symlinks/target-folder")
    tree.file(b"symlinks/target-folder/file", b"behind a symlink\n")
    targets = {
        b"dangling": b"no/such/file", b"to-folder": b"target-folder",
        b"to-folder-slash": b"target-folder/", b"to-file": b"target-folder/file",
        b"absolute": b"/nonexistent/toride", b"absolute-root": b"/", b"up": b"../../../../../..",
        b"self": b"self", b"dot": b".", b"not-utf8": "患者/一覧".encode("shift_jis") + b"\xff",
        b"newline": b"line\nbreak", b"spaces": b"  ", b"escape": b"\\012\\\\",
        b"long-1023": b"t/" * 511 + b"t", b"long-4095": b"t/" * 2047 + b"t",
        # ext4 keeps targets below 60 bytes in the inode.
        b"inline-59": b"i" * 59, b"outside-60": b"o" * 60,
    }
    for name, target in targets.items():
        tree.attempt(f"symlink {name.decode()}, {len(target)} bytes", REFUSED_NAME,
                     lambda name=name, target=target: tree.symlink(b"symlinks/" + name, target))


def add_attributes(tree):
    """Extended attributes on files, folders, symlinks; some only root may set."""
    tree.folder(b"xattrs/folder")
    tree.symlink(b"xattrs/symlink", b"file")
    for name in [b"file", b"empty-file", b"read-only", b"capable", b"large", b"many"]:
        tree.file(b"xattrs/" + name, b"" if name == b"empty-file" else name + b"\n")
    # revision 2, effective; cap_net_bind_service. A chown after it would clear it.
    capability = struct.pack("<5I", 0x02000001, 1 << 10, 0, 0, 0)
    wanted = [
        (b"file", b"user.text", "患者".encode()), (b"file", b"user.binary", bytes(range(256))),
        (b"file", b"user.empty", b""), (b"file", b"user.nul", b"\0"),
        (b"file", "user.患者".encode(), b"name beyond ASCII"), (b"file", b"user.\xff\xfe", b"raw"),
        (b"file", b"user." + b"n" * 250, b"longest name"),
        (b"empty-file", b"user.only", b"attributes, no content"),
        (b"read-only", b"user.text", b"the mode forbids to set it again"),
        (b"large", b"user.large", tree.octets("xattrs/large", 3000)),
        (b"folder", b"user.folder", b"\0binary\xff"), (b"folder", b"user.empty", b""),
        (b"file", b"trusted.toride", b"\0\1\2"), (b"folder", b"trusted.toride", b"folder"),
        (b"symlink", b"trusted.toride", b"on the symlink itself"),
        (b"capable", b"security.capability", capability),
    ] + [(b"many", b"user.%03d" % n, b"value %d" % n) for n in range(40)]
    for name, attribute, value in wanted:
        tree.attempt(
            f"attribute {attribute!r} of xattrs/{name.decode()}",
            UNSUPPORTED | {errno.ENOSPC, errno.E2BIG},
            lambda name=name, attribute=attribute, value=value: os.setxattr(
                tree.path(b"xattrs/" + name), attribute, value, follow_symlinks=False),
        )
    os.chmod(tree.path(b"xattrs/read-only"), 0o400)


ACL_USER_OBJ, ACL_USER, ACL_GROUP_OBJ, ACL_GROUP, ACL_MASK, ACL_OTHER = 1, 2, 4, 8, 16, 32
ACL_NO_ID = 0xFFFFFFFF


def posix_acl(entries):
    """Returns the value of system.posix_acl_*: version 2, entries by tag and id.

    - entries: (tag, permission bits, id).
    """
    packed = [struct.pack("<HHI", *entry) for entry in entries]
    return struct.pack("<I", 2) + b"".join(packed)


def add_acls(tree):
    named = posix_acl([
        (ACL_USER_OBJ, 6, ACL_NO_ID), (ACL_USER, 4, ODD_UID), (ACL_USER, 6, ODD_UID + 1),
        (ACL_GROUP_OBJ, 4, ACL_NO_ID), (ACL_GROUP, 6, ODD_GID), (ACL_MASK, 6, ACL_NO_ID),
        (ACL_OTHER, 0, ACL_NO_ID),
    ])
    # The mask takes away what the named user is given.
    masked = posix_acl([
        (ACL_USER_OBJ, 7, ACL_NO_ID), (ACL_USER, 7, ODD_UID), (ACL_GROUP_OBJ, 5, ACL_NO_ID),
        (ACL_MASK, 1, ACL_NO_ID), (ACL_OTHER, 5, ACL_NO_ID),
    ])
    tree.folder(b"acls/inherits/plain-folder")
    tree.folder(b"acls/folder", mode=None)
    for name in [b"acls/file", b"acls/masked", b"acls/inherits/plain", b"acls/folder/file"]:
        tree.file(name, b"acl\n")
    # The default entries come after the children, which therefore have none: a restore that
    # makes the folder whole first gives them some.
    wanted = [
        (b"acls/file", b"system.posix_acl_access", named),
        (b"acls/masked", b"system.posix_acl_access", masked),
        (b"acls/folder", b"system.posix_acl_access", masked),
        (b"acls/folder", b"system.posix_acl_default", named),
        (b"acls/inherits", b"system.posix_acl_default", named),
    ]
    for name, attribute, value in wanted:
        tree.attempt(
            f"{attribute.decode()} of {name.decode()}", UNSUPPORTED,
            lambda name=name, attribute=attribute, value=value: os.setxattr(
                tree.path(name), attribute, value),
        )


def add_sparse_files(tree, sparse_gib):
    """Files with holes: name, size, and where 64 KiB of data lie."""
    tree.folder(b"sparse")
    block = 64 * KIB
    layouts = {
        b"hole-at-start": (2 * MIB, [2 * MIB - block]),
        b"hole-in-middle": (4 * MIB, [0, 4 * MIB - block]),
        b"hole-at-end": (3 * MIB, [0]),
        b"hole-odd-size": (3 * MIB + 12_345, [MIB]),
        b"all-hole": (8 * MIB, []),
        b"all-hole-1-byte-over": (MIB + 1, []),
        b"comb": (16 * MIB, list(range(0, 16 * MIB, 4 * block))),
    }
    if sparse_gib:
        size = sparse_gib * GIB
        starts = {0, size // 3 // block * block, size - block}
        # Offsets that do not fit into 31 and 32 bits.
        starts |= {start for start in (2 * GIB, 4 * GIB) if start < size}
        layouts[b"%d-gib" % sparse_gib] = (size, sorted(starts))
    for name, (size, starts) in layouts.items():
        tree.attempt(f"sparse file {name.decode()}", {errno.EFBIG},
                     lambda name=name, size=size, starts=starts:
                         _write_sparse(tree, b"sparse/" + name, size, starts, block))


def _write_sparse(tree, relative, size, starts, block):
    with open(tree.path(relative), "xb") as target:
        for start in starts:
            target.seek(start)
            target.write(tree.octets(f"{relative!r}/{start}", block))
        target.truncate(size)
        target.flush()
        os.fsync(target.fileno())
        allocated = os.fstat(target.fileno()).st_blocks * 512
    if allocated >= size:
        tree.leave_out(f"holes in {relative.decode()}", f"{allocated} bytes are allocated")


def add_empty(tree):
    tree.folder(b"empty/folder/inner/innermost")
    for number in range(3):
        tree.file(b"empty/file-%d" % number)


def add_modes(tree):
    """Owners come before modes: a chown takes setuid and setgid away."""
    tree.folder(b"modes")
    for mode in [0o0, 0o111, 0o200, 0o400, 0o444, 0o666, 0o1644, 0o2755, 0o4755, 0o6755, 0o7777]:
        name = b"modes/file-%04o" % mode
        tree.attempt(f"mode {mode:04o}", UNSUPPORTED,
                     lambda name=name, mode=mode: _write_with_mode(tree, name, mode))
    for mode in [0o0, 0o111, 0o500, 0o700, 0o1777, 0o2775, 0o3777, 0o7777]:
        name = b"modes/folder-%04o" % mode
        tree.folder(name, mode)
        tree.file(name + b"/inside", b"behind the mode\n")


def _write_with_mode(tree, name, mode):
    tree.file(name, b"mode %04o\n" % mode, mode)
    kept = stat.S_IMODE(os.stat(tree.path(name)).st_mode)
    if kept != mode:
        raise OSError(errno.EPERM, f"kept as {kept:04o}")


def add_owners(tree):
    tree.folder(b"owners/folder")
    tree.file(b"owners/file", b"owner\n")
    tree.file(b"owners/group-only", b"group\n")
    tree.file(b"owners/huge-ids", b"ids beyond 31 bits\n")
    tree.file(b"owners/setuid", b"setuid of another\n")
    tree.symlink(b"owners/symlink", b"file")
    owners = {
        b"folder": (ODD_UID, ODD_GID), b"file": (ODD_UID, ODD_GID), b"group-only": (-1, ODD_GID),
        b"huge-ids": (4_000_000_000, 3_000_000_000), b"setuid": (ODD_UID, 0),
        b"symlink": (ODD_UID + 1, ODD_GID + 1),
    }
    for name, (uid, gid) in owners.items():
        tree.attempt(
            f"owner {uid}:{gid} of owners/{name.decode()}", NOT_ALLOWED,
            lambda name=name, uid=uid, gid=gid: os.chown(
                tree.path(b"owners/" + name), uid, gid, follow_symlinks=False),
        )
    os.chmod(tree.path(b"owners/setuid"), 0o4711)


def add_times(tree):
    """Times in ns since 1970; a file system that rounds or clamps one is named at the end."""
    tree.folder(b"times")
    times = {
        b"epoch": 0, b"one-ns": 1, b"before-1970-by-1-ns": -1,
        b"1969-07-20": -14_182_940 * SECOND + 123_456_789,
        b"1901-12-14": -2_147_400_000 * SECOND + 1,
        b"last-ns-of-second": 1_700_000_000 * SECOND + 999_999_999,
        b"microsecond": 1_700_000_000 * SECOND + 1_000,
        b"2038-01-19": (1 << 31) * SECOND + 5, b"2106-02-07": (1 << 32) * SECOND + 7,
        b"2200-01-01": 7_258_118_400 * SECOND + 42,
    }
    for name, nanoseconds in times.items():
        tree.file(b"times/" + name, name + b"\n")
        tree.folder(b"times/folder-" + name)
        tree.symlink(b"times/symlink-" + name, name)
        for kind in [b"times/", b"times/folder-", b"times/symlink-"]:
            tree.set_time(kind + name, nanoseconds)


def add_special_files(tree):
    tree.folder(b"special")
    kinds = [
        (b"fifo", stat.S_IFIFO | 0o640, 0), (b"socket", stat.S_IFSOCK | 0o755, 0),
        (b"char-null-like", stat.S_IFCHR | 0o666, os.makedev(1, 3)),
        (b"char-large-numbers", stat.S_IFCHR | 0o600, os.makedev(4095, 1_048_575)),
        (b"block", stat.S_IFBLK | 0o660, os.makedev(7, 200)),
    ]
    for name, mode, device in kinds:
        def make(name=name, mode=mode, device=device):
            os.mknod(tree.path(b"special/" + name), mode, device)
            os.chmod(tree.path(b"special/" + name), stat.S_IMODE(mode))

        tree.attempt(f"special file {name.decode()}", NOT_ALLOWED | UNSUPPORTED, make)


def add_depth(tree, beyond_path_max):
    """Two hundred levels; with long names the whole path is longer than PATH_MAX (4,096)."""
    tree.folder(b"deep")
    _descend(tree, b"deep", [b"d%03d" % level for level in range(200)])
    if beyond_path_max:
        tree.folder(b"deeper-than-path-max")
        names = [b"level-%03d-of-a-long-path-" % level for level in range(200)]
        _descend(tree, b"deeper-than-path-max", names)


def _descend(tree, start, names):
    """Makes one folder in the other by handle, for the path may be too long to be spoken."""
    handle = os.open(tree.path(start), os.O_RDONLY | os.O_DIRECTORY)
    for name in names:
        os.mkdir(name, 0o755, dir_fd=handle)
        lower = os.open(name, os.O_RDONLY | os.O_DIRECTORY, dir_fd=handle)
        os.close(handle)
        handle = lower
    bottom = os.open(b"bottom", os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o644, dir_fd=handle)
    os.write(bottom, b"the deepest file\n")
    os.close(bottom)
    os.close(handle)


def add_many(tree):
    tree.folder(b"many")
    for number in range(3000):
        tree.file(b"many/%05d.hl7" % number, b"MSH|%d\r" % number)


def add_sizes(tree):
    """Sizes around the borders at which readers, chunkers and page caches change their ways."""
    tree.folder(b"sizes")
    edges = [512, 4 * KIB, 64 * KIB, 256 * KIB, 512 * KIB, MIB, 2 * MIB, 4 * MIB]
    sizes = [0, 1, 2] + [edge + step for edge in edges for step in (-1, 0, 1)] + [20 * MIB]
    for size in sizes:
        tree.file(b"sizes/%d" % size, tree.octets(f"sizes/{size}", size))
    # Zeros that were really written: no hole, and no reason to make one without saying so.
    tree.file(b"sizes/zeros-40-mib", bytes(40 * MIB))


def add_twins(tree):
    """Equal and almost equal content under different names."""
    tree.folder(b"twins/elsewhere")
    content = tree.octets("twins", 900 * KIB)
    flipped = content[:-1] + bytes([content[-1] ^ 1])
    for name in [b"first", b"second", b"elsewhere/third"]:
        tree.file(b"twins/" + name, content)
    tree.file(b"twins/last-bit-differs", flipped)
    tree.file(b"twins/one-byte-in-front", b"\0" + content)
    tree.file(b"twins/one-byte-less", content[:-1])
    tree.file(b"twins/doubled", content + content)


def parse(arguments):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", metavar="DIR", type=os.fsencode)
    parser.add_argument("--sparse-gib", type=int, default=5, metavar="N",
                        help="size of the large sparse file; 0 leaves it out (default 5)")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--beyond-path-max", action="store_true",
                        help="also nest folders until the path is longer than 4,096 bytes")
    options = parser.parse_args(arguments)
    if options.sparse_gib < 0:
        parser.error("--sparse-gib must not be negative")
    if os.path.lexists(options.folder):
        if not os.path.isdir(options.folder) or os.listdir(options.folder):
            parser.error(f"{os.fsdecode(options.folder)} is not an empty folder")
    return options


def main(arguments):
    options = parse(arguments)
    os.umask(0o022)
    os.makedirs(options.folder, mode=0o755, exist_ok=True)
    tree = Tree(options.folder, options.seed)
    build(tree, options.sparse_gib, options.beyond_path_max)
    if os.geteuid() != 0:
        print("not root: owners, devices and trusted attributes are incomplete", file=sys.stderr)
    print(f"{tree.made} hard cases made, {tree.left_out} left out, {tree.failed} failed")
    return 1 if tree.failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
