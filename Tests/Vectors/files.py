"""The vectors of docs/FORMAT.md §16 and §17: the file list, the chunker."""

import hashlib
from typing import Any

import toride_format as f
from book import SECRET, Group
from toride_format import FileRecord, Kind, Piece, sha256

# --- §16 -----------------------------------------------------------------------------------------

CHUNK = sha256(b"chunk")
HELLO = sha256(b"hello")


def said(record: FileRecord, **last: Any) -> dict[str, Any]:
    """A record's fields, as headers."""
    fields = {"path": record.path, "kind": record.kind, "mode": record.mode}
    fields |= {"uid": record.uid, "gid": record.gid, "modified": record.modified}
    fields |= {"device": record.device, "inode": record.inode, "changed": record.changed}
    return fields | {"attribute": record.attributes} | last


def regular(
    size: int, digest: bytes, pieces: list[Piece], extents: list | None = None, **others: Any
) -> tuple[FileRecord, dict[str, Any]]:
    last = f.content(size, digest, pieces, extents)
    record = FileRecord(b"ward/results.csv", Kind.REGULAR, last, **others)
    fields = {"size": size, "digest": digest, "piece": [tuple(one) for one in pieces]}
    if extents is not None:
        fields["extents"] = len(extents)
        fields["extent"] = extents
    return record, said(record, **fields)


def file_records() -> None:
    group = Group("file-record", "16")
    empty = sha256(b"")
    whole = Piece(1, CHUNK, 0, 5)
    two = [Piece(1, CHUNK, 0, 300_000), Piece(1, sha256(b"next"), 0, 1_048_576)]
    in_bundle = Piece(2, CHUNK, 12, 5)
    for name, made_, comment in (
        ("one-piece", regular(5, HELLO, [whole]), "its digest is that of its bytes"),
        ("two-pieces", regular(1_348_576, CHUNK, two), "its digest is over the pieces"),
        (
            "bundle",
            regular(5, HELLO, [in_bundle]),
            "the offset counts from the bundle's first byte",
        ),
        ("empty", regular(0, empty, []), "no bytes, no pieces"),
        ("sparse", regular(9_000, CHUNK, [whole], [(4_096, 3), (8_000, 2)]), "two runs of data"),
        (
            "extents-touch",
            regular(9_000, CHUNK, [whole], [(4_096, 3), (4_099, 2)]),
            "two may touch",
        ),
        ("hole-only", regular(9_000, empty, [], []), "one hole, no pieces"),
    ):
        group.taken(f"file-record-{name}", comment, made_[0].encoded(), **made_[1])
    plain = FileRecord(b"ward", Kind.DIRECTORY, mode=0o3755)
    attributes = [(b"system.posix_acl_access", b"\x02\x00\x00\x00"), (b"user.comment", b"")]
    for name, record, comment, last in (
        ("directory", plain, "with setgid and sticky", {}),
        ("fifo", FileRecord(b"pipe", Kind.FIFO), "nothing follows", {}),
        ("socket", FileRecord(b"socket", Kind.SOCKET), "nothing follows", {}),
        (
            "symlink",
            FileRecord(b"link", Kind.SYMLINK, f.prefixed(b"../\xff"), mode=0o777),
            "any bytes but zero; never followed",
            {"target": b"../\xff"},
        ),
        (
            "hard-link",
            FileRecord(b"ward/second", Kind.HARD_LINK, f.prefixed(b"ward/first")),
            "the path of its first name",
            {"target": b"ward/first"},
        ),
        (
            "character-device",
            FileRecord(b"null", Kind.CHARACTER, f.varint(1) + f.varint(3)),
            "major and minor",
            {"major": 1, "minor": 3},
        ),
        (
            "block-device",
            FileRecord(b"disk", Kind.BLOCK, f.varint(259) + f.varint(0xFFFFFFFF)),
            "the highest minor",
            {"major": 259, "minor": 0xFFFFFFFF},
        ),
        (
            "attributes",
            FileRecord(b"d", Kind.DIRECTORY, attributes=attributes),
            "rising by name",
            {},
        ),
        (
            "before-1970",
            FileRecord(b"old", Kind.DIRECTORY, modified=(-86_401, 999_999_999)),
            "a time below zero",
            {},
        ),
        (
            "shift-jis",
            FileRecord("カルテ".encode("shift_jis"), Kind.DIRECTORY),
            "a name is bytes, not text",
            {},
        ),
        ("long-name", FileRecord(b"n" * 255, Kind.DIRECTORY), "255 bytes", {}),
        (
            "highest-owner",
            FileRecord(b"d", Kind.DIRECTORY, uid=0xFFFFFFFE, gid=0xFFFFFFFE),
            "2^32 - 2",
            {},
        ),
    ):
        group.taken(f"file-record-{name}", comment, record.encoded(), **said(record, **last))
    refused_records(group)


