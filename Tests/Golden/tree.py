#!/usr/bin/env python3
"""Describes a tree for Tests/Golden: tree.py FOLDER

One line a name, sorted: kind, mode, owner:group, mtime, links, size, SHA-256 or target, path. Bytes
of a path or target that are not visible ASCII, and '%', are written as %XX.
"""
import hashlib
import os
import stat
import sys

KINDS = {stat.S_IFREG: "regular", stat.S_IFDIR: "directory", stat.S_IFLNK: "symlink",
         stat.S_IFIFO: "fifo"}


def text(raw):
    return "".join(chr(b) if 0x21 <= b <= 0x7E and b != 0x25 else "%%%02x" % b for b in raw)


def line(root, path):
    full = os.path.join(root, path)
    status = os.lstat(full)
    kind = KINDS[stat.S_IFMT(status.st_mode)]
    size = links = what = "-"
    if kind == "regular":
        size, links = status.st_size, status.st_nlink
        with open(full, "rb") as file:
            what = hashlib.sha256(file.read()).hexdigest()
    elif kind == "symlink":
        what = text(os.readlink(full))
    mode = "-" if kind == "symlink" else "%04o" % stat.S_IMODE(status.st_mode)
    time = "%d.%09d" % divmod(status.st_mtime_ns, 10**9)
    owner = "%d:%d" % (status.st_uid, status.st_gid)
    return f"{kind} {mode} {owner} {time} {links} {size} {what} {text(path)}"


def main():
    root = os.fsencode(sys.argv[1])
    paths = []
    for folder, folders, files in os.walk(root):
        paths += [os.path.relpath(os.path.join(folder, name), root) for name in folders + files]
    print("\n".join(sorted(line(root, path) for path in paths)))


main()
