"""The vectors of docs/FORMAT.md §7 to §12: sealing, chunks, packs, tables, pages."""

from typing import Any

import toride_format as f
from book import (
    INDEX_SALT,
    PACK_SALT,
    REPOSITORY,
    RUN,
    RUN_KEY,
    SCOPE,
    SECRET,
    SECRET_ID,
    SET,
    Group,
)
from toride_format import Entry, Listed, PackRows, sha256

# --- §7 and §8 -----------------------------------------------------------------------------------


def sealing() -> None:
    group = Group("sealed-header", "7.1")
    for name, letter in (("pack", b"P"), ("index", b"I")):
        body = f.sealed_header(letter, PACK_SALT)
        group.taken(
            f"sealed-header-{name}", "40 clear bytes", body, letter=letter.decode(), salt=PACK_SALT
        )
    body = f.sealed_header(b"P", PACK_SALT)
    cases = (
        ("version-2", body[:7] + b"\x02" + body[8:], "a version to come"),
        ("other-letter", f.sealed_header(b"I", PACK_SALT), "an index where a pack should be"),
    )
    for name, other, comment in cases:
        group.add(f"sealed-header-{name}", "unknown version", comment, other, letter="P")
    group.refused("sealed-header-short", "39 bytes", body[:-1], letter="P")

    bound = {"repository": REPOSITORY, "set": SET, "run": RUN, "salt": PACK_SALT}
    for kind, name, counter in (
        (f.CONTENT, "chunk", 258),
        (f.TABLE, "table", 0),
        (f.FILLER, "filler", 0),
        (f.TRAILER, "trailer", 0),
        (f.INDEX, "index", 0),
    ):
        fields = {"kind": kind, "counter": counter}
        comment = (
            "the class 0 and a big-endian counter" if name == "chunk" else "the class is the kind"
        )
        Group("nonce", "7.2").taken(
            f"nonce-{name}", comment, f.frame_nonce(kind, counter), **fields
        )
    chunk = f.chunk_id(SECRET, f.CONTENT, sha256(b"good morning"))
    group = Group("associated-data", "7.3")
    body = f.associated(SCOPE, f.CONTENT, RUN, PACK_SALT, 258, chunk)
    group.taken(
        "associated-data-chunk", "of a chunk", body, **bound, kind=1, counter=258, chunk=chunk
    )
    body = f.associated(SCOPE, f.INDEX, SECRET_ID, INDEX_SALT)
    of_index = bound | {"run": SECRET_ID, "salt": INDEX_SALT}
    comment = "of an index: the set secret's id, and zeros for the chunk id"
    group.taken(
        "associated-data-index", comment, body, **of_index, kind=32, counter=0, chunk=f.ZEROS
    )

    group = Group("padme", "7.5")
    sizes = [0, 1, 2, 7, 8, 9, 10, 11, 100, 1000, 1_000_000, 1 << 20, (1 << 20) + 1, 33_554_432]
    sizes += [33_554_433, 67_108_863]
    pairs = [(size, f.padme(size)) for size in sizes]
    group.taken("padme", "sizes and what they are rounded up to", b"", size=pairs)
    sealed_chunks()
    bundles()


LOG = b"line of a log, the same each time\n" * 12
# Made by zstd 1.5.4 at level 3; the second did not know the size beforehand.
LOG_FRAME = bytes.fromhex(
    "28b52ffd6098005d010024026c696e65206f662061206c6f672c207468652073616d65206561636820"
    "74696d650a01009a2baa7a02"
)
LOG_FRAME_NO_SIZE = bytes.fromhex(
    "28b52ffd00585d010024026c696e65206f662061206c6f672c207468652073616d6520656163682074"
    "696d650a01009a2baa7a02"
)
# By hand (RFC 8878): one segment, its size, a dictionary's number, one last block of raw bytes.
HELLO_FRAME = bytes.fromhex("28b52ffd2005290000") + b"hello"
HELLO_FRAME_DICTIONARY = bytes.fromhex("28b52ffd210705290000") + b"hello"
EMPTY_FRAME = bytes.fromhex("28b52ffd2000010000")
SKIPPABLE = bytes.fromhex("502a4d1800000000")


