"""The vectors of docs/FORMAT.md §1 to §6: conventions, keys in a store, key objects."""

import toride_format as f
from book import (
    DRILL,
    HOST,
    INDEX_SALT,
    PACK_SALT,
    RECOVERY,
    REPOSITORY,
    RUN,
    RUN_KEY,
    SECRET,
    SECRET_ID,
    SET,
    STARTED,
    Group,
    counted,
)
from toride_format import sha256

# --- §1 ------------------------------------------------------------------------------------------


def conventions() -> None:
    group = Group("varint", "1")
    for name, number, comment in (
        ("varint-zero", 0, "zero has one byte"),
        ("varint-127", 127, "the largest of one byte"),
        ("varint-300", 300, "low bits first"),
        ("varint-64-bits", (1 << 64) - 1, "the largest has ten bytes"),
    ):
        group.taken(name, comment, f.varint(number), value=number)
    group.refused("varint-longer", "300 in three bytes: not its shortest form", b"\xac\x82\x00")
    group.refused("varint-zero-longer", "zero in two bytes", b"\x80\x00")
    group.refused("varint-65-bits", "a bit more than 64", b"\xff" * 9 + b"\x03")
    group.refused("varint-unfinished", "the last byte says that one follows", b"\xac\x82")
    group = Group("svarint", "1")
    for name, number in (("minus-two", -2), ("64", 64), ("least", -(1 << 63))):
        group.taken(f"svarint-{name}", "zigzag", f.svarint(number), value=number)
    group = Group("time", "1")
    before = "half a second before 1970: seconds round down, nanoseconds count up"
    group.taken(
        "time-before-1970", before, f.time(-1, 500_000_000), seconds=-1, nanoseconds=500_000_000
    )
    comment = "1,000,000,000 nanoseconds are a second more"
    group.refused("time-nanoseconds-of-a-second", comment, f.time(0, 1_000_000_000))
    group = Group("moment", "1")
    group.taken("moment", "the example of the page", STARTED.encode(), seconds=1795369088)
    group.taken("moment-leap-day", "2024 has it", b"2024-02-29T00:00:00Z", seconds=1709164800)
    for name, text, comment in (
        ("fraction", "2026-11-22T17:38:08.5Z", "whole seconds only"),
        ("offset", "2026-11-23T02:38:08+09:00", "UTC only"),
        ("zero-offset", "2026-11-22T17:38:08+00:00", "UTC is spelled Z"),
        ("lower-case", "2026-11-22t17:38:08z", "T and Z are capitals"),
        ("no-such-day", "2026-02-29T00:00:00Z", "2026 has no leap day"),
        ("leap-second", "2016-12-31T23:59:60Z", "no second has the number 60"),
        ("hour-24", "2026-11-22T24:00:00Z", "no hour has the number 24"),
    ):
        group.refused(f"moment-{name}", comment, text.encode())
    group = Group("base64", "1")
    group.taken("base64-one-byte", "two signs of padding", b"/w==", value=b"\xff")
    group.taken("base64-alphabet", "+ and / of RFC 4648 §4", b"+/+/", value=b"\xfb\xff\xbf")
    for name, text, comment in (
        ("spare-bits", b"/x==", "spare bits are not zero"),
        ("no-padding", b"/w", "padding is not left out"),
        ("url-alphabet", b"-_-_", "the alphabet of §5 is another one"),
        ("line-feed", b"+/+/\n", "nothing stands between or after"),
        ("padding-alone", b"====", "nothing is the empty text"),
    ):
        group.refused(f"base64-{name}", comment, text)
    json_vectors()


