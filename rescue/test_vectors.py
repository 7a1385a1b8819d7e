#!/usr/bin/python3
"""Shows toride_rescue.py every vector of Tests/Vectors that is about something it reads.

    python3 rescue/test_vectors.py

docs/FORMAT.md §23 tells how a vector reads. Those that are not for a reader are counted out loud:
it cuts and pads nothing, and of records it reads rewraps alone.
"""

import base64
import hashlib
import os
import shutil
import struct
import subprocess
import sys
import tempfile
import unittest
import unittest.mock
from pathlib import Path
from types import SimpleNamespace

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

HERE = Path(__file__).resolve().parent
VECTORS = HERE.parent / "Tests" / "Vectors"
sys.path.insert(0, str(HERE))
import toride_rescue as rescue  # noqa: E402

# What is not for a reader.
NOT_READ = {"padme", "chunker", "statement"}


class Vector:
    """One file: header lines, an empty line, bytes in hex."""

    def __init__(self, path):
        head, _, body = path.read_text().partition("\n\n")
        self.name, self.fields = path.stem, {}
        for line in head.splitlines():
            key, value = line.split(": ", 1)
            self.fields.setdefault(key, []).append(value)
        self.of, self.expect = self.fields["of"][0], self.fields["expect"][0]
        self.data = bytes.fromhex(body)

    def text(self, key):
        return self.fields[key][0]

    def hex(self, key):
        return bytes.fromhex(self.text(key).replace("-", ""))

    def number(self, key):
        return int(self.text(key))

    def rows(self, key, form):
        """Each value's parts; a letter of `form` says of each: x bytes in hex, d a number."""
        return [tuple(map(part, form, row.split(" "))) for row in self.fields.get(key, [])]


def part(form, word):
    return int(word) if form == "d" else bytes.fromhex(word.replace("-", ""))


ENTRY = "xdxxddd"  # Chunk, kind, run, salt, counter, offset, length.


def believes(keys, envelope):
    """Whether who pins these keys for everything believes an envelope."""
    signers = {keyid: [rescue.Pin(keyid, key)] for keyid, key in keys.items()}
    place = rescue.SnapshotKey("0" * 32, 1, "0" * 64)
    return rescue.standing(envelope, signers, place) == rescue.BELIEVED