# Words from both ends of their range, so that differences go both ways and around.
SAMPLES = bytes.fromhex("0000010003000200ffff00000080007f0102030405060708ff")
EVEN = SAMPLES[:-1]


class Sealed:
    """One sealed chunk, and what a reader is told of it."""

    def __init__(
        self, plain: bytes, frame: bytes, kind: int = f.CONTENT, chunk: bytes = b""
    ) -> None:
        self.plain, self.kind, self.counter = plain, kind, 7
        self.chunk = chunk or f.chunk_id(SECRET, kind, sha256(plain))
        key = f.pack_key(RUN_KEY, PACK_SALT)
        args = (key, SCOPE, kind, RUN, PACK_SALT, self.counter, self.chunk)
        self.body = f.seal(frame, *args)

    def fields(self, **others: Any) -> dict[str, Any]:
        fields = {"repository": REPOSITORY, "set": SET, "secret": SECRET, "run_key": RUN_KEY}
        fields |= {"run": RUN, "salt": PACK_SALT, "kind": self.kind, "counter": self.counter}
        return fields | {"chunk": self.chunk} | others


def packed(plain: bytes, method: int, laid_out: bytes) -> Sealed:
    """A chunk whose bytes were laid out by a method before they were compressed."""
    return Sealed(plain, f.compressed(len(plain), f.raw_frame(laid_out), method))