def json_vectors() -> None:
    group = Group("json", "1")
    value = {"": 0, "a": [None, True, False, -5], "b": {}, "c": []}
    value["text"] = '患者 "\\/\x00\x1f\x7f\n'
    group.taken(
        "json-canonical", "every kind of value, and text that is escaped", f.canonical_json(value)
    )
    numbers = [-(1 << 63), -1, 0, (1 << 63) - 1]
    group.taken("json-numbers", "the bounds of 64 bits", f.canonical_json(numbers))
    group.taken("json-nesting-16", "16 levels, the number the last", b"[" * 15 + b"1" + b"]" * 15)
    group.refused("json-nesting-17", "17 levels, the number the last", b"[" * 16 + b"1" + b"]" * 16)
    for name, text, comment in (
        ("white-space", b'{"a": 1}', "no white space"),
        ("line-feed", b"{}\n", "nothing follows"),
        ("byte-order-mark", b"\xef\xbb\xbf{}", "nothing comes before"),
        ("two-values", b"{}{}", "one value"),
        ("names-out-of-order", b'{"b":1,"a":2}', "names rise by their bytes"),
        ("name-twice", b'{"a":1,"a":1}', "a name stands once"),
        ("name-not-ascii", '{"é":1}'.encode(), "names are ASCII, so that none has two spellings"),
        ("escape-short", b'"\\n"', "a line feed is \\u000a"),
        ("escape-upper-case", b'"\\u001F"', "digits of an escape are lower case"),
        ("escape-needless", b'"\\u0041"', "A needs no escape"),
        ("escape-slash", b'"\\/"', "a slash needs no escape"),
        ("escape-missing", b'"\x01"', "a byte below 20 stands escaped"),
        ("fraction", b"1.0", "numbers are whole"),
        ("exponent", b"1e3", "numbers have no exponent"),
        ("minus-zero", b"-0", "zero has no sign"),
        ("plus", b"+1", "no number has a plus sign"),
        ("leading-zero", b"01", "numbers have no leading zero"),
        ("65-bits", b"9223372036854775808", "numbers have 64 bits, one for the sign"),
        ("not-utf8", b'"\xff"', "text is UTF-8"),
        ("surrogate", b'"\xed\xa0\x80"', "half of a pair is no character"),
        ("overlong", b'"\xc0\xaf"', "UTF-8 in its shortest form"),
    ):
        group.refused(f"json-{name}", comment, text)


# --- §3 and §4 -----------------------------------------------------------------------------------


def store_keys() -> None:
    group = Group("store-key", "3")
    name, set_id = sha256(b"object").hex(), SET.hex()
    for kind, key in (
        ("descriptor", "toride.json"),
        ("key", f"keys/{name}"),
        ("pack", f"packs/{name[:2]}/{name}"),
        ("index", f"index/{name}"),
        ("list", f"lists/{name}"),
        ("manifest", f"snapshots/{set_id}/0000000001-{name}"),
        ("record", f"records/key-check/{HOST.id.hex()}/0000000001-{name}"),
    ):
        group.taken(f"store-key-{kind}", "its one spelling", key.encode(), kind=kind)
    long = f"snapshots/{set_id}/9007199254740992-{name}"
    group.taken(
        "store-key-number-of-16-digits", "2^53, the highest", long.encode(), kind="manifest"
    )
    for kind, key, comment in (
        ("upper-case", f"keys/{name.upper()}", "hex is lower case"),
        ("short-name", f"keys/{name[:-2]}", "a name has 64 digits"),
        ("other-folder", f"packs/ff/{name}", "the folder is the first two digits"),
        ("nine-digits", f"snapshots/{set_id}/000000001-{name}", "ten digits at least"),
        ("eleven-digits", f"snapshots/{set_id}/00000000001-{name}", "zeros only as far as ten"),
        ("number-too-high", f"snapshots/{set_id}/9007199254740993-{name}", "over 2^53"),
        ("unknown-record", f"records/other/{HOST.id.hex()}/0000000001-{name}", "no such kind"),
    ):
        group.add(f"store-key-{kind}", "foreign", comment, key.encode())


def descriptors() -> None:
    group = Group("descriptor", "4")
    text = f'{{"format":"toride/v1","repository":"{REPOSITORY.hex()}"}}'
    bare = text.encode()
    for name, changed, comment in (
        ("no-line-feed", bare, "one line feed ends it"),
        ("two-line-feeds", bare + b"\n\n", "one, not two"),
        ("upper-case", text.replace("8d", "8D").encode() + b"\n", "hex is lower case"),
        ("short-id", text.replace("8d", "").encode() + b"\n", "an id has 16 bytes"),
        ("other-member", text.replace("}", ',"tool":1}').encode() + b"\n", "no such member"),
        ("member-missing", b'{"format":"toride/v1"}\n', "every member stands"),
    ):
        group.refused(f"toride-json-{name}", comment, changed)
    other = text.replace("/v1", "/v2").encode() + b"\n"
    group.add("toride-json-version-2", "unknown version", "a version to come", other)