class VectorTests(unittest.TestCase):
    """One method a structure: it reads a vector and compares what it tells."""

    def setUp(self):
        self.made = Path(tempfile.mkdtemp(prefix="vectors-", dir="/var/tmp"))
        self.addCleanup(shutil.rmtree, self.made)

    def store(self, **objects):
        home = Path(tempfile.mkdtemp(dir=self.made))
        for key, data in objects.items():
            (home / key).parent.mkdir(parents=True, exist_ok=True)
            (home / key).write_bytes(data)
        return rescue.Store(str(home))

    def test_every_vector(self):
        told = {}
        for path in sorted(VECTORS.glob("*.txt")):
            vector = Vector(path)
            read = getattr(self, "read_" + vector.of.replace("-", "_"), None)
            told[vector.of] = told.get(vector.of, 0) + 1
            if read is None:
                self.assertIn(vector.of, NOT_READ, vector.name)
                continue
            with self.subTest(vector.name):
                self.end(vector, read)
        self.assertGreater(sum(told.values()), 300)
        left = {of: count for of, count in told.items() if of in NOT_READ}
        print(
            f"\nvectors: {sum(told.values()) - sum(left.values())} read; not for a reader: {left}"
        )

    def test_samples_without_numpy(self):
        """With numpy they are read by every vector."""
        self.assertIsNotNone(rescue.numpy, "python3-numpy is missing; do: apt-get install it")
        ramp = b"".join((7 * word % 65_536).to_bytes(2, "little") for word in range(70_000))
        for planes in (b"", b"x", ramp, ramp + b"x"):
            fast = rescue.from_differences(planes)
            with unittest.mock.patch.object(rescue, "numpy", None):
                self.assertEqual(rescue.from_differences(planes), fast)

    def end(self, vector, read):
        if vector.expect == "success":
            read(vector)
        elif vector.expect == "unsigned":
            self.assertIs(read(vector), False)
        else:
            with self.assertRaises((rescue.Broken, rescue.Damaged)):
                read(vector)

    # §1

    def read_varint(self, vector):
        cursor = rescue.Cursor(vector.data)
        value = cursor.varint()
        self.assertEqual((value, cursor.rest()), (vector.number("value"), 0))

    def read_svarint(self, vector):
        # The reader has no such number but a time's seconds.
        time = rescue.Cursor(vector.data + b"\0").time()
        self.assertEqual(time, vector.number("value") * 1_000_000_000)

    def read_time(self, vector):
        time = rescue.Cursor(vector.data).time()
        expected = vector.number("seconds") * 1_000_000_000 + vector.number("nanoseconds")
        self.assertEqual(time, expected)

    def read_moment(self, vector):
        rescue.moment(vector.data.decode())

    def read_base64(self, vector):
        self.assertEqual(rescue.based(vector.data.decode()), vector.hex("value"))

    def read_json(self, vector):
        value = rescue.parse_json(vector.data)
        self.assertEqual(rescue.canonical_json(value).encode(), vector.data)

    # §3 and §4

    def read_store_key(self, vector):
        key = vector.data.decode()
        if key != "toride.json":
            rescue.require(rescue.object_name(key) is not None, "no key of the format")
            kinds = {"snapshots": "manifest", "packs": "pack", "keys": "key", "lists": "list"}
            kind = kinds.get(key.split("/")[0], key.split("/")[0].removesuffix("s"))
            self.assertEqual(kind, vector.text("kind"))
        if key.startswith("snapshots/"):
            rescue.require(bool(rescue.snapshot_keys(self.store(**{key: b""}))), "no snapshot")

    def read_descriptor(self, vector):
        says = rescue.read_descriptor(self.store(**{"toride.json": vector.data}))
        self.assertEqual(says.repository, vector.hex("repository"))
        self.assertEqual(says.digest, vector.hex("digest"))

    # §5 and §6

    def read_key_payload(self, vector):
        of = vector.hex("repository"), vector.hex("set")
        kind, key_id, key = rescue.parse_key(vector.data, *of)
        self.assertEqual((kind, key_id), (vector.number("kind"), vector.hex("key-id")))
        self.assertEqual(key, vector.data[96:])

    def read_key_object(self, vector):
        for number, identity in enumerate(vector.fields["identity"]):
            path = self.made / f"{vector.name}-{number}"
            path.write_text(identity + "\n")
            opened = rescue.Identities([str(path)]).open(vector.data)
            self.assertEqual(opened, vector.hex("payload"))

    def read_derivation(self, vector):
        salt = vector.hex("salt") if "salt" in vector.fields else b""
        if len(vector.data) == 32:  # The chunker's are no reader's.
            self.assertEqual(
                rescue.derive(vector.hex("key"), vector.text("info"), salt), vector.data
            )

    def read_chunk_id(self, vector):
        kind, chunks = vector.number("kind"), bare_chunks(vector.hex("secret"))
        if kind not in rescue.CHUNK_KINDS:
            return  # It reads no witness.
        files = rescue.bundle_files(vector.data) if kind == rescue.BUNDLE else {}
        digest = rescue.bundle_digest(vector.data, files) if files else sha256(vector.data)
        self.assertEqual(digest, vector.hex("digest"))
        id_key = chunks.id_keys[kind]
        self.assertEqual(rescue.hmac.digest(id_key, digest, "sha256"), vector.hex("chunk"))

    # §7 and §8

    def read_sealed_header(self, vector):
        salt = rescue.salt_of(vector.data, vector.text("letter").encode())
        self.assertEqual(salt, vector.hex("salt"))

    def read_nonce(self, vector):
        """Through what it is for: a part that is sealed with it opens."""
        key, keys, kind, counter = (
            bytes(32),
            fake_keys(),
            vector.number("kind"),
            vector.number("counter"),
        )
        bound = rescue.ASSOCIATED.pack(
            b"toride/v1", kind, keys.repository, keys.set, bytes(32), bytes(32), counter, bytes(32)
        )
        sealed = AESGCM(key).encrypt(vector.data, b"x", bound)
        opened = rescue.unseal(keys, key, bytes(32), bytes(32), kind, sealed, counter)
        self.assertEqual(opened, b"x")

    def read_associated_data(self, vector):
        kind, counter = vector.number("kind"), vector.number("counter")
        keys = SimpleNamespace(repository=vector.hex("repository"), set=vector.hex("set"))
        nonce = struct.pack(">3xBQ", 0 if kind < 16 else kind, counter)
        sealed = AESGCM(bytes(32)).encrypt(nonce, b"x", vector.data)
        run, salt, chunk = vector.hex("run"), vector.hex("salt"), vector.hex("chunk")
        opened = rescue.unseal(keys, bytes(32), run, salt, kind, sealed, counter, chunk)
        self.assertEqual(opened, b"x")

    def read_sealed_chunk(self, vector):
        kind = vector.number("kind")
        keys = keys_of(vector, vector.hex("run"))
        opener = bare_chunks(vector.hex("secret"), keys)
        pack = rescue.Entry("packs", bytes(32), 1 << 20)
        row = rescue.CHUNK_ENTRY.pack(
            vector.hex("chunk"), kind, 0, vector.number("counter"), 40, len(vector.data)
        )
        opener.packs, opener.origins = [pack], [(vector.hex("run"), vector.hex("salt"))]
        opener.find = lambda chunk: (row, 0, 0)
        opener.store = SimpleNamespace(slice=lambda pack, offset, length: vector.data)
        opener.id_keys[rescue.WITNESS] = rescue.derive(
            vector.hex("secret"), "toride/v1/chunk-id/witness"
        )
        opened = opener.open(kind, vector.hex("chunk"))
        self.assertEqual(opened.plain, vector.hex("plaintext"))

    def read_bundle(self, vector):
        files = rescue.bundle_files(vector.data)
        self.assertEqual(list(files.values()), list(map(int, vector.fields["length"])))

    # §9 to §12

    def read_pack(self, vector):
        run = rescue.derive(vector.hex("run-key"), "toride/v1/key-id")
        keys, name = keys_of(vector, run), sha256(vector.data)
        pack = rescue.Entry("packs", name, len(vector.data))
        store = self.store(**{pack.key: vector.data})
        rows = list(rescue.pack_rows(store, keys, pack))
        self.assertEqual(list(map(spelled, rows)), vector.rows("entry", ENTRY))
        self.assertEqual({row.pack for row in rows}, {name})

    def read_chunk_table(self, vector):
        cursor = rescue.Cursor(vector.data)
        rows = list(rescue.parse_table(cursor))
        rescue.require(cursor.rest() == 0, "something follows")
        self.assertEqual(list(map(spelled, rows)), vector.rows("entry", ENTRY))
        packs = list(dict.fromkeys((row.pack, row.pack_size) for row in rows))
        self.assertEqual(packs, [row[:2] for row in vector.rows("pack", "xdd")])

    def read_index(self, vector):
        index = rescue.Entry("index", sha256(vector.data), len(vector.data))
        store = self.store(**{index.key: vector.data})
        rows = list(rescue.index_rows(store, keys_of(vector, bytes(32)), index))
        table = list(rescue.parse_table(rescue.Cursor(vector.hex("table"))))
        self.assertEqual(rows, table)

    def read_list_page(self, vector):
        number, entries = rescue.parse_page(vector.data)
        self.assertEqual(number, vector.number("number"))
        expected = [(rescue.FOLDERS[row[1]], *row[2:]) for row in vector.rows("entry", "ddxd")]
        self.assertEqual([tuple(one) for one in entries], expected)

    # §13 to §15

    def read_pae(self, vector):
        """Through what it is for: a signature over it is valid."""
        key = some_signer()
        kind = vector.text("payload-type")
        one = SimpleNamespace(keyid=b"k", sig=key.sign(vector.data))
        envelope = SimpleNamespace(
            payloadType=kind, payload=vector.hex("payload"), signatures=[one]
        )
        self.assertTrue(believes({b"k": key.public_key()}, envelope))

    def read_envelope(self, vector):
        envelope = rescue.parse_envelope(vector.data, vector.text("payload-type"))
        raws = map(bytes.fromhex, vector.fields["signer"])
        signers = {sha256(raw): Ed25519PublicKey.from_public_bytes(raw) for raw in raws}
        if vector.expect == "success":
            self.assertEqual(envelope.payload, vector.hex("payload"))
            self.assertTrue(believes(signers, envelope))
        return believes(signers, envelope)

    def read_manifest(self, vector):
        """As it is read from a store: under the key that it says, signed by nobody known."""
        says = rescue.parse_json(vector.data)
        envelope = {
            "payload": base64.b64encode(vector.data).decode(),
            "payloadType": rescue.MANIFEST_TYPE,
            "signatures": [{"keyid": "00" * 32, "sig": base64.b64encode(bytes(64)).decode()}],
        }
        data = rescue.canonical_json(envelope).encode()
        key = rescue.SnapshotKey(says["set"], says["sequence"], sha256(data).hex())
        store = self.store(**{str(key): data})
        rescue.read_manifest(store, key, None)

    def read_rewrap(self, vector):
        says = rescue.REWRAP(rescue.parse_json(vector.data)).predicate
        ids = [one.key for one in says.keys]
        rescue.require(len(set(ids)) == len(ids), "a key stands twice")
        rows = [(one.key, one.object, one.size) for one in says.keys]
        self.assertEqual((says.set, rows), (vector.hex("set"), vector.rows("key", "xxd")))
        self.assertEqual(says.recipients, vector.fields["recipient"])

    def read_root(self, vector):
        form = rescue.ROOT_FORM(rescue.parse_json(vector.data))
        records = sum(piece.records for piece in form.list)
        rescue.require(records == form.files, "the pieces do not add up")

    # §16

    def read_file_record(self, vector):
        cursor = rescue.Cursor(vector.data)
        record = rescue.parse_record(cursor.text(rescue.FILE_RECORD_BYTES_MAX, "a record"))
        rescue.require(cursor.rest() == 0, "something follows")
        self.assertEqual(record.path, vector.hex("path"))
        said = record.kind, record.mode, record.uid, record.gid
        self.assertEqual(said, tuple(map(vector.number, ("kind", "mode", "uid", "gid"))))
        seconds, nanoseconds = vector.rows("modified", "dd")[0]
        self.assertEqual(record.modified, seconds * 1_000_000_000 + nanoseconds)
        self.assertEqual(record.attributes, vector.rows("attribute", "xx"))
        if "target" in vector.fields:
            self.assertEqual(record.target, vector.hex("target"))
        if "major" in vector.fields:
            self.assertEqual(record.device, (vector.number("major"), vector.number("minor")))
        if "size" in vector.fields:
            content = record.content
            self.assertEqual(
                (content.size, content.digest), (vector.number("size"), vector.hex("digest"))
            )
            self.assertEqual([tuple(one) for one in content.pieces], vector.rows("piece", "dxdd"))
            self.assertEqual(content.holes, "extents" in vector.fields)
            if content.holes:
                self.assertEqual(content.extents, vector.rows("extent", "dd"))

    def read_file_list(self, vector):
        """In the two steps of a restore: the list's own order, and what it makes in a folder."""
        piece = SimpleNamespace(
            chunk=b"", first=vector.hex("first"), records=vector.number("records")
        )
        snapshot = SimpleNamespace(
            root=SimpleNamespace(list=[piece]),
            manifest=SimpleNamespace(key="a snapshot"),
            chunks=SimpleNamespace(get=lambda kind, chunk: rescue.Chunk(vector.data, b"", {})),
        )
        records = list(rescue.list_records(snapshot))
        if "path" in vector.fields:
            self.assertEqual(
                [record.path for record in records], list(map(bytes.fromhex, vector.fields["path"]))
            )
        if any(record.content.pieces for record in records):
            return  # `example` restores it.
        target = rescue.Target(str(Path(tempfile.mkdtemp(dir=self.made)) / "in"), None)
        target.is_root = False  # Owners are not what this is about.
        for record in records:
            target.add(record)
        target.finish()

    # §21

    def read_example(self, vector):
        objects = {}
        for name in vector.fields["object"]:
            one = Vector(VECTORS / f"{name}.txt")
            objects[one.text("store-key")] = one.data
            if one.text("store-key") != "toride.json":
                self.assertEqual(one.text("store-key")[-64:], sha256(one.data).hex())
        store = self.store(**objects)
        identity = self.made / "identity.txt"
        identity.write_text(vector.text("identity") + "\n")
        out = self.made / "out"
        options = ["--set", "letters", "--identity", identity, "--signer", vector.text("signer")]
        self.run_rescue("restore", store.folder, *options, "--to", out)
        expected = {os.fsdecode(path): data for path, data in vector.rows("file", "xx")}
        links = {os.fsdecode(path): os.fsdecode(to) for path, to in vector.rows("link", "xx")}
        self.assertEqual(set(os.listdir(out)), expected.keys() | links.keys())
        for name, data in expected.items():
            self.assertEqual((out / name).read_bytes(), data)
        for name, to in links.items():
            self.assertEqual(os.readlink(out / name), to)
        number, name = vector.text("head").split(" ")
        head = f"{vector.text('set')}={number}:{name}"
        self.run_rescue(
            "verify", store.folder, "--signer", vector.text("signer"), "--expect-head", head
        )

    def run_rescue(self, *words):
        program = str(HERE / "toride_rescue.py")
        ran = subprocess.run([sys.executable, program, *map(str, words)], capture_output=True)
        # Owners of the example are nobody's here; only root may give files away.
        allowed = (0,) if os.geteuid() == 0 else (0, 3)
        self.assertIn(ran.returncode, allowed, ran.stderr.decode())


def sha256(data):
    return hashlib.sha256(data).digest()


def some_signer():
    return Ed25519PrivateKey.from_private_bytes(bytes(32))


def fake_keys():
    return rescue.Keys(bytes(16), bytes(16), bytes(32), bytes(32), {})


def keys_of(vector, run):
    secret = vector.hex("secret")
    secret_id = rescue.derive(secret, "toride/v1/key-id")
    runs = {run: vector.hex("run-key")} if "run-key" in vector.fields else {}
    return rescue.Keys(vector.hex("repository"), vector.hex("set"), secret_id, secret, runs)


def bare_chunks(secret, keys=None):
    keys = keys or rescue.Keys(bytes(16), bytes(16), bytes(32), secret, {})
    manifest = SimpleNamespace(key="a snapshot")
    return rescue.Chunks(None, keys, manifest, [])


def spelled(row):
    """A row of a table as vectors have it."""
    chunk, kind, _, counter, offset, length = rescue.CHUNK_ENTRY.unpack(row.entry)
    return chunk, kind, row.run, row.salt, counter, offset, length


if __name__ == "__main__":
    unittest.main()