def sealed_chunks() -> None:
    group = Group("sealed-chunk", "8")
    hello = Sealed(b"hello", f.stored(b"hello"))
    for name, comment, one in (
        ("stored", "method 0", hello),
        ("empty", "no bytes", Sealed(b"", f.stored(b""))),
        ("zstd", "method 1", Sealed(LOG, f.compressed(len(LOG), LOG_FRAME))),
        (
            "zstd-without-size",
            "the frame's header does not tell the size",
            Sealed(LOG, f.compressed(len(LOG), LOG_FRAME_NO_SIZE)),
        ),
        ("planes", "method 2, a byte left over", packed(SAMPLES, 2, f.planes(SAMPLES))),
        ("planes-of-none", "method 2 of no bytes", packed(b"", 2, b"")),
        ("differences", "method 3, up and down and around", packed(EVEN, 3, f.differences(EVEN))),
        (
            "differences-and-a-byte",
            "method 3 with a byte left over",
            packed(SAMPLES, 3, f.differences(SAMPLES)),
        ),
        (
            "differences-one-byte",
            "method 3 of a byte that is no word",
            packed(b"x", 3, b"x"),
        ),
        (
            "differences-from-one",
            "method 4: words begin at odd places",
            packed(SAMPLES, 4, SAMPLES[:1] + f.differences(SAMPLES[1:])),
        ),
        (
            "differences-from-one-and-a-byte",
            "method 4 with a byte left over",
            packed(EVEN, 4, EVEN[:1] + f.differences(EVEN[1:])),
        ),
        ("differences-from-one-alone", "method 4 of one byte", packed(b"x", 4, b"x")),
    ):
        group.taken(f"sealed-chunk-{name}", comment, one.body, **one.fields(plaintext=one.plain))

    tag = "tag mismatch"
    flipped = hello.body[:-1] + bytes([hello.body[-1] ^ 1])
    group.add("sealed-chunk-flipped", tag, "a bit of the tag", flipped, **hello.fields())
    group.add("sealed-chunk-no-tag", tag, "15 bytes have no tag", hello.body[:15], **hello.fields())
    for name, others, comment in (
        ("wrong-kind", {"kind": f.WITNESS}, "sealed as content, told as witness"),
        ("wrong-counter", {"counter": 8}, "sealed with counter 7, told as 8"),
        ("wrong-chunk", {"chunk": sha256(b"other")}, "sealed under another chunk id"),
        ("wrong-set", {"set": REPOSITORY}, "sealed for another set"),
        ("wrong-repository", {"repository": SET}, "sealed for another repository"),
        ("wrong-run", {"run": SECRET_ID}, "the right key under another run's id"),
        ("wrong-salt", {"salt": INDEX_SALT}, "sealed under another salt"),
        ("wrong-key", {"run_key": SECRET}, "another run's key"),
    ):
        group.add(f"sealed-chunk-{name}", tag, comment, hello.body, **hello.fields(**others))
    liar = Sealed(b"hello", f.stored(b"hello"), chunk=f.chunk_id(SECRET, 1, sha256(b"other")))
    comment = "it opens, but its plaintext does not give the chunk id"
    group.add("sealed-chunk-wrong-content", "wrong id", comment, liar.body, **liar.fields())
    as_witness = Sealed(
        b"hello", f.stored(b"hello"), f.WITNESS, f.chunk_id(SECRET, 1, sha256(b"hello"))
    )
    comment = "it opens as a witness, but its id is that of content"
    fields = as_witness.fields()
    group.add("sealed-chunk-id-of-other-kind", "wrong id", comment, as_witness.body, **fields)
    eight = 8 << 20
    for name, plain, frame, comment in (
        ("method-5", b"hello", f.compressed(5, HELLO_FRAME, 5), "there are five methods"),
        ("method-255", b"hello", f.compressed(5, HELLO_FRAME, 255), "also far from the others"),
        (
            "planes-longer",
            b"hell",
            f.compressed(4, f.raw_frame(f.planes(b"hell") + b"o"), 2),
            "the frame gives a byte more",
        ),
        (
            "planes-stored",
            b"hello",
            b"\x02" + f.stored(f.planes(b"hello"))[1:],
            "planes are compressed",
        ),
        (
            "differences-of-none-from-one",
            b"",
            f.compressed(0, EMPTY_FRAME, 4),
            "there is no first byte",
        ),
        ("no-method", b"", b"", "an empty frame"),
        ("stored-longer", b"hello", b"\x00" + f.u32(4) + b"hello", "a byte more than it says"),
        ("stored-shorter", b"hello", b"\x00" + f.u32(6) + b"hello", "a byte less than it says"),
        ("over-limit", b"hello", b"\x00" + f.u32(eight + 1) + b"hello", "says 8 MiB and a byte"),
        ("zstd-longer", b"hell", f.compressed(4, HELLO_FRAME), "the frame gives a byte more"),
        ("zstd-shorter", b"hello", f.compressed(6, HELLO_FRAME), "the frame gives a byte less"),
        ("zstd-trailing", b"hello", f.compressed(5, HELLO_FRAME + b"\0"), "a byte after the frame"),
        ("zstd-two-frames", b"hello" * 2, f.compressed(10, HELLO_FRAME * 2), "two frames"),
        (
            "zstd-empty-frame-after",
            b"hello",
            f.compressed(5, HELLO_FRAME + EMPTY_FRAME),
            "a second frame of no bytes",
        ),
        (
            "zstd-skippable-frame",
            b"hello",
            f.compressed(5, HELLO_FRAME + SKIPPABLE),
            "a skippable frame is a frame too",
        ),
        (
            "zstd-skippable-frame-before",
            b"hello",
            f.compressed(5, SKIPPABLE + HELLO_FRAME),
            "also before",
        ),
        ("zstd-dictionary", b"hello", f.compressed(5, HELLO_FRAME_DICTIONARY), "no dictionary"),
        ("zstd-cut", b"hello", f.compressed(5, HELLO_FRAME[:-1]), "the frame ends too early"),
        ("zstd-none", b"hello", f.compressed(5, b"hello"), "no frame at all"),
    ):
        one = Sealed(plain, frame)
        group.refused(f"sealed-chunk-{name}", comment, one.body, **one.fields())


