"""The vectors of docs/FORMAT.md §21: one tiny repository."""

from typing import Any

import toride_format as f
from book import (
    HOST,
    INDEX_SALT,
    PACK_SALT,
    RECOVERY,
    REPOSITORY,
    RUN,
    RUN_KEY,
    SCOPE,
    SECRET,
    SET,
    Group,
)
from documents import manifest, root
from sealed import entry_fields
from toride_format import Entry, FileRecord, Kind, Listed, PackRows, Piece, sha256

# --- §21: one tiny repository --------------------------------------------------------------------


def make() -> None:
    """One set, one snapshot, two files and a link: §21 follows it from end to end."""
    objects: list[str] = []

    def put(name: str, group: Group, comment: str, key: str, body: bytes, **fields: Any) -> bytes:
        digest = sha256(body)
        key = key.format(digest.hex(), digest.hex()[:2])
        group.taken(f"example-{name}", comment, body, store_key=key, **fields)
        objects.append(f"example-{name}")
        return digest

    toride = f.canonical_json({"format": "toride/v1", "repository": REPOSITORY.hex()}) + b"\n"
    group = Group("descriptor", "4")
    fields = {"repository": REPOSITORY, "digest": sha256(toride)}
    descriptor = put("toride-json", group, "the repository", "toride.json", toride, **fields)

    group, key_objects = Group("key-object", "5"), []
    for name, kind, key, letter in (("secret", 2, SECRET, b"s"), ("run", 1, RUN_KEY, b"r")):
        payload = f.key_payload(REPOSITORY, SET, kind, key)
        file_key, nonce = sha256(letter + b"file")[:16], sha256(letter + b"nonce")[:16]
        body = f.age_file(payload, [RECOVERY], file_key, nonce, letter)
        fields = {"identity": RECOVERY.text, "payload": payload}
        comment = "the set secret" if kind == 2 else "the run key"
        digest = put(f"key-{name}", group, comment, "keys/{}", body, **fields)
        key_objects.append(f.KeyObject(f.key_id(key), digest, len(body)))

    pack = f.Pack(SCOPE, RUN_KEY, PACK_SALT, key_objects[1])
    files = [b"Good morning.\n", b"potassium,4.1,mmol/L\n"]
    bundle = f.bundle(files)
    Group("bundle", "8").taken("example-bundle", "both files", bundle, length=list(map(len, files)))
    in_bundle = pack.add(SECRET, f.BUNDLE, bundle, f.piece_list_digest(files))
    records = example_records(files, in_bundle)
    listed = b"".join(record.encoded() for record in records)
    fields = {"first": records[0].path, "records": 3, "bytes": sum(map(len, files))}
    fields["path"] = [one.path for one in records]
    Group("file-list", "16").taken("example-file-list", "a link and two files", listed, **fields)
    list_chunk = pack.add(SECRET, f.FILE_LIST, listed, sha256(listed))
    piece = {"chunk": list_chunk.hex(), "first": f.base64_text(records[0].path), "records": 3}
    said_ = root(
        attachments=[], bytes=sum(map(len, files)), files=3, host="golden", list=[piece],
        notes=[], set="letters",
    )  # fmt: skip
    plain = f.canonical_json(said_)
    Group("root", "15").taken("example-root", "one piece of a list", plain)
    root_chunk = pack.add(SECRET, f.ROOT, plain, sha256(plain))

    body = pack.finish()
    fields = {"repository": REPOSITORY, "set": SET, "secret": SECRET}
    example_chunk(pack.entries[2], body, plain)
    entries = entry_fields([PackRows(f.ZEROS, 0, pack.entries)])
    more = {"run_key": RUN_KEY, "entry": entries}
    comment = "a bundle, a piece of a list, a root"
    packed = put("pack", Group("pack", "9"), comment, "packs/{1}/{0}", body, **fields, **more)
    rows = [PackRows(packed, len(body), pack.entries)]
    table = f.chunk_table(key_objects, rows)
    told = {"key": [tuple(key) for key in sorted(key_objects)], "entry": entries}
    told["pack"] = [(packed, len(body), len(pack.entries))]
    Group("chunk-table", "10").taken("example-chunk-table", "of the index", table, **told)
    index = f.index_object(SCOPE, SECRET, INDEX_SALT, table)
    indexed = put(
        "index", Group("index", "11"), "of one pack", "index/{}", index, **fields, table=table
    )

    entries = [
        Listed(0, 1, key_objects[0].name, key_objects[0].size),
        Listed(1, 1, key_objects[1].name, key_objects[1].size),
        Listed(2, 2, packed, len(body)),
        Listed(3, 3, indexed, len(index)),
    ]
    page = f.list_page(0, entries)
    fields = {"number": 0, "entry": [tuple(one) for one in entries]}
    comment = "in order of storing"
    listed_ = put("list-page", Group("list-page", "12"), comment, "lists/{}", page, **fields)

    sums = {"bytes": sum(one.size for one in entries), "objects": len(entries)}
    says = manifest(
        descriptor=descriptor.hex(), needed=sums, new=sums, pages=[listed_.hex()],
        root=root_chunk.hex(),
    )  # fmt: skip
    payload = f.canonical_json(says)
    Group("manifest", "14").taken("example-manifest-payload", "the document", payload)
    fields = {"payload_type": f.MANIFEST_TYPE, "payload": payload}
    signed = f.pae(payload, f.MANIFEST_TYPE)
    Group("pae", "13").taken("example-pae", "what the host signs", signed, **fields)
    body = f.signed(payload, HOST)
    fields = {"payload_type": f.MANIFEST_TYPE, "signer": HOST.public, "payload": payload}
    key = f"snapshots/{SET.hex()}/0000000001-{{}}"
    named = put("manifest", Group("envelope", "13"), "signed by the host", key, body, **fields)

    paths = [one.path for one in records]
    group = Group("example", "21")
    fields = {"identity": RECOVERY.text, "signer": HOST.public, "set": SET, "head": (1, named)}
    fields |= {"object": objects, "file": list(zip(paths[1:], files))}
    group.taken("example", "what restoring it gives", b"", **fields, link=[(paths[0], b"note.txt")])


def example_chunk(entry: Entry, pack: bytes, plain: bytes) -> None:
    """The root as it lies in the pack, and what is bound to it."""
    bound = {"repository": REPOSITORY, "set": SET, "run": RUN, "salt": PACK_SALT}
    bound |= {"kind": entry.kind, "counter": entry.counter, "chunk": entry.chunk}
    body = f.associated(SCOPE, entry.kind, RUN, PACK_SALT, entry.counter, entry.chunk)
    group = Group("associated-data", "7.3")
    group.taken("example-root-associated-data", "of the root", body, **bound)
    keys_ = {"secret": SECRET, "run_key": RUN_KEY, "plaintext": plain}
    sealed = pack[entry.offset : entry.offset + entry.length]
    group = Group("sealed-chunk", "8")
    group.taken("example-root-sealed", "cut out of `example-pack`", sealed, **bound, **keys_)


def example_records(files: list[bytes], chunk: bytes) -> list[FileRecord]:
    link = FileRecord(b"link", Kind.SYMLINK, f.prefixed(b"note.txt"), mode=0o777)
    made_, offset = [link], 4 + 4 * len(files)
    for path, data in zip((b"note.txt", b"results.csv"), files):
        piece = Piece(f.BUNDLE, chunk, offset, len(data))
        last = f.content(len(data), sha256(data), [piece])
        made_.append(FileRecord(path, Kind.REGULAR, last))
        offset += len(data)
    return made_