def refused_records(group: Group) -> None:
    def directory(**others: Any) -> bytes:
        return FileRecord(**{"path": b"d", "kind": Kind.DIRECTORY} | others).encoded()

    for name, path, comment in (
        ("empty", b"", "a path has a part"),
        ("absolute", b"/etc", "it begins with a slash"),
        ("slash-at-end", b"etc/", "it ends with a slash"),
        ("empty-part", b"a//b", "an empty part"),
        ("dot", b"a/./b", "a part ."),
        ("dot-dot", b"a/../../b", "a part .."),
        ("zero-byte", b"a\x00b", "a zero byte"),
        ("long-part", b"n" * 256, "a part of 256 bytes"),
    ):
        group.refused(f"file-record-path-{name}", comment, directory(path=path))
    link = FileRecord(b"b", Kind.HARD_LINK, f.prefixed(b"../a")).encoded()
    group.refused("file-record-hard-link-outside", "its target leaves the root", link)
    names = [(b"user.b", b""), (b"user.a", b"")]
    body = FileRecord(b"d", Kind.DIRECTORY).body()
    for name, made_, comment in (
        ("kind-0", directory(kind=0), "there is no such kind"),
        ("kind-9", directory(kind=9), "there is no such kind"),
        ("mode-13-bits", directory(mode=0o10000), "a mode has 12 bits"),
        ("owner-nobody", directory(uid=0xFFFFFFFF), 'to Linux it means "leave the owner"'),
        ("group-nobody", directory(gid=0xFFFFFFFF), 'to Linux it means "leave the group"'),
        ("attributes-fall", directory(attributes=names), "names do not rise"),
        ("attribute-twice", directory(attributes=names[:1] * 2), "a name stands twice"),
        ("attribute-unnamed", directory(attributes=[(b"", b"")]), "a name has a byte"),
        ("attribute-zero-byte", directory(attributes=[(b"user.\x00", b"")]), "a zero byte"),
        ("attribute-long-name", directory(attributes=[(b"u" * 256, b"")]), "256 bytes"),
        ("time-nanoseconds", directory(modified=(0, 1_000_000_000)), "a second too many"),
        ("symlink-empty", directory(kind=Kind.SYMLINK, last=f.prefixed(b"")), "no target"),
        ("symlink-zero-byte", directory(kind=Kind.SYMLINK, last=f.prefixed(b"a\0")), "a zero byte"),
        (
            "device-33-bits",
            directory(kind=Kind.BLOCK, last=f.varint(1 << 32) + b"\0"),
            "over 2^32 - 1",
        ),
        ("trailing", f.prefixed(body + b"\x00"), "something follows in the body"),
        ("cut", f.prefixed(body[:-1]), "the body ends too early"),
        ("too-short", directory()[:-1], "the length is more than there is"),
        ("length-longer", b"\xac\x80\x00", "the length is not in its shortest form"),
        ("too-long", f.varint((4 << 20) + 1) + bytes(8), "a body over 4 MiB"),
    ):
        group.refused(f"file-record-{name}", comment, made_)
    whole = Piece(1, CHUNK, 0, 5)
    mib8 = 8 << 20
    for name, made_, comment in (
        ("pieces-short", regular(6, HELLO, [whole]), "a byte is in no piece"),
        ("pieces-long", regular(4, HELLO, [whole]), "a byte too many"),
        ("pieces-for-hole", regular(5, HELLO, [whole], []), "a hole has no pieces"),
        ("size-2-63", regular(1 << 63, HELLO, [], []), "sizes are below 2^63"),
        ("piece-kind-3", regular(5, HELLO, [whole._replace(kind=3)]), "no file has list pieces"),
        (
            "piece-offset",
            regular(5, HELLO, [whole._replace(offset=1)]),
            "kind 1 is its whole chunk",
        ),
        ("piece-empty", regular(0, HELLO, [whole._replace(length=0)]), "a piece has a byte"),
        ("piece-outside", regular(5, HELLO, [Piece(2, CHUNK, mib8 - 4, 5)]), "past 8 MiB"),
        ("extents-overlap", regular(9, HELLO, [whole], [(0, 3), (2, 2)]), "extents overlap"),
        ("extents-fall", regular(9, HELLO, [whole], [(4, 3), (0, 2)]), "extents do not rise"),
        ("extent-empty", regular(9, HELLO, [whole], [(0, 5), (7, 0)]), "an extent of no bytes"),
        ("extent-outside", regular(9, HELLO, [whole], [(5, 5)]), "past the size"),
        ("extent-overflow", regular(9, HELLO, [whole], [((1 << 64) - 2, 5)]), "past 2^64"),
    ):
        group.refused(f"file-record-{name}", comment, made_[0].encoded())