def bundles() -> None:
    group = Group("bundle", "8")
    group.taken("bundle", "three files", f.bundle([b"one", b"2", b"three"]), length=[3, 1, 5])
    for name, body, comment in (
        ("no-file", f.u32(0), "a bundle has a file"),
        ("empty-file", f.u32(2) + f.u32(3) + f.u32(0) + b"one", "no file in it is empty"),
        ("cut", f.u32(2) + f.u32(3), "the head ends too early"),
        ("short", f.u32(1) + f.u32(4) + b"one", "a byte is missing"),
        ("trailing", f.u32(1) + f.u32(2) + b"one", "a byte is left"),
        ("count", f.u32(0xFFFFFFFF) + f.u32(1), "2^32 - 1 files: nothing is made room for"),
    ):
        group.refused(f"bundle-{name}", comment, body)


# --- §9 to §12 -----------------------------------------------------------------------------------

KEY_OBJECT = f.KeyObject(RUN, sha256(b"a key object"), 328)
SECRET_OBJECT = f.KeyObject(SECRET_ID, sha256(b"another key object"), 328)


def two_chunks() -> f.Pack:
    pack = f.Pack(SCOPE, RUN_KEY, PACK_SALT, KEY_OBJECT)
    pack.add(SECRET, f.CONTENT, b"hello", sha256(b"hello"))
    frame = f.compressed(len(LOG), LOG_FRAME)
    pack.add(SECRET, f.WITNESS, LOG, sha256(LOG), frame)
    return pack


def entry_fields(packs: list[PackRows]) -> list[tuple]:
    return [
        (one.chunk, one.kind, *one.origin, one.counter, one.offset, one.length)
        for pack in packs
        for one in pack.entries
    ]


def packs() -> None:
    group = Group("pack", "9")
    fields = {"repository": REPOSITORY, "set": SET, "secret": SECRET, "run_key": RUN_KEY}
    pack = two_chunks()
    body = pack.finish()
    entries = entry_fields([PackRows(f.ZEROS, 0, pack.entries)])
    group.taken("pack-two-chunks", "table, filler, trailer", body, **fields, entry=entries)
    group.taken(
        "pack-other-size",
        "one byte more of filler: whether the size is a PADMÉ size is not checked",
        two_chunks().finish(more=1),
        **fields,
        entry=entries,
    )
    front = 40 + len(pack.body)
    table = f.chunk_table([KEY_OBJECT], [PackRows(f.ZEROS, front, pack.entries)])
    length = len(table) + 16
    fill = len(body) - front - length - 32

    def named(name: bytes, size: int) -> bytes:
        return f.chunk_table([KEY_OBJECT], [PackRows(name, size, pack.entries)])

    def trailer(first: int, second: int) -> bytes:
        return two_chunks().finish(trailer=f.u64(first) + f.u64(second))

    both = [PackRows(f.ZEROS, front, pack.entries), PackRows(SET * 2, front, pack.entries)]
    for name, changed, comment in (
        (
            "filler",
            two_chunks().finish(filler=lambda n: bytes(n - 1) + b"\x01"),
            "a byte of the filler is not zero",
        ),
        ("trailer-outside", trailer(length, len(body)), "the trailer points outside the pack"),
        ("trailer-overflow", trailer((1 << 64) - fill, fill), "lengths that add up to 2^64"),
        ("trailer-no-tag", trailer(length + fill, 0), "a filler that is shorter than its tag"),
        (
            "table-of-other-size",
            two_chunks().finish(table=named(f.ZEROS, front - 1)),
            "the table says another size",
        ),
        (
            "table-of-other-name",
            two_chunks().finish(table=named(sha256(b"x"), front)),
            "the table names a pack",
        ),
        (
            "table-of-two",
            two_chunks().finish(table=f.chunk_table([KEY_OBJECT], both)),
            "the table tells of two packs",
        ),
        (
            "table-trailing",
            two_chunks().finish(table=table + b"\x00"),
            "something follows the table",
        ),
    ):
        group.refused(f"pack-{name}", comment, changed, **fields)
    tag = "tag mismatch"
    comment = "the trailer's lengths are one byte off, so that no frame opens"
    group.add("pack-trailer-off", tag, comment, trailer(length + 1, fill - 1), **fields)
    of_other = fields | {"set": REPOSITORY}
    group.add("pack-other-set", tag, "it is of another set", body, **of_other)
    group.add("pack-cut", tag, "its last byte is missing", body[:-1], **fields)
    other_key = fields | {"run_key": SECRET}
    group.add("pack-other-run", tag, "it is of another run", body, **other_key)


