"""Makes the first inputs of each parser, from a small repository: seeds.py TORIDE FOLDER, as

    unshare -u sh -c "hostname seeds; python3 fuzz/seeds.py .build/release/toride fuzz/seeds"

TORIDE is the program, FOLDER is filled with fuzz/seeds' layout. What is sealed is opened by rescue/,
what people write stands in seed_texts.py, and a small database is dumped by PostgreSQL as its user.
"""

import base64
import json
import hashlib
import os
import struct
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "rescue"))
import toride_rescue as rescue  # noqa: E402
from seed_texts import TEXTS  # noqa: E402

# Kinds of frames whose plaintext a parser reads: FORMAT.md §7.4.
CHUNKS = {2: "bundle", 3: "file-list", 4: "root"}


HOSPITAL = os.path.join(os.path.dirname(__file__), "..", "fixtures", "hospital")
STORES = {"ssmix2": "ssmix2/standard_root", "dicom": "dicom", "fhir": "fhir", "hl7": "hl7"}


def clinical(seed) -> None:
    """Files of the invented hospital: path, 0, bytes; of long ones the beginning, whole lines."""
    for store, root in STORES.items():
        paths = sorted(os.path.join(at, name) for at, _, names in os.walk(f"{HOSPITAL}/{root}")
                       for name in names)
        for path in paths[:: max(1, len(paths) // 4)]:
            with open(path, "rb") as file:
                data = file.read()
            name = os.path.relpath(path, f"{HOSPITAL}/{root}").encode()
            if len(data) > 7000 and store == "fhir":
                data = data[: data.rindex(b"\n", 0, 7000) + 1]
            seed(f"clinical-{store}", name + b"\0" + data)


def main() -> None:
    toride, folder = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])

    def seed(parser: str, data: bytes) -> None:
        # Sound ones, all of them; what fuzzing adds is named by fuzz/keep.sh.
        os.makedirs(f"{folder}/{parser}", exist_ok=True)
        name = f"{folder}/{parser}/taken-{hashlib.sha256(data).hexdigest()[:12]}"
        if len(os.listdir(f"{folder}/{parser}")) < 4 and len(data) < 16384:
            with open(name, "wb") as file:
                file.write(data)

    for parser, texts in TEXTS.items():
        for text in texts:
            seed(parser, text if isinstance(text, bytes) else text.encode())
    seed("dump-archive", dump())

    clinical(seed)

    with tempfile.TemporaryDirectory() as place:
        make(toride, place)
        capture(seed)
        age(seed)
        pack(seed)
        chunks(seed)
        with open(f"{place}/source/.toride/canary.json", "rb") as file:
            seed("canary", file.read())
        for key in sorted(rescue_keys(f"{place}/store")):
            with open(f"{place}/store/{key}", "rb") as file:
                data = file.read()
            sort_out(key, data, seed)
        with open(f"{place}/to.txt") as file:
            seed("recipient", file.read().strip().encode())
        sys.argv = ["rescue", "restore", f"{place}/store", "--identity", f"{place}/key.txt",
                    "--set", "files", "--to", f"{place}/back"]
        try:
            rescue.main()
        except SystemExit:
            pass


def make(toride: str, place: str) -> None:
    """A site with two snapshots, a verification and a rewrap."""

    def run(*words: str) -> str:
        return subprocess.run([toride, *words], check=True, capture_output=True, text=True,
                              env={**os.environ, "TORIDE_CONFIG": f"{place}/toride.yaml"}).stdout

    key = run("key", "new", "--quiet", "--out", f"{place}/key.txt").strip()
    with open(f"{place}/to.txt", "w") as file:
        file.write(key)
    os.makedirs(f"{place}/source/folder")
    for name in ("one", "folder/two", "folder/three"):
        with open(f"{place}/source/{name}", "w") as file:
            file.write(name * 3)
    os.symlink("one", f"{place}/source/link")
    os.link(f"{place}/source/one", f"{place}/source/other")
    os.mkfifo(f"{place}/source/fifo")
    with open(f"{place}/source/sparse", "wb") as file:
        file.truncate(1 << 20)
        file.seek(1 << 19)
        file.write(b"x" * 5000)
    os.makedirs(f"{place}/store")
    with open(f"{place}/toride.yaml", "w") as file:
        file.write(f"site: {{name: seeds, timezone: UTC, language: en}}\nstate: {place}/state\n"
                   f"recipients: {{recovery: {key}}}\nstores:\n  primary: {{path: {place}/store}}\n"
                   f"sets:\n  files:\n    source: {{files: {{paths: [{place}/source]}}}}\n"
                   "    canary: true\n")
    run("init")
    run("backup")
    run("backup")
    run("verify")
    extra = run("key", "new", "--quiet", "--out", f"{place}/extra.txt").strip()
    with open(f"{place}/toride.yaml") as file:
        text = file.read()
    with open(f"{place}/toride.yaml", "w") as file:
        file.write(text.replace("recipients: {", f"recipients: {{extra: {extra}, "))
    run("key", "rewrap", "--identity", f"{place}/key.txt")


def rescue_keys(store: str) -> list[str]:
    return [os.path.relpath(os.path.join(at, name), store)
            for at, _, names in os.walk(store) for name in names]