# --- §5 and §6 -----------------------------------------------------------------------------------


def keys() -> None:
    group = Group("key-payload", "5")
    right = f.key_payload(REPOSITORY, SET, 1, RUN_KEY)
    fields = {"repository": REPOSITORY, "set": SET}
    of_run = fields | {"kind": 1, "epoch": 1, "key_id": RUN}
    group.taken("key-payload-run", "a run key", right, **of_run)
    of_set = fields | {"kind": 2, "epoch": 3, "key_id": SECRET_ID}
    secret = f.key_payload(REPOSITORY, SET, 2, SECRET, 3)
    group.taken("key-payload-set-secret", "a set secret of epoch 3", secret, **of_set)

    def changed(at: int, byte: bytes) -> bytes:
        return right[:at] + byte + right[at + len(byte) :]

    for name, body, comment in (
        ("wrong-id", changed(127, b"\x00"), "the key does not give the key id"),
        ("other-repository", changed(8, b"\x00"), "it is of another repository"),
        ("other-set", changed(24, b"\x00"), "it is of another set"),
        ("kind-3", changed(40, b"\x03"), "there are two kinds"),
        ("gap", changed(47, b"\x01"), "the zeros after the kind are checked"),
        ("second-gap", changed(63, b"\x01"), "the zeros after the epoch are checked"),
        ("epoch-0", changed(48, b"\x00"), "epochs count from 1"),
        ("epoch-too-high", changed(48, f.u64((1 << 53) + 1)), "over 2^53"),
        ("short", right[:-1], "127 bytes"),
        ("long", right + b"\x00", "129 bytes"),
    ):
        group.refused(f"key-payload-{name}", comment, body, **fields)
    version = changed(7, b"\x02")
    group.add("key-payload-version-2", "unknown version", "a version to come", version, **fields)

    group = Group("key-object", "5")
    both = f.age_file(right, [RECOVERY, DRILL], counted(0, 16), counted(16, 16), b"two")
    comment = "two recipients: 230 + 98 × 2 bytes; each identity opens it"
    identities = [RECOVERY.text, DRILL.text]
    group.taken("key-object-two-recipients", comment, both, identity=identities, payload=right)

    group = Group("derivation", "6")
    run, index = {"salt": PACK_SALT}, {"salt": INDEX_SALT}
    for name, key, info, salt, count in (
        ("key-id-run", RUN_KEY, "key-id", {}, 32),
        ("key-id-set-secret", SECRET, "key-id", {}, 32),
        ("pack", RUN_KEY, "pack", run, 32),
        ("index", SECRET, "index", index, 32),
        ("chunk-id-content", SECRET, "chunk-id/content", {}, 32),
        ("chunk-id-bundle", SECRET, "chunk-id/bundle", {}, 32),
        ("chunk-id-file-list", SECRET, "chunk-id/file-list", {}, 32),
        ("chunk-id-root", SECRET, "chunk-id/root", {}, 32),
        ("chunk-id-witness", SECRET, "chunk-id/witness", {}, 32),
        ("chunker-content", SECRET, "chunker/content", {}, 2048),
        ("chunker-file-list", SECRET, "chunker/file-list", {}, 2048),
    ):
        out = f.hkdf(key, f"toride/v1/{info}", salt.get("salt", b""), count)
        info_field = {"info": f"toride/v1/{info}"}
        group.taken(f"derivation-{name}", "HKDF-SHA256", out, key=key, **salt, **info_field)

    group = Group("chunk-id", "6")
    for kind, name in f.CHUNK_KINDS.items():
        files = [b"good ", b"morning"]
        plain = f.bundle(files) if kind == f.BUNDLE else b"good morning"
        digest = f.piece_list_digest(files) if kind == f.BUNDLE else sha256(plain)
        chunk = f.chunk_id(SECRET, kind, digest)
        comment = "the same bytes have another id in each kind"
        if kind == f.BUNDLE:
            comment = "a bundle's digest is the piece-list digest of its files"
        fields = {"secret": SECRET, "kind": kind, "digest": digest, "chunk": chunk}
        group.taken(f"chunk-id-{name}", comment, plain, **fields)


def make() -> None:
    conventions()
    store_keys()
    descriptors()
    keys()