def tables() -> None:
    group = Group("chunk-table", "10")
    salts = [sha256(b"salt %d" % n) for n in range(3)]
    ids = [sha256(b"chunk %d" % n) for n in range(4)]
    other_run = f.KeyObject(sha256(b"run"), sha256(b"of the run"), 426)
    origins = [(other_run.id, salts[0]), (RUN, salts[1]), (RUN, salts[2])]
    keys = [KEY_OBJECT, SECRET_OBJECT, other_run]
    first = PackRows(
        sha256(b"pack 0"),
        2000,
        [Entry(ids[0], 1, origins[0], 5, 40, 100), Entry(ids[1], 2, origins[1], 0, 140, 1860)],
    )
    second = PackRows(
        sha256(b"pack 1"),
        500,
        [Entry(ids[2], 3, origins[0], 6, 100, 16), Entry(ids[3], 5, origins[2], 1, 116, 384)],
    )
    right = [first, second]
    body = f.chunk_table(keys, right)
    comment = "two packs; one has a chunk that was moved there from a pack of another run"
    fields = {"key": [tuple(key) for key in sorted(keys)]}
    fields |= {"pack": [(pack.name, pack.size, len(pack.entries)) for pack in right]}
    group.taken("chunk-table", comment, body, **fields, entry=entry_fields(right))
    group.taken("chunk-table-empty", "no key, no origin, no pack", bytes(12))

    def changed(**others: Any) -> bytes:
        entry = first.entries[0]._replace(**others)
        return f.chunk_table(keys, [first._replace(entries=[entry, *first.entries[1:]]), second])

    swapped = [origins[1], origins[0], origins[2]]
    extra = [*origins, (RUN, sha256(b"unused"))]
    key_rows = b"".join(key.id + key.name + f.u64(key.size) for key in sorted(keys, reverse=True))
    at_keys, at_origins = 4 + 3 * 72, 4 + 3 * 72 + 4
    no_entries = [first, PackRows(second.name, 500, [])]
    twice = body[:at_origins] + body[at_origins : at_origins + 36] * 2 + body[at_origins + 72 :]
    last_place = (len(origins)).to_bytes(4, "little")
    for name, made_, comment in (
        (
            "origins-out-of-order",
            f.chunk_table(keys, right, swapped),
            "not in the order of first use",
        ),
        ("origin-unused", f.chunk_table(keys, right, extra), "an origin that no entry uses"),
        ("origin-twice", twice, "an origin stands twice"),
        (
            "origin-unknown-key",
            body[:at_origins] + last_place + body[at_origins + 4 :],
            "an origin of no key",
        ),
        ("keys-fall", f.u32(3) + key_rows + body[at_keys:], "keys do not rise"),
        ("key-twice", f.u32(3) + body[4:76] * 2 + body[148:], "a key stands twice"),
        ("kind-0", changed(kind=0), "no chunk has the kind 0"),
        ("kind-16", changed(kind=16), "a table is no chunk"),
        ("outside", changed(length=1961), "it ends a byte after its pack"),
        ("in-header", changed(offset=39), "it begins in its pack's header"),
        (
            "offset-overflow",
            changed(offset=(1 << 64) - 50),
            "offset and length add up to 2^64 and more",
        ),
        (
            "pack-twice",
            f.chunk_table(keys, [first, second._replace(name=first.name)]),
            "a pack stands twice",
        ),
        ("pack-empty", f.chunk_table(keys, no_entries, origins[:2]), "a pack without an entry"),
        (
            "pack-too-large",
            f.chunk_table(keys, [first._replace(size=(64 << 20) + 1), second]),
            "a pack over 64 MiB",
        ),
        ("cut", body[:-1], "its last byte is missing"),
        ("trailing", body + b"\x00", "something follows the last pack"),
        ("count", b"\xff\xff\xff\xff" + body[4:], "2^32 - 1 keys: nothing is made room for"),
    ):
        group.refused(f"chunk-table-{name}", comment, made_)

    group = Group("index", "11")
    fields = {"repository": REPOSITORY, "set": SET, "secret": SECRET}
    sealed = f.index_object(SCOPE, SECRET, INDEX_SALT, body)
    group.taken("index", "the table of `chunk-table`", sealed, **fields, table=body)
    for name, made_, comment in (
        (
            "filler",
            {"filler": lambda n: bytes(n - 1) + b"\x01"},
            "a byte of the filler is not zero",
        ),
        ("length-outside", {"length": 1 << 20}, "the table's length is more than there is"),
        ("length-short", {"length": len(body) - 1}, "the table's length cuts it"),
    ):
        made_ = f.index_object(SCOPE, SECRET, INDEX_SALT, body, **made_)
        group.refused(f"index-{name}", comment, made_, **fields)
    other = fields | {"secret": RUN_KEY}
    group.add("index-other-secret", "tag mismatch", "it is of another secret", sealed, **other)
    as_pack = sealed[:6] + b"P" + sealed[7:]
    group.add("index-as-pack", "unknown version", "it says that it is a pack", as_pack, **fields)