def file_lists() -> None:
    group = Group("file-list", "16")

    def folder(path: bytes) -> FileRecord:
        return FileRecord(path, Kind.DIRECTORY, mode=0o755)

    def empty(path: bytes) -> FileRecord:
        return FileRecord(path, Kind.REGULAR, f.content(0, sha256(b""), []))

    def link(path: bytes, target: bytes) -> FileRecord:
        return FileRecord(path, Kind.HARD_LINK, f.prefixed(target))

    def body(*records: FileRecord) -> bytes:
        return b"".join(record.encoded() for record in records)

    right = [folder(b"a"), folder(b"a/b"), empty(b"a/b/c"), link(b"a/d", b"a/b/c"), empty(b"a!")]
    fields = {"first": right[0].path, "records": len(right)}
    comment = "a folder comes right before what is in it; a! after all of a"
    paths = [record.path for record in right]
    group.taken("file-list", comment, body(*right), **fields, path=paths)
    symlink = FileRecord(b"a", Kind.SYMLINK, f.prefixed(b"/etc"), mode=0o777)
    for name, records_, comment in (
        ("falls", [empty(b"b"), empty(b"a")], "paths do not rise"),
        ("path-twice", [empty(b"a"), empty(b"a")], "a path stands twice"),
        ("by-bytes-alone", [folder(b"a"), empty(b"a!"), empty(b"a/b")], "/ is below every byte"),
        ("folder-missing", [empty(b"a/b")], "the folder does not come before what is in it"),
        ("folder-is-a-file", [empty(b"a"), empty(b"a/b")], "what is above it is a file"),
        ("folder-is-a-link", [symlink, empty(b"a/b")], "what is above it is a link"),
        ("hard-link-before", [link(b"a", b"b"), empty(b"b")], "the first name comes later"),
        ("hard-link-to-nothing", [empty(b"a"), link(b"b", b"c")], "the first name does not come"),
        ("hard-link-to-folder", [folder(b"a"), link(b"b", b"a")], "a folder has one name"),
    ):
        fields = {"first": records_[0].path, "records": len(records_)}
        group.refused(f"file-list-{name}", comment, body(*records_), **fields)
    sound, right = body(*right), {"first": b"a", "records": 5}
    group.refused(
        "file-list-other-first",
        "not the first path that the root says",
        sound,
        **right | {"first": b"b"},
    )
    group.refused(
        "file-list-fewer", "a record less than the root says", sound, **right | {"records": 6}
    )
    group.refused(
        "file-list-more", "a record more than the root says", sound, **right | {"records": 4}
    )
    group.refused("file-list-cut", "the last record is not whole", sound[:-1], **right)


# --- §17 -----------------------------------------------------------------------------------------

SIZES = (1 << 17, 1 << 19, 1 << 21)


def noise(count: int) -> bytes:
    """SHA-256 of "toride chunker vector " and 0, 1, 2 … as a u64, one after another."""
    start = b"toride chunker vector "
    blocks = (hashlib.sha256(start + f.u64(n)).digest() for n in range((count + 31) // 32))
    return b"".join(blocks)[:count]


def chunker() -> None:
    group = Group("chunker", "17")
    for purpose, count in (("content", 12 << 20), ("file-list", 4 << 20)):
        key = f.hkdf(SECRET, f"toride/v1/chunker/{purpose}", b"", 2048)
        fields = {"secret": SECRET, "purpose": purpose, "min": SIZES[0], "normal": SIZES[1]}
        fields |= {"max": SIZES[2], "key_sha256": sha256(key)}
        cuts = f.cuts(noise(count), key, *SIZES)
        comment = "SHA-256 of `toride chunker vector ` ‖ 0, 1, 2 … (u64), one after another"
        group.taken(
            f"chunker-{purpose}", comment, b"", **fields, input="noise", bytes=count, cut=cuts
        )
        if purpose == "content":
            cuts = f.cuts(bytes(9 << 20), key, *SIZES)
            comment = "zeros have no cut but the largest piece's"
            zeros = fields | {"input": "zeros", "bytes": 9 << 20, "cut": cuts}
            group.taken("chunker-zeros", comment, b"", **zeros)


def make() -> None:
    file_records()
    file_lists()
    chunker()