def sort_out(key: str, data: bytes, seed) -> None:
    """What lies open in a store."""
    seed("store-key", key.encode())
    kind = key.split("/")[0]
    if kind == "toride.json":
        seed("descriptor", data)
        seed("json", data[:-1])
    elif kind == "keys":
        seed("age-header", data)
        armored = base64.encodebytes(data).decode().replace("\n", "")
        lines = "\n".join(armored[at:at + 64] for at in range(0, len(armored), 64))
        seed("age-armor", f"-----BEGIN AGE ENCRYPTED FILE-----\n{lines}\n"
                          "-----END AGE ENCRYPTED FILE-----\n".encode())
        seed("base64", base64.b64encode(data[:40]))
    elif kind in ("packs", "index"):
        seed("sealed-header", data[:64])
    elif kind == "lists":
        seed("list-page", data)
    else:
        payload = base64.b64decode(json.loads(data)["payload"])
        seed("envelope", data)
        seed("manifest" if kind == "snapshots" else "statement", payload)
        seed("time", b"2026-11-22T17:38:08Z")


def capture(seed) -> None:
    """Keeps what rescue opens."""
    unseal, parse_key = rescue.unseal, rescue.parse_key

    def kept(*arguments, **named):
        plain = unseal(*arguments, **named)
        kind = arguments[4]
        if kind == 32:
            seed("chunk-table", plain[4:4 + int.from_bytes(plain[:4], "little")])
            seed("index", plain)
        elif kind == 16:
            seed("chunk-table", plain)
        elif kind < 16:
            seed("chunk", bytes([kind]) + plain)
            if kind in CHUNKS:
                seed("zstandard", plain[1:3] + plain[5:])
                seed(CHUNKS[kind], rescue.unwrap(plain))
        return plain

    def kept_key(payload: bytes, *rest):
        # The last 32 bytes are a key: another's, for what is committed.
        seed("key-payload", payload[:96])
        seed("key-object", payload[:96] + bytes(range(32)))
        return parse_key(payload, *rest)

    rescue.unseal, rescue.parse_key = kept, kept_key


def chunks(seed) -> None:
    """Chunks of each method: a short frame that does not compress (RFC 8878)."""
    for method in range(1, 5):
        for plain in (b"x", bytes(range(200, 220)), bytes(range(21))):
            block = struct.pack("<I", len(plain) << 3 | 1)[:3]
            frame = b"\x28\xb5\x2f\xfd\x20" + bytes([len(plain)]) + block + plain
            seed("chunk", b"\x01" + struct.pack("<BI", method, len(plain)) + frame)


def pack(seed) -> None:
    """Packs of 100 bytes of chunks, as the harness takes them: Parser+Sealed.swift."""
    key = bytes(range(32)) + bytes(range(32, 64)) + struct.pack("<Q", 328)
    origin = struct.pack("<I", 0) + bytes(range(64, 96))
    for count in (1, 3):
        entries = b"".join(
            bytes([at]) * 32 + struct.pack("<BIQQI", at + 1, 0, at, 40 + 20 * at, 20)
            for at in range(count))
        table = b"".join([
            struct.pack("<I", 1), key, struct.pack("<I", 1), origin, struct.pack("<I", 1),
            bytes(32), struct.pack("<QI", 140, count), entries])
        seed("pack", struct.pack("<BHH", 0, 100, len(table)) + table + bytes(20))
        lengths = struct.pack("<QQ", len(table) + 16, 20 + 16)
        seed("pack", struct.pack("<BHH", 1, 100, len(table)) + table + lengths + bytes(20))


def age(seed) -> None:
    """Files for the identity that the harness knows: 32 bytes of 7."""
    identity = TEXTS["identities"][0].strip()
    to = subprocess.run(["age-keygen", "-y"], input=identity + "\n", check=True, text=True,
                        capture_output=True).stdout.strip()
    for options in ([], ["--armor"]):
        for data in (b"", b"a payload"):
            seed("age-file", subprocess.run(["age", "-r", to, *options], input=data, check=True,
                                            capture_output=True).stdout)


def dump() -> bytes:
    """A database with one of each thing, as pg_dump's archive."""
    sql = """CREATE ROLE clerk; CREATE TABLE patient (id serial PRIMARY KEY, name text);
        INSERT INTO patient (name) VALUES ('a'); GRANT SELECT ON patient TO clerk;
        CREATE VIEW names AS SELECT name FROM patient; CREATE FUNCTION one() RETURNS int
        LANGUAGE sql AS 'select 1'; COMMENT ON TABLE patient IS 'people';"""
    with tempfile.TemporaryDirectory() as place:
        os.chmod(place, 0o777)
        script = f"""set -e
            cd {place}; PATH=$(ls -d /usr/lib/postgresql/*/bin | tail -1):$PATH
            initdb --no-sync -D data > /dev/null
            pg_ctl -D data -w -o "-k {place} -c listen_addresses= -c fsync=off" start > /dev/null
            trap 'pg_ctl -D data -m immediate stop > /dev/null' EXIT
            psql -q -h {place} -d postgres -c "$0"; pg_dump -Fc -Z0 -h {place} -d postgres"""
        return subprocess.run(["setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups",
                               "sh", "-c", script, sql], check=True, capture_output=True).stdout


main()