def pages() -> None:
    group = Group("list-page", "12")
    entries = [
        Listed(0, 1, sha256(b"key"), 328),
        Listed(1, 2, sha256(b"pack"), 33_554_432),
        Listed(4095, 3, sha256(b"index"), 4096),
    ]
    body = f.list_page(7, entries)
    fields = {"number": 7, "entry": [tuple(one) for one in entries]}
    group.taken("list-page", "three objects; ordinals 28,672, 28,673 and 32,767", body, **fields)

    def changed(**others: Any) -> bytes:
        return f.list_page(7, [entries[0], entries[1]._replace(**others), entries[2]])

    for name, made_, comment in (
        ("slots-fall", f.list_page(7, entries[::-1]), "slots do not rise"),
        ("slot-twice", changed(slot=0), "a slot stands twice"),
        ("object-twice", changed(name=entries[0].name), "an object stands twice"),
        (
            "slot-4096",
            f.list_page(7, [entries[0], entries[2]._replace(slot=4096)]),
            "slots end at 4,095",
        ),
        ("kind-4", changed(kind=4), "there are three kinds"),
        ("empty", f.list_page(7, []), "a page has an entry"),
        ("object-too-large", changed(size=(64 << 20) + 1), "an object over 64 MiB"),
        ("cut", body[:-1], "its last byte is missing"),
        ("trailing", body + b"\x00", "something follows"),
        (
            "count",
            body[:12] + b"\xff\xff\xff\xff" + body[16:],
            "2^32 - 1 entries: nothing is made room for",
        ),
    ):
        group.refused(f"list-page-{name}", comment, made_)
    version = body[:7] + b"\x02" + body[8:]
    group.add("list-page-version-2", "unknown version", "a version to come", version)


def make() -> None:
    sealing()
    packs()
    tables()
    pages()
