#!/usr/bin/python3
"""Gets data back from a Toride repository with nothing of Toride's.

Written from docs/FORMAT.md alone; every § below is a section of that page. It needs Debian's
age, python3-cryptography and python3-zstandard (or the zstd tool). It never writes into the
repository. What it reads is hostile until a hash, a tag or a signature says otherwise, and even
then a file list may name any path: whatever breaks a rule of the page stops the program.

Exit codes: 0 done, whole · 1 damaged · 2 usage · 3 could not tell, or not all could be done ·
4 the identity does not open the backup.
"""

import argparse
import base64
import binascii
import errno
import functools
import hashlib
import hmac
import itertools
import json
import os
import re
import shutil
import sqlite3
import stat
import struct
import subprocess
import sys
import tempfile
import time
import unicodedata
from array import array
from bisect import bisect_right
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from types import SimpleNamespace
from typing import Any, BinaryIO, NamedTuple

try:
    from cryptography.exceptions import InvalidSignature, InvalidTag
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
    from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF
except ImportError:
    print("python3-cryptography is missing; do: apt-get install it", file=sys.stderr)
    sys.exit(2)
try:
    import zstandard
except ImportError:
    zstandard = None  # The zstd tool does it too, a process for each chunk.
try:
    import numpy
except ImportError:
    numpy = None  # Images of 16 bits then take a minute for half a GB.

# --- §2 Limits -----------------------------------------------------------------------------------

CHUNK_BYTES_MAX = 8 << 20
SEALED_CHUNK_BYTES_MAX = CHUNK_BYTES_MAX + 4096
PACK_BYTES_MAX = 2 * (32 << 20)  # Twice what a writer writes; likewise of an index object.
INDEX_BYTES_MAX = 2 * (16 << 20)
PAGE_ENTRIES_MAX = 4096
PAGES_MAX = 65_536
DOCUMENT_BYTES_MAX = 32 << 20
KEYS_MAX = 65_536
RECIPIENTS_MAX = 64
JSON_DEPTH_MAX = 16
# Commas and brackets: nothing but brackets would fill the memory before anything could judge it.
JSON_MARKS_MAX = 1 << 20
PACK_ENTRIES_MAX = 65_536
INDEX_ENTRIES_MAX = 196_608
SEQUENCE_MAX = 1 << 53
NAME_BYTES_MAX = 255
FILE_RECORD_BYTES_MAX = 4 << 20
PATH_BYTES_MAX = 65_536
KEY_OBJECT_BYTES_MAX = 65_536
DESCRIPTOR_BYTES_MAX = 4095
PAGE_BYTES_MAX = 1 << 20
SIGNATURES_MAX = 16
SUBJECTS_MAX = 65_536
BUNDLE_FILES_MAX = 65_536
LIST_PIECES_MAX = 83_886
NOTES_MAX = 65_536
NOTES_BYTES_MAX = 1 << 20
ATTACHMENTS_MAX = 64
ATTACHMENT_CHUNKS_MAX = 4096
PIECES_MAX = 123_361
EXTENTS_MAX = 2_097_151
ATTRIBUTES_MAX = 65_536
ATTRIBUTE_NAME_BYTES_MAX = 255
ATTRIBUTE_BYTES_MAX = 65_536

NOBODY = (1 << 32) - 1  # To chown it means "leave it".

# Ours, not the page's: what this program keeps in memory and holds open.
CACHE_BYTES = 64 << 20
OPEN_PACKS = 16
OPEN_FOLDERS = 200
COPY_BYTES = 1 << 20

ZEROS = bytes(32)

# --- What goes wrong -----------------------------------------------------------------------------


class Problem(Exception):
    """Why the program stops: which object, what is wrong with it, what to do."""

    code, word = 3, "could not tell"

    def __init__(self, where: str | bytes, what: str, do: str) -> None:
        super().__init__(f"{shown(where)}: {what}; {do}")


FROM_A_COPY = "bring it back from another copy"


class Damaged(Problem):
    code, word = 1, "damaged"

    def __init__(self, where: str | bytes, what: str, do: str = FROM_A_COPY) -> None:
        super().__init__(where, what, do)


class Misused(Problem):
    code, word = 2, "usage"


class Locked(Problem):
    code, word = 4, "locked"


class Broken(Exception):
    """Bytes that are not in the format. Parsers do not know whose they are: `naming` does."""


@contextmanager
def naming(where: str | bytes) -> Iterator[None]:
    try:
        yield
    except Broken as why:
        raise Damaged(where, str(why)) from None


def require(true: bool, otherwise: str) -> None:
    if not true:
        raise Broken(otherwise)


def shown(text: str | bytes) -> str:
    """A stranger's text, safe on a terminal: nothing in it moves the cursor or rings the bell."""
    if isinstance(text, bytes):
        text = text.decode("utf-8", "backslashreplace")
    safe = (c if c.isprintable() else c.encode("unicode_escape").decode() for c in text[:300])
    return "".join(safe) + ("…" if len(text) > 300 else "")


# --- §1 Conventions: binary fields ---------------------------------------------------------------


class Cursor:
    """Reads fields one after another and refuses to read past the end."""

    def __init__(self, data: bytes) -> None:
        self.data, self.at = data, 0

    def rest(self) -> int:
        return len(self.data) - self.at

    def take(self, count: int) -> bytes:
        require(count <= self.rest(), "it ends too early")
        self.at += count
        return self.data[self.at - count : self.at]

    def number(self, width: int) -> int:
        return int.from_bytes(self.take(width), "little")

    def varint(self) -> int:
        value = shift = 0
        while True:
            require(self.at < len(self.data), "it ends too early")
            byte = self.data[self.at]
            self.at += 1
            value |= (byte & 0x7F) << shift
            if byte < 0x80:
                break
            shift += 7
            require(shift < 70, "a number has more than 64 bits")
        require(byte != 0 or shift == 0, "a number is not in its shortest form")
        require(value < 1 << 64, "a number has more than 64 bits")
        return value

    def below(self, limit: int, what: str) -> int:
        value = self.varint()
        require(value < limit, f"{what} is too large")
        return value

    def text(self, most: int, what: str) -> bytes:
        return self.take(self.below(most + 1, what))

    def count(self, most: int, each: int, what: str) -> int:
        """How many things follow. More than the rest could hold at `each` bytes is a lie."""
        value = self.varint()
        require(value <= most and value * each <= self.rest(), f"too many {what}")
        return value

    def time(self) -> int:
        """Nanoseconds since 1970."""
        zigzag = self.varint()
        seconds = (zigzag >> 1) ^ -(zigzag & 1)
        return seconds * 1_000_000_000 + self.below(1_000_000_000, "a time's nanoseconds")


# --- §1 Conventions: canonical JSON --------------------------------------------------------------


def parse_json(data: bytes) -> Any:
    """Refuses what we would not write in the same bytes: names twice, floats, white space, …"""
    require(sum(map(data.count, (b",", b"[", b"{"))) <= JSON_MARKS_MAX, "its JSON is too large")
    try:
        value = json.loads(data.decode())
        same = canonical_json(value).encode() == data
    except (ValueError, RecursionError):
        raise Broken("it is not JSON") from None
    require(same, "its JSON is not canonical")
    return value


def canonical_json(value: Any, depth: int = 0) -> str:
    require(depth < JSON_DEPTH_MAX, "its JSON is nested too deep")
    match value:
        case None | bool():
            return {None: "null", False: "false", True: "true"}[value]
        case int() if -(1 << 63) <= value < 1 << 63:
            return str(value)
        case str():
            return '"' + re.sub(r'["\\\x00-\x1f]', escaped, value) + '"'
        case list():
            return "[" + ",".join(canonical_json(item, depth + 1) for item in value) + "]"
        case dict():
            names, inside = sorted(value), depth + 1
            require(all(map(str.isascii, names)), "a name in its JSON is not ASCII")
            items = (f"{canonical_json(n)}:{canonical_json(value[n], inside)}" for n in names)
            return "{" + ",".join(items) + "}"
    raise Broken("its JSON has a number that the format does not know")


def escaped(match: re.Match[str]) -> str:
    character = match[0]
    return "\\" + character if character in '"\\' else f"\\u{ord(character):04x}"


# A form judges one JSON value and gives back what it means: bytes for hex, and so on.
Form = Callable[[Any], Any]


def fields(**forms: Form) -> Form:
    """An object with exactly these members."""

    def form(value: Any) -> SimpleNamespace:
        require(isinstance(value, dict) and value.keys() == forms.keys(), "it has other members")
        meant = {}
        for name, member in forms.items():
            try:
                meant[name] = member(value[name])
            except Broken as why:
                raise Broken(f"{name}: {why}") from None
        return SimpleNamespace(**meant)

    return form


def listed(item: Form, most: int, least: int = 0, rising: bool = False) -> Form:
    def form(value: Any) -> list[Any]:
        require(isinstance(value, list) and least <= len(value) <= most, "a list of a wrong length")
        meant = [item(one) for one in value]
        in_order = not rising or all(a < b for a, b in itertools.pairwise(meant))
        require(in_order, "a list that does not rise")
        return meant

    return form


def hexed(count: int) -> Form:
    def form(value: Any) -> bytes:
        right = isinstance(value, str) and re.fullmatch(rf"[0-9a-f]{{{2 * count}}}", value)
        require(bool(right), f"not {count} bytes in lower-case hex")
        return bytes.fromhex(value)

    return form


def based(value: Any) -> bytes:
    """Base64 in its one spelling (§1)."""
    try:
        data = base64.b64decode(value, validate=True)
        require(base64.b64encode(data).decode() == value, "Base64 in another spelling")
    except (TypeError, ValueError, binascii.Error):
        raise Broken("it is not Base64") from None
    return data


def whole(least: int, most: int = (1 << 63) - 1) -> Form:
    def form(value: Any) -> int:
        require(type(value) is int and least <= value <= most, "a number outside its bounds")
        return value

    return form


def moment(value: Any) -> str:
    right = isinstance(value, str) and re.fullmatch(r"\d{4}(-\d\d){2}T\d\d(:\d\d){2}Z", value, re.A)
    try:
        require(bool(right), "not a time of the form 2026-11-22T17:38:08Z")
        datetime.strptime(value, "%Y-%m-%dT%H:%M:%SZ")
    except ValueError:
        raise Broken("a time that there is not") from None
    return value


def text(value: Any) -> str:
    require(isinstance(value, str), "not a text")
    return value


BECH32 = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
BECH32_GENERATOR = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)


def recipient(value: Any) -> str:
    """An X25519 recipient of age's: 32 bytes in Bech32 (BIP-173)."""
    right = isinstance(value, str) and re.fullmatch(f"age1[{BECH32}]{{58}}", value)
    require(bool(right), "not a recipient of age's")
    values = [BECH32.index(letter) for letter in value[4:]]
    # 52 groups of five bits are 32 bytes and four bits more; six are the checksum.
    require(values[51] & 15 == 0, "a recipient's last bits are not zero")
    prefix = [ord(letter) >> 5 for letter in "age"] + [0] + [ord(letter) & 31 for letter in "age"]
    state = 1
    for group in prefix + values:
        top, state = state >> 25, (state & 0x1FFFFFF) << 5 ^ group
        for bit, generator in enumerate(BECH32_GENERATOR):
            state ^= generator if top >> bit & 1 else 0
    require(state == 1, "a recipient's checksum is wrong")
    return value


def boolean(value: Any) -> bool:
    require(isinstance(value, bool), "neither true nor false")
    return value


def just(*allowed: str) -> Form:
    def form(value: Any) -> str:
        require(value in allowed, "a version or kind that this program does not know")
        return value

    return form


def nullable(item: Form) -> Form:
    return lambda value: None if value is None else item(value)


# --- §3 Objects and their keys -------------------------------------------------------------------

HASH, ID, NUMBER = "([0-9a-f]{64})", "([0-9a-f]{32})", "([0-9]{10}|[1-9][0-9]{10,15})"
SNAPSHOT_KEY = re.compile(f"snapshots/{ID}/{NUMBER}-{HASH}")
REWRAP_KEY = re.compile(f"records/rewrap/{HASH}/{NUMBER}-{HASH}")
# Any key but toride.json.
OBJECT_KEY = re.compile(
    rf"(?:keys|index|lists|packs/(..)(?=/\1)|(?:snapshots/{ID}"
    rf"|records/(?:verification|drill|key-check|rewrap|attack|hold)/{HASH})"
    rf"/(?P<number>{NUMBER})(?=-))"
    rf"[/-](?P<name>{HASH})"
)
# How many folders lie between these and their objects.
FOLDERS_DEEP = {"keys": 0, "packs": 1, "index": 0, "lists": 0, "snapshots": 1, "records": 2}
FOLDERS = {1: "keys", 2: "packs", 3: "index"}
SIZES_MAX = {"keys": KEY_OBJECT_BYTES_MAX, "packs": PACK_BYTES_MAX, "index": INDEX_BYTES_MAX}


class Entry(NamedTuple):
    """An object that a list page names (§12)."""

    folder: str
    name: bytes
    size: int

    @property
    def key(self) -> str:
        return object_key(self.folder, self.name)


def object_key(folder: str, name: bytes) -> str:
    return f"packs/{name.hex()[:2]}/{name.hex()}" if folder == "packs" else f"{folder}/{name.hex()}"


def object_name(key: str) -> bytes | None:
    """The name that a key of the format ends with; of any other spelling, none (§3)."""
    match = OBJECT_KEY.fullmatch(key)
    if not match or int(match["number"] or 0) > SEQUENCE_MAX:
        return None
    return bytes.fromhex(match["name"])


class Store:
    """The repository's folder. Nothing is believed of an object but what its hash confirms."""

    def __init__(self, folder: str) -> None:
        if not os.path.isdir(folder):
            raise Misused(folder, "is not a folder", "give the folder that holds toride.json")
        self.folder = folder
        self.packs: OrderedDict[bytes, int] = OrderedDict()

    @contextmanager
    def reaching(self, key: str) -> Iterator[str]:
        try:
            yield os.path.join(self.folder, key)
        except (FileNotFoundError, NotADirectoryError):
            raise Damaged(key, "it is missing") from None
        except OSError as why:
            do = "check the disk and the rights, then try again"
            raise Problem(key, f"it cannot be read ({why.strerror})", do) from None

    def open(self, key: str) -> tuple[int, int]:
        """The descriptor and size of an object. A fifo in its place must not make us wait."""
        with self.reaching(key) as path:
            file = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
            status = os.fstat(file)
        if not stat.S_ISREG(status.st_mode):
            os.close(file)
            raise Damaged(key, "it is not a file")
        return file, status.st_size

    def read(self, key: str, most: int) -> bytes:
        file, size = self.open(key)
        with naming(key), self.reaching(key), open(file, "rb") as stream:
            require(size <= most, f"it is larger than {most} bytes")
            return stream.read(most)

    def load(self, key: str, name: bytes, most: int) -> bytes:
        data = self.read(key, most)
        with naming(key):
            require(hashlib.sha256(data).digest() == name, "its bytes do not hash to its name")
        return data

    def check(self, key: str, name: bytes, size: int | None = None) -> int:
        """Hashes an object of any size without keeping it."""
        file, there = self.open(key)
        with naming(key), self.reaching(key), open(file, "rb", buffering=0) as stream:
            require(size in (None, there), f"it has {there} bytes and not {size}")
            digest = hashlib.file_digest(stream, "sha256").digest()
            require(digest == name, "its bytes do not hash to its name")
        return there

    def slice(self, pack: Entry, offset: int, length: int) -> bytes:
        """Bytes of a pack. The whole pack is not hashed for them: their tag and id judge them."""
        key, file = pack.key, self.packs.pop(pack.name, -1)
        with naming(key), self.reaching(key):
            if file < 0:
                file, size = self.open(key)
                if size != pack.size:
                    os.close(file)
                    raise Broken(f"it has {size} bytes and not {pack.size}")
            self.packs[pack.name] = file
            if len(self.packs) > OPEN_PACKS:
                os.close(self.packs.popitem(last=False)[1])
            data = os.pread(file, length, offset)
            require(len(data) == length, "it ends too early")
        return data

    def walk(self, folder: str, deep: int) -> Iterator[str]:
        """Keys of the files beneath `folder`, as deep as keys go, in order."""
        try:
            with self.reaching(folder) as path, os.scandir(path) as found:
                names = sorted((one.name, one.is_dir()) for one in found)
        except Damaged:
            return  # A folder that is not there holds nothing.
        for name, is_folder in names:
            if is_folder and deep:
                yield from self.walk(f"{folder}/{name}", deep - 1)
            else:
                yield f"{folder}/{name}"


# --- §4 toride.json ------------------------------------------------------------------------------

DESCRIPTOR = fields(format=just("toride/v1"), repository=hexed(16))


class Descriptor(NamedTuple):
    digest: bytes
    repository: bytes


def read_descriptor(store: Store) -> Descriptor:
    data = store.read("toride.json", DESCRIPTOR_BYTES_MAX)
    with naming("toride.json"):
        require(data.endswith(b"\n"), "it does not end with a line feed")
        says = DESCRIPTOR(parse_json(data[:-1]))
    return Descriptor(hashlib.sha256(data).digest(), says.repository)


# --- §12 List pages ------------------------------------------------------------------------------

PAGE_HEAD, PAGE_ENTRY = struct.Struct("<8sII"), struct.Struct("<HB32sQ")


def parse_page(data: bytes) -> tuple[int, list[Entry]]:
    require(len(data) >= PAGE_HEAD.size, "it ends too early")
    magic, number, count = PAGE_HEAD.unpack_from(data)
    require(magic == b"TORIDEL\x01", "it is not a list page of version 1")
    require(1 <= count <= PAGE_ENTRIES_MAX, "it has too many entries or none")
    require(len(data) == PAGE_HEAD.size + count * PAGE_ENTRY.size, "it has a wrong length")
    entries, before = [], -1
    names = set()
    for slot, kind, name, size in PAGE_ENTRY.iter_unpack(data[PAGE_HEAD.size :]):
        require(before < slot < PAGE_ENTRIES_MAX, "its slots do not rise")
        require(kind in FOLDERS, "it names an object of an unknown kind")
        require(size <= SIZES_MAX[FOLDERS[kind]], "it names an object that is too large")
        require(name not in names, "it names an object twice")
        names.add(name)
        entries.append(Entry(FOLDERS[kind], name, size))
        before = slot
    return number, entries


def read_page(store: Store, name: bytes) -> tuple[int, list[Entry]]:
    key = object_key("lists", name)
    data = store.load(key, name, PAGE_BYTES_MAX)
    with naming(key):
        return parse_page(data)


# --- §13 Signed documents ------------------------------------------------------------------------

MANIFEST_TYPE = "application/vnd.toride.manifest.v1+json"
RECORD_TYPE = "application/vnd.in-toto+json"
ENVELOPE = fields(
    payload=based,
    payloadType=text,
    signatures=listed(fields(keyid=hexed(32), sig=based), SIGNATURES_MAX, least=1),
)


@dataclass
class Pin:
    """A line of a signer file (§13.2), as far as it is about manifests."""

    keyid: bytes
    key: Ed25519PublicKey
    signs_snapshots: bool = True
    sets: set[str] | None = None  # None: every set.
    through: dict[str, tuple[int, str]] | None = None  # None: the key is in use.

    def covers(self, set_id: str) -> bool:
        return self.signs_snapshots and (self.sets is None or set_id in self.sets)

    def reaches(self, set_id: str, sequence: int, name: str) -> bool:
        if self.through is None:
            return True
        last, head = self.through.get(set_id, (0, ""))
        return sequence < last or (sequence, name) == (last, head)


Signers = dict[bytes, list[Pin]]
BELIEVED = "it is signed by a key that is believed"
UNKNOWN = "it is signed by none of the given keys"
NOT_ENTITLED = "it is signed with a key that is given for other kinds or sets"
RETIRED = "it is signed with a retired key, beyond what is believed of it"
REFUSED = (NOT_ENTITLED, RETIRED)


def parse_envelope(data: bytes, payload_type: str) -> SimpleNamespace:
    envelope = ENVELOPE(parse_json(data))
    require(envelope.payloadType == payload_type, "it is a document of another type")
    require(all(len(one.sig) == 64 for one in envelope.signatures), "a signature has no 64 bytes")
    return envelope


def standing(envelope: SimpleNamespace, signers: Signers, key: "SnapshotKey") -> str:
    """What the signatures under a manifest's key are worth; the best counts."""
    kind, payload = envelope.payloadType.encode(), envelope.payload
    signed = b"DSSEv1 %d %b %d %b" % (len(kind), kind, len(payload), payload)
    best = [UNKNOWN, NOT_ENTITLED, RETIRED, BELIEVED]
    found = UNKNOWN
    for one in envelope.signatures:
        if not (pins := signers.get(one.keyid)):
            continue
        worth = NOT_ENTITLED
        if any(pin.covers(key.set) for pin in pins):
            worth = BELIEVED if all(pin.reaches(*key) for pin in pins) else RETIRED
        try:
            pins[0].key.verify(one.sig, signed)
        except InvalidSignature:
            if worth == BELIEVED:
                raise Broken("its signature is wrong: it may be forged") from None
            continue  # Anyone can write another's id beside bytes.
        found = max(found, worth, key=best.index)
    return found


SIGNER_DO = "a line is 64 hexadecimal digits, then kind=, set=, through=, # label (FORMAT.md §13.2)"
SIGNER_KINDS = ("snapshot", "verification", "drill", "key-check", "rewrap", "attack", "hold")
SIGNER_HEAD = re.compile(
    rf"(?:(?P<set>[0-9a-f]{{32}})|{'|'.join(SIGNER_KINDS[1:])})"
    r"=(?P<number>[1-9][0-9]{0,15}):(?P<hash>[0-9a-f]{64})"
)


def read_pin(line: str) -> Pin:
    words, sign, label = line.partition("#")
    control = any(unicodedata.category(one) in ("Cc", "Zl", "Zp") for one in label.strip(" \t"))
    require(not control and len(label.strip(" \t").encode()) <= 200, "its label is not plain")
    digits, *rest = [word for word in re.split("[ \t]+", words) if word] or [""]
    require(re.fullmatch("[0-9a-f]{64}", digits), "it is no public key")
    raw = bytes.fromhex(digits)
    pin = Pin(hashlib.sha256(raw).digest(), Ed25519PublicKey.from_public_bytes(raw))
    seen = set()
    for word in rest:
        name, _, value = word.partition("=")
        items = value.split(",")
        require(name not in seen and len(set(items)) == len(items), f"{name}= stands twice")
        seen.add(name)
        if name == "kind":
            require(all(one in SIGNER_KINDS for one in items), "it names no kind")
            pin.signs_snapshots = "snapshot" in items
        elif name == "set":
            require(all(re.fullmatch("[0-9a-f]{32}", one) for one in items), "it names no set")
            pin.sets = set(items)
        elif name == "through":
            pin.through = read_retirement(items)
        else:
            raise Broken("it has a word that means nothing")
    return pin


def read_retirement(items: list[str]) -> dict[str, tuple[int, str]]:
    through: dict[str, tuple[int, str]] = {}
    for item in items if items != ["none"] else []:
        match = SIGNER_HEAD.fullmatch(item)
        require(match and int(match["number"]) <= SEQUENCE_MAX, "it has no head after through=")
        if set_id := match["set"]:
            require(set_id not in through, "it has two heads of one set")
            through[set_id] = (int(match["number"]), match["hash"])
    return through


def signer_lines(given: str) -> list[str]:
    if not os.path.exists(given):
        return [given.lower()]  # As somebody types it from paper.
    with open(given, "rb") as file:
        data = file.read((1 << 20) + 1)
    try:
        if len(data) > 1 << 20:
            raise Misused(given, "is longer than a signer file", SIGNER_DO)
        return [line.removesuffix("\r") for line in data.decode().split("\n")]
    except UnicodeDecodeError:
        raise Misused(given, "is not UTF-8", SIGNER_DO) from None


def read_signers(given: Iterable[str]) -> Signers:
    signers: Signers = {}
    for one in given:
        here: Signers = {}
        for number, line in enumerate(signer_lines(one), 1):
            if line.strip(" \t")[:1] in ("", "#"):
                continue
            try:
                pin = read_pin(line)
                require(pin.keyid not in here, "its key stands in an earlier line")
            except Broken as broken:
                raise Misused(f"{one}, line {number}", str(broken), SIGNER_DO) from None
            here[pin.keyid] = [pin]
        if not here:
            raise Misused(one, "is no public key", "give 64 hexadecimal digits, or a signer file")
        for keyid, pins in here.items():
            signers.setdefault(keyid, []).extend(pins)
    return signers


# --- §14 The manifest ----------------------------------------------------------------------------

COUNTED = fields(bytes=whole(0), objects=whole(0))
MANIFEST = fields(
    complete=boolean,
    descriptor=hexed(32),
    epoch=whole(1, SEQUENCE_MAX),
    finished=moment,
    format=just("toride/manifest/v1"),
    keys=listed(hexed(32), KEYS_MAX, least=1, rising=True),
    needed=COUNTED,
    new=COUNTED,
    pages=listed(hexed(32), PAGES_MAX, least=1),
    previous=nullable(hexed(32)),
    recipients=listed(recipient, RECIPIENTS_MAX, least=1, rising=True),
    repository=hexed(16),
    root=hexed(32),
    run=hexed(32),
    secret=hexed(32),
    sequence=whole(1, SEQUENCE_MAX),
    set=hexed(16),
    started=moment,
    tool=text,
)


class SnapshotKey(NamedTuple):
    set: str
    sequence: int
    name: str

    def __str__(self) -> str:
        return f"snapshots/{self.set}/{self.sequence:010d}-{self.name}"


@dataclass
class Manifest:
    key: SnapshotKey
    envelope: SimpleNamespace
    says: SimpleNamespace  # The members of MANIFEST.


def snapshot_keys(store: Store) -> dict[str, list[SnapshotKey]]:
    """By set, the newest last. What is spelled otherwise is no object of the format (§3)."""
    sets: dict[str, list[SnapshotKey]] = {}
    for key in store.walk("snapshots", 1):
        if object_name(key) and (match := SNAPSHOT_KEY.fullmatch(key)):
            sets.setdefault(match[1], []).append(SnapshotKey(match[1], int(match[2]), match[3]))
    return {name: sorted(keys, key=lambda key: key.sequence) for name, keys in sets.items()}


def read_manifest(store: Store, key: SnapshotKey, descriptor: Descriptor | None) -> Manifest:
    data = store.load(str(key), bytes.fromhex(key.name), DOCUMENT_BYTES_MAX)
    with naming(str(key)):
        envelope = parse_envelope(data, MANIFEST_TYPE)
        says = MANIFEST(parse_json(envelope.payload))
        require((says.set.hex(), says.sequence) == key[:2], "it belongs under another key")
        if descriptor:
            here = (says.descriptor, says.repository) == descriptor
            require(here, "it belongs to another repository, or toride.json was changed")
        require((says.previous is None) == (says.sequence == 1), "it has a wrong predecessor")
        require(says.run in says.keys, "its own run is not among its keys")
    return Manifest(key, envelope, says)


class PageSum(NamedTuple):
    """What a list page adds to those of a snapshot."""

    number: int
    objects: int
    bytes: int
    keys: int
    indexes: int


def page_sum(number: int, entries: list[Entry]) -> PageSum:
    folders = [entry.folder for entry in entries]
    size = sum(entry.size for entry in entries)
    return PageSum(number, len(entries), size, folders.count("keys"), folders.count("index"))


def check_sums(says: SimpleNamespace, pages: list[PageSum]) -> None:
    """All that is to be said of a snapshot's pages without a key and without names (§12, §14)."""
    rising = all(a.number < b.number for a, b in itertools.pairwise(pages))
    require(rising, "its list pages are out of order")
    sums = sum(page.objects for page in pages), sum(page.bytes for page in pages)
    right = sums == (says.needed.objects, says.needed.bytes)
    require(right, "its list pages do not add up to what it says")
    right = sum(page.keys for page in pages) == len(says.keys) + 1
    require(right, "its list pages have more or fewer key objects than it has keys")
    require(any(page.indexes for page in pages), "its list pages have no index object")


def needed_objects(store: Store, manifest: Manifest) -> list[Entry]:
    """All objects on the snapshot's list pages (§12)."""
    needed: list[Entry] = []
    sums = []
    for name in manifest.says.pages:
        number, entries = read_page(store, name)
        sums.append(page_sum(number, entries))
        needed += entries
    with naming(str(manifest.key)):
        check_sums(manifest.says, sums)
        once = len({entry.name for entry in needed}) == len(needed)
        require(once, "an object stands on two of its list pages")
    return needed


# --- §5 and §6 Keys ------------------------------------------------------------------------------

KEY_PAYLOAD = struct.Struct("<8s16s16sB7sQ8s32s32s")
RUN_KEY, SET_SECRET = 1, 2
LOCKED_DO = "use the identity that the backup was sealed to (the manifest's recipients)"


@functools.lru_cache(4096)
def derive(key: bytes, info: str, salt: bytes = b"") -> bytes:
    return HKDF(SHA256(), 32, salt or None, info.encode()).derive(key)


class Identities:
    """Opens key objects with age. An identity is never in an argument, nor in a file of ours."""

    def __init__(self, files: list[str]) -> None:
        self.age = shutil.which("age") or ""
        if not self.age:
            raise Misused("age", "the program is missing", "do: apt-get install age")
        self.keep: list[int] = []  # Descriptors that age inherits.
        self.opened: dict[bytes, bytes | None] = {}  # A key serves many snapshots.
        self.options = [word for file in files for word in ("-i", self.unlocked(file))]

    def unlocked(self, file: str) -> str:
        """The file itself; of a file under a passphrase, its content in memory, asked for once."""
        try:
            with open(file, "rb") as stream:
                head = stream.read(64)
        except OSError as why:
            do = "give an identity file"
            raise Misused(file, f"it cannot be read ({why.strerror})", do) from None
        if not head.startswith((b"age-encryption.org/", b"-----BEGIN AGE")):
            return file
        # age itself asks on the terminal, and says on it what was wrong.
        asked = subprocess.run([self.age, "-d", os.path.abspath(file)], stdout=subprocess.PIPE)
        if asked.returncode:
            raise Locked(file, "it did not open", "give the passphrase that it was saved with")
        self.keep.append(os.memfd_create("identity"))
        os.write(self.keep[-1], asked.stdout)
        return f"/proc/self/fd/{self.keep[-1]}"

    def open(self, sealed: bytes) -> bytes | None:
        if sealed not in self.opened:
            command = [self.age, "-d", *self.options]
            asked = subprocess.run(command, input=sealed, capture_output=True, pass_fds=self.keep)
            self.opened[sealed] = None if asked.returncode else asked.stdout
        return self.opened[sealed]


def parse_key(payload: bytes, repository: bytes, set_id: bytes) -> tuple[int, bytes, bytes]:
    require(len(payload) == KEY_PAYLOAD.size, "it does not hold a key of 128 bytes")
    magic, of, among, kind, gap, epoch, gap_too, key_id, key = KEY_PAYLOAD.unpack(payload)
    require(magic == b"TORIDEK\x01", "it holds no key of version 1")
    require((of, among) == (repository, set_id), "it holds a key of another repository or set")
    require(kind in (RUN_KEY, SET_SECRET), "it holds a key of an unknown kind")
    require(not any(gap + gap_too) and 1 <= epoch <= SEQUENCE_MAX, "its key's fields are wrong")
    require(derive(key, "toride/v1/key-id") == key_id, "its key does not give its id")
    return kind, key_id, key


@dataclass
class Keys:
    """What opens one snapshot."""

    repository: bytes
    set: bytes
    secret_id: bytes
    secret: bytes
    runs: dict[bytes, bytes]


REWRAP = fields(
    _type=just("https://in-toto.io/Statement/v1"),
    predicate=fields(
        keys=listed(
            fields(key=hexed(32), object=hexed(32), size=whole(0, KEY_OBJECT_BYTES_MAX)), KEYS_MAX
        ),
        previous=nullable(hexed(32)),
        recipients=listed(recipient, RECIPIENTS_MAX, least=1, rising=True),
        sequence=whole(1, SEQUENCE_MAX),
        set=hexed(16),
        time=moment,
        tool=text,
    ),
    predicateType=just("urn:toride:rewrap:v1"),
    subject=listed(fields(digest=fields(sha256=hexed(32)), name=text), SUBJECTS_MAX),
)


class Ring:
    """The keys that a snapshot needs, as far as they are open: by kind and id."""

    def __init__(self, store: Store, manifest: Manifest, identities: Identities) -> None:
        self.store, self.says, self.identities = store, manifest.says, identities
        self.wanted = {(RUN_KEY, run) for run in self.says.keys}
        self.wanted.add((SET_SECRET, self.says.secret))
        self.opened: dict[tuple[int, bytes], bytes] = {}

    def missing(self) -> set[tuple[int, bytes]]:
        return self.wanted - self.opened.keys()

    def take(self, entry: Entry) -> bool | None:
        """Whether it was a key that is wanted and missing; None if no identity opens the object."""
        sealed = self.store.load(entry.key, entry.name, KEY_OBJECT_BYTES_MAX)
        payload = self.identities.open(sealed)
        if payload is None:
            return None
        with naming(entry.key):
            kind, key_id, key = parse_key(payload, self.says.repository, self.says.set)
        fresh = (kind, key_id) in self.wanted and (kind, key_id) not in self.opened
        if fresh:
            self.opened[kind, key_id] = key
        return fresh


def rewraps(store: Store, set_id: bytes) -> Iterator[SimpleNamespace]:
    """What rewraps of a set say, the newest first.

    They need no signature, and a bad one stops nobody: the key id judges what they name (§5).
    """
    keys = filter(object_name, store.walk("records/rewrap", 1))
    matches = (REWRAP_KEY.fullmatch(key) for key in keys)
    for match in sorted(filter(None, matches), key=lambda match: -int(match[2])):
        with passing_over():
            data = store.load(match[0], bytes.fromhex(match[3]), DOCUMENT_BYTES_MAX)
            with naming(match[0]):
                says = REWRAP(parse_json(parse_envelope(data, RECORD_TYPE).payload)).predicate
            if says.set == set_id:
                yield says


@contextmanager
def passing_over() -> Iterator[None]:
    try:
        yield
    except Problem as problem:
        say(f"not used: {problem}")


def open_rewrapped(ring: Ring) -> None:
    """Tries what rewraps name for the keys that are not open yet."""
    for rewrap in rewraps(ring.store, ring.says.set):
        wanted = {key_id for _, key_id in ring.missing()}
        for one in rewrap.keys:
            if one.key in wanted:
                with passing_over():
                    ring.take(Entry("keys", one.object, one.size))


def open_keys(
    store: Store, manifest: Manifest, sealed: list[Entry], identities: Identities
) -> Keys:
    ring = Ring(store, manifest, identities)
    closed: list[str] = []
    refusal: Problem | None = None
    for entry in sealed:
        try:
            fresh = ring.take(entry)
        except Problem as problem:
            refusal = refusal or problem  # Told if the key is not found elsewhere.
            continue
        if fresh is None:
            closed.append(entry.key)
        elif not fresh:
            raise Damaged(entry.key, "it holds no key of the manifest, or one that is there twice")
    if ring.missing():
        open_rewrapped(ring)
    if ring.missing():
        if refusal:
            raise refusal
        if closed:
            count = f"{len(ring.wanted) - len(ring.missing())} of {len(ring.wanted)}"
            raise Locked(closed[0], f"only {count} keys open", LOCKED_DO)
        raise Damaged(str(manifest.key), "no object on its pages holds one of its keys")
    says = manifest.says
    runs = {run: ring.opened[RUN_KEY, run] for run in says.keys}
    return Keys(says.repository, says.set, says.secret, ring.opened[SET_SECRET, says.secret], runs)


# --- §7 Sealing ----------------------------------------------------------------------------------

CONTENT, BUNDLE, FILE_LIST, ROOT, WITNESS = range(1, 6)
TABLE, FILLER, TRAILER, INDEX = 16, 17, 18, 32
HEADER_BYTES, TAG_BYTES = 40, 16
ASSOCIATED = struct.Struct("<9sB16s16s32s32sQ32s")


def salt_of(header: bytes, letter: bytes) -> bytes:
    right = len(header) >= HEADER_BYTES and header[:8] == b"TORIDE" + letter + b"\x01"
    require(right, "it does not begin like an object of version 1")
    return header[8:HEADER_BYTES]


def unseal(
    keys: Keys, key: bytes, run: bytes, salt: bytes, kind: int, sealed: bytes,
    counter: int = 0, chunk: bytes = ZEROS,
) -> bytes:  # fmt: skip
    require(len(sealed) >= TAG_BYTES, "a sealed part is too short")
    nonce = struct.pack(">3xBQ", 0 if kind < TABLE else kind, counter)
    opener = Cipher(algorithms.AES(key), modes.GCM(nonce, sealed[-TAG_BYTES:])).decryptor()
    opener.authenticate_additional_data(
        ASSOCIATED.pack(b"toride/v1", kind, keys.repository, keys.set, run, salt, counter, chunk)
    )
    plain = opener.update(memoryview(sealed)[:-TAG_BYTES])
    try:
        return plain + opener.finalize()
    except InvalidTag:
        raise Broken("a sealed part of it does not open: it was changed") from None


# --- §10 and §11 Where chunks lie ----------------------------------------------------------------

CHUNK_ENTRY = struct.Struct("<32sBIQQI")


class Row(NamedTuple):
    pack: bytes
    pack_size: int
    run: bytes
    salt: bytes
    entry: bytes  # The 57 bytes of §10.


def parse_table(cursor: Cursor) -> Iterator[Row]:
    """A chunk table, row by row; the caller judges what follows it."""
    runs = parse_runs(cursor)
    origins = parse_origins(cursor, len(runs))
    used = total = 0
    names = set()
    for _ in range(cursor.number(4)):
        name, size, count = cursor.take(32), cursor.number(8), cursor.number(4)
        total += count
        require(size <= PACK_BYTES_MAX, "it tells of a pack that is too large")
        few = 1 <= count <= PACK_ENTRIES_MAX and total <= INDEX_ENTRIES_MAX
        require(few, "it tells of too many chunks, or of none")
        require(name not in names, "it tells of a pack twice")
        names.add(name)
        rows = cursor.take(count * CHUNK_ENTRY.size)
        for at, row in zip(itertools.count(0, CHUNK_ENTRY.size), CHUNK_ENTRY.iter_unpack(rows)):
            _, kind, origin, _, offset, length = row
            require(CONTENT <= kind <= WITNESS, "it tells of a chunk of an unknown kind")
            require(length <= SEALED_CHUNK_BYTES_MAX, "it tells of a chunk that is too large")
            require(HEADER_BYTES <= offset <= size - length, "it tells of a chunk outside its pack")
            require(origin <= used and origin < len(origins), "its origins are out of order")
            used = max(used, origin + 1)
            place, salt = origins[origin]
            yield Row(name, size, runs[place], salt, rows[at : at + CHUNK_ENTRY.size])
    require(used == len(origins), "it has an origin that nothing uses")


def parse_runs(cursor: Cursor) -> list[bytes]:
    count = cursor.number(4)
    require(count <= KEYS_MAX + 1 and count * 72 <= cursor.rest(), "it has too many keys")
    runs = [cursor.take(72)[:32] for _ in range(count)]
    require(all(a < b for a, b in itertools.pairwise(runs)), "its keys do not rise")
    return runs


def parse_origins(cursor: Cursor, runs: int) -> list[tuple[int, bytes]]:
    count = cursor.number(4)
    require(count <= INDEX_ENTRIES_MAX and count * 36 <= cursor.rest(), "it has too many origins")
    origins = [(cursor.number(4), cursor.take(32)) for _ in range(count)]
    require(all(place < runs for place, _ in origins), "an origin has no key")
    require(len(set(origins)) == count, "an origin stands twice")
    return origins


def index_rows(store: Store, keys: Keys, entry: Entry) -> Iterator[Row]:
    data = store.load(entry.key, entry.name, INDEX_BYTES_MAX)
    with naming(entry.key):
        salt = salt_of(data, b"I")
        key = derive(keys.secret, "toride/v1/index", salt)
        cursor = Cursor(unseal(keys, key, keys.secret_id, salt, INDEX, data[HEADER_BYTES:]))
        table = Cursor(cursor.take(cursor.number(4)))
        yield from parse_table(table)
        require(table.rest() == 0, "something follows its table")
        require(not cursor.data[cursor.at :].strip(b"\0"), "its filler is not zero")


def pack_rows(store: Store, keys: Keys, pack: Entry) -> Iterator[Row]:
    """A pack's own table (§9), for when index objects are lost."""
    with naming(pack.key):
        end = pack.size - 32
        require(end >= HEADER_BYTES, "it is too short")
        salt = salt_of(store.slice(pack, 0, HEADER_BYTES), b"P")
        run, key, trailer = open_trailer(keys, salt, store.slice(pack, end, 32))
        table_bytes, filler_bytes = struct.unpack("<QQ", trailer)
        start = end - filler_bytes - table_bytes
        require(start >= HEADER_BYTES, "its trailer is wrong")
        filler = store.slice(pack, end - filler_bytes, filler_bytes)
        plain = unseal(keys, key, run, salt, FILLER, filler)
        require(not plain.strip(b"\0"), "its filler is not zero")
        sealed = store.slice(pack, start, table_bytes)
        table = Cursor(unseal(keys, key, run, salt, TABLE, sealed))
        for row in parse_table(table):
            require((row.pack, row.pack_size) == (ZEROS, start), "its table is not about itself")
            yield row._replace(pack=pack.name, pack_size=pack.size)
        require(table.rest() == 0, "something follows its table")


def open_trailer(keys: Keys, salt: bytes, sealed: bytes) -> tuple[bytes, bytes, bytes]:
    """A pack does not say which run it is of: the right run key is the one that opens this."""
    for run, run_key in keys.runs.items():
        key = derive(run_key, "toride/v1/pack", salt)
        try:
            return run, key, unseal(keys, key, run, salt, TRAILER, sealed)
        except Broken:
            continue
    raise Broken("its trailer opens with none of the snapshot's keys")


# --- §8 Chunks -----------------------------------------------------------------------------------

CHUNK_KINDS = {CONTENT: "content", BUNDLE: "bundle", FILE_LIST: "file-list", ROOT: "root"}
ZSTD_MAGIC = bytes.fromhex("28b52ffd")


class Chunk(NamedTuple):
    plain: bytes
    digest: bytes
    files: dict[int, int]  # Of a bundle: at which byte a file of which length begins.


class Chunks:
    """Opens the chunks of one snapshot.

    Where they lie is kept in a private file of SQLite's that has no name, for ten million of them
    must not need memory. Nothing in it is secret: no key and no plaintext.
    """

    def __init__(self, store: Store, keys: Keys, manifest: Manifest, packs: list[Entry]) -> None:
        self.store, self.keys, self.snapshot = store, keys, str(manifest.key)
        self.packs = packs
        self.places = {pack.name: place for place, pack in enumerate(packs)}
        self.origins: list[tuple[bytes, bytes]] = []  # Run and salt.
        self.origin_places: dict[tuple[bytes, bytes], int] = {}
        self.id_keys = {
            kind: derive(keys.secret, f"toride/v1/chunk-id/{name}")
            for kind, name in CHUNK_KINDS.items()
        }
        self.table = sqlite3.connect("", isolation_level=None)
        self.table.execute("PRAGMA journal_mode = OFF")
        self.table.execute("CREATE TABLE chunk (id PRIMARY KEY, entry, pack, origin) WITHOUT ROWID")
        self.cache: OrderedDict[tuple[int, bytes], Chunk] = OrderedDict()
        self.cached = 0
        # Not yet read, the newest last: a name or one file seldom needs more than the newest.
        self.tables: list[tuple[str, Iterator[Row]]] = []

    def learn(self, where: str, rows: Iterable[Row]) -> None:
        """Of two places of a chunk either will do; packs not needed are passed over (§11)."""
        self.table.execute("BEGIN")
        with naming(where):
            insert = "INSERT OR IGNORE INTO chunk VALUES (?, ?, ?, ?)"
            self.table.executemany(insert, self.known(rows))
        self.table.execute("COMMIT")

    def known(self, rows: Iterable[Row]) -> Iterator[tuple[bytes, bytes, int, int]]:
        for row in rows:
            place = self.places.get(row.pack)
            if place is None:
                continue
            same = row.pack_size == self.packs[place].size
            require(same, "it and the list pages differ on a pack's size")
            origin = self.origin_places.setdefault((row.run, row.salt), len(self.origins))
            if origin == len(self.origins):
                self.origins.append((row.run, row.salt))
            yield row.entry[:32], row.entry, place, origin

    def get(self, kind: int, chunk: bytes) -> Chunk:
        if (kind, chunk) in self.cache:
            self.cache.move_to_end((kind, chunk))
            return self.cache[kind, chunk]
        opened = self.open(kind, chunk)
        self.cache[kind, chunk] = opened
        self.cached += len(opened.plain)
        while self.cached > CACHE_BYTES:
            self.cached -= len(self.cache.popitem(last=False)[1].plain)
        return opened

    def find(self, chunk: bytes) -> tuple[bytes, int, int]:
        query = "SELECT entry, pack, origin FROM chunk WHERE id = ?"
        while not (found := self.table.execute(query, (chunk,)).fetchone()):
            if not self.tables:
                do = "bring its index objects back, or read the packs' own tables: --scan-packs"
                raise Damaged(self.snapshot, "no table tells where one of its chunks lies", do)
            self.learn(*self.tables.pop())
        return found

    def open(self, kind: int, chunk: bytes) -> Chunk:
        entry, place, origin = self.find(chunk)
        pack, (run, salt) = self.packs[place], self.origins[origin]
        _, kind_there, _, counter, offset, length = CHUNK_ENTRY.unpack(entry)
        with naming(f"{pack.key}, the chunk at byte {offset}"):
            require(kind_there == kind, "it is of another kind than the snapshot says")
            require(run in self.keys.runs, "the manifest does not name its run")
            key = derive(self.keys.runs[run], "toride/v1/pack", salt)
            sealed = self.store.slice(pack, offset, length)
            plain = unwrap(unseal(self.keys, key, run, salt, kind, sealed, counter, chunk))
            files = bundle_files(plain) if kind == BUNDLE else {}
            digest = bundle_digest(plain, files) if files else hashlib.sha256(plain).digest()
            right = hmac.digest(self.id_keys[kind], digest, "sha256") == chunk
            require(right, "its plaintext does not give its id")
        return Chunk(plain, digest, files)


def unwrap(frame: bytes) -> bytes:
    """Undoes the method."""
    require(len(frame) >= 5, "it ends too early")
    method, size = struct.unpack_from("<BI", frame)
    require(size <= CHUNK_BYTES_MAX, "it says that its plaintext is too large")
    require(method <= 4, "it was packed by an unknown method")
    require(size > 0 or method < 4, "a method that needs a byte has none")
    plain = frame[5:] if method == 0 else decompress(frame[5:], size)
    require(len(plain) == size, "its plaintext has a wrong length")
    if method == 2:
        return from_planes(plain)
    if method == 3:
        return from_differences(plain)
    if method == 4:
        return plain[:1] + from_differences(plain[1:])
    return plain


def from_planes(planes: bytes) -> bytes:
    """Bytes whose low and high halves of words, and a last one left over, lie one after another."""
    words = len(planes) // 2
    plain = bytearray(planes)
    plain[0 : 2 * words : 2] = planes[:words]
    plain[1 : 2 * words : 2] = planes[words : 2 * words]
    return bytes(plain)


# What a folded difference adds: 0, 1, 2, 3 stand for 0, -1, 1, -2.
UNFOLDED = [-(folded + 1) // 2 if folded & 1 else folded // 2 for folded in range(1 << 16)]


def from_differences(planes: bytes) -> bytes:
    """Words that are told by what each has more than the one before, in planes."""
    folded = from_planes(planes)
    even = len(folded) & ~1
    if numpy is not None:
        words = numpy.frombuffer(folded, "<u2", even // 2)
        sums = numpy.cumsum((words >> 1) ^ -(words & 1), dtype="<u2")
        return sums.tobytes() + folded[even:]
    words = little_endian(array("H", folded[:even]))
    totals = itertools.accumulate(map(UNFOLDED.__getitem__, words))
    sums = array("H", (total & 0xFFFF for total in totals))
    return little_endian(sums).tobytes() + folded[even:]


def little_endian(words: array) -> array:
    """As they are in a chunk, from or to how this machine has them."""
    if sys.byteorder == "big":
        words.byteswap()
    return words


def decompress(data: bytes, size: int) -> bytes:
    """One Zstandard frame. What its own header says of its size is judged before it is believed."""
    require(frame_bytes(data, size) == len(data), "something follows its Zstandard frame")
    if zstandard is None:
        return decompress_by_tool(data, size)
    try:
        opener = zstandard.ZstdDecompressor()
        if size == 0:
            return opener.stream_reader(data).read(1)  # For decompress a bound of 0 is none.
        return opener.decompress(data, max_output_size=size)
    except zstandard.ZstdError:
        raise Broken("it does not decompress") from None


def frame_bytes(data: bytes, size: int) -> int:
    """How long the frame is that `data` begins with (RFC 8878 §3.1.1).

    The libraries and the tool would take several frames, and skip those that hold nothing.
    """
    cursor = Cursor(data)
    require(cursor.take(4) == ZSTD_MAGIC, "it is no Zstandard frame")
    flags = cursor.number(1)
    is_single = flags >> 5 & 1
    cursor.take(1 - is_single)  # The window.
    dictionary = cursor.number((0, 1, 2, 4)[flags & 3])
    require(dictionary == 0 and flags & 8 == 0, "its Zstandard frame is of a kind that we refuse")
    width = (is_single, 2, 4, 8)[flags >> 6]
    claimed = cursor.number(width) + (256 if width == 2 else 0)
    require(width == 0 or claimed == size, "its plaintext has a wrong length")
    is_last = False
    while not is_last:
        block = cursor.number(3)
        is_last, kind = bool(block & 1), block >> 1 & 3
        require(kind != 3, "its Zstandard frame has an unknown block")
        cursor.take(1 if kind == 1 else block >> 3)  # One byte, repeated so often; or the bytes.
    cursor.take(4 if flags & 4 else 0)  # The checksum.
    return cursor.at


def decompress_by_tool(data: bytes, size: int) -> bytes:
    if not shutil.which("zstd"):
        raise Misused("zstd", "it is missing", "do: apt-get install python3-zstandard")
    with tempfile.TemporaryFile() as packed:
        packed.write(data)
        packed.seek(0)
        pipe, quiet = subprocess.PIPE, subprocess.DEVNULL
        with subprocess.Popen(["zstd", "-dcq"], stdin=packed, stdout=pipe, stderr=quiet) as tool:
            plain = tool.stdout.read(size + 1)
    require(len(plain) == size and tool.returncode == 0, "it does not decompress")
    return plain


def bundle_files(plain: bytes) -> dict[int, int]:
    cursor = Cursor(plain)
    count = cursor.number(4)
    require(1 <= count <= BUNDLE_FILES_MAX and 4 * count <= cursor.rest(), "its bundle is wrong")
    lengths = struct.unpack(f"<{count}I", cursor.take(4 * count))
    # The writer bundles no empty file; two would begin at one byte.
    require(all(lengths) and sum(lengths) == cursor.rest(), "its bundle is wrong")
    return dict(zip(itertools.accumulate(lengths, initial=cursor.at), lengths))


def bundle_digest(plain: bytes, files: dict[int, int]) -> bytes:
    """The piece-list digest (§6) of a bundle's files."""
    digest = hashlib.sha256()
    for at, length in files.items():
        digest.update(piece_entry(length, hashlib.sha256(plain[at : at + length]).digest()))
    return digest.digest()


def piece_entry(length: int, digest: bytes) -> bytes:
    return length.to_bytes(8, "little") + digest


# --- §15 The snapshot root -----------------------------------------------------------------------

ROOT_FORM = fields(
    attachments=listed(
        fields(chunks=listed(hexed(32), ATTACHMENT_CHUNKS_MAX), name=text), ATTACHMENTS_MAX
    ),
    bytes=whole(0),
    cut=moment,
    files=whole(0),
    format=just("toride/root/v1"),
    host=text,
    list=listed(fields(chunk=hexed(32), first=based, records=whole(1)), LIST_PIECES_MAX),
    notes=listed(fields(code=text, path=based), NOTES_MAX),
    set=text,
    source=just("files", "postgresql", "command"),
)


@dataclass
class Snapshot:
    """A snapshot that an identity has opened."""

    manifest: Manifest
    chunks: Chunks
    root: SimpleNamespace


def open_snapshot(
    store: Store, manifest: Manifest, identities: Identities, scan_packs: bool = False
) -> Snapshot:
    objects: dict[str, list[Entry]] = {"keys": [], "packs": [], "index": []}
    for entry in needed_objects(store, manifest):
        objects[entry.folder].append(entry)
    keys = open_keys(store, manifest, objects["keys"], identities)
    chunks = Chunks(store, keys, manifest, objects["packs"])
    read = pack_rows if scan_packs else index_rows
    for entry in objects["packs" if scan_packs else "index"]:
        chunks.tables.append((entry.key, read(store, keys, entry)))
    with naming(f"{manifest.key}, its root"):
        root = ROOT_FORM(parse_json(chunks.get(ROOT, manifest.says.root).plain))
        records = sum(piece.records for piece in root.list)
        require(records == root.files, "the pieces of its file list do not add up")
        notes = sum(len(note.code) + len(note.path) for note in root.notes)
        require(notes <= NOTES_BYTES_MAX, "it has too many notes")
    return Snapshot(manifest, chunks, root)


# --- §16 The file list ---------------------------------------------------------------------------


class Kind:
    REGULAR, DIRECTORY, SYMLINK, FIFO, SOCKET, CHARACTER, BLOCK, HARD_LINK = range(1, 9)


class Piece(NamedTuple):
    kind: int
    chunk: bytes
    offset: int
    length: int


class Content(NamedTuple):
    size: int
    digest: bytes
    extents: list[tuple[int, int]]  # One over all of a file without holes.
    pieces: list[Piece]
    holes: bool


EMPTY = Content(0, hashlib.sha256().digest(), [], [], holes=False)


class Record(NamedTuple):
    path: bytes
    kind: int
    mode: int
    uid: int
    gid: int
    modified: int  # Nanoseconds since 1970.
    attributes: list[tuple[bytes, bytes]]
    content: Content = EMPTY  # Of a regular file.
    target: bytes = b""  # Of a symbolic link, any bytes; of a hard link, a path.
    device: tuple[int, int] = (0, 0)


def parse_record(body: bytes) -> Record:
    cursor = Cursor(body)
    path = parse_path(cursor)
    kind = cursor.number(1)
    mode = cursor.below(1 << 12, "a mode")
    uid, gid = cursor.below(NOBODY, "an owner"), cursor.below(NOBODY, "a group")
    modified = cursor.time()
    for skip in (cursor.varint, cursor.varint, cursor.time):
        skip()  # Device, inode, ctime: for the next backup.
    record = Record(path, kind, mode, uid, gid, modified, parse_attributes(cursor))
    match kind:
        case Kind.REGULAR:
            record = record._replace(content=parse_content(cursor))
        case Kind.SYMLINK:
            target = cursor.text(PATH_BYTES_MAX, "a link's target")
            require(target != b"" and b"\0" not in target, "a link has an impossible target")
            record = record._replace(target=target)
        case Kind.CHARACTER | Kind.BLOCK:
            number = cursor.below(1 << 32, "a device"), cursor.below(1 << 32, "a device")
            record = record._replace(device=number)
        case Kind.HARD_LINK:
            record = record._replace(target=parse_path(cursor))
        case _:
            require(
                kind in (Kind.DIRECTORY, Kind.FIFO, Kind.SOCKET), "a file is of an unknown kind"
            )
    require(cursor.rest() == 0, "something follows a record")
    return record


def parse_path(cursor: Cursor) -> bytes:
    path = cursor.text(PATH_BYTES_MAX, "a path")
    require(b"\0" not in path, "a path has a zero byte")
    for part in path.split(b"/"):
        # An empty part is also what an empty path and a slash at either end come to.
        require(part not in (b"", b".", b".."), "a path leads out of its folder")
        require(len(part) <= NAME_BYTES_MAX, "a name is too long")
    return path


def parse_attributes(cursor: Cursor) -> list[tuple[bytes, bytes]]:
    attributes, before = [], b""
    for _ in range(cursor.count(ATTRIBUTES_MAX, 2, "attributes")):
        name = cursor.text(ATTRIBUTE_NAME_BYTES_MAX, "an attribute's name")
        require(before < name and b"\0" not in name, "attributes are out of order")
        attributes.append((name, cursor.text(ATTRIBUTE_BYTES_MAX, "an attribute")))
        before = name
    return attributes


def parse_content(cursor: Cursor) -> Content:
    size, digest = cursor.below(1 << 63, "a size"), cursor.take(32)
    extents, holes = parse_extents(cursor, size)
    pieces = [parse_piece(cursor) for _ in range(cursor.count(PIECES_MAX, 35, "pieces"))]
    data = sum(piece.length for piece in pieces)
    require(data == sum(length for _, length in extents), "a file's pieces do not add up to it")
    return Content(size, digest, extents, pieces, holes)


def parse_extents(cursor: Cursor, size: int) -> tuple[list[tuple[int, int]], bool]:
    more = cursor.count(EXTENTS_MAX + 1, 1, "extents")
    if more == 0:
        return [(0, size)], False
    extents, end = [], 0
    for _ in range(more - 1):
        offset, length = cursor.varint(), cursor.varint()
        in_order = end <= offset and 0 < length and offset + length <= size
        require(in_order, "extents are out of order")
        extents.append((offset, length))
        end = offset + length
    return extents, True


def parse_piece(cursor: Cursor) -> Piece:
    piece = Piece(cursor.number(1), cursor.take(32), cursor.varint(), cursor.varint())
    require(piece.kind in (CONTENT, BUNDLE), "a piece is of an unknown kind")
    require(piece.offset == 0 or piece.kind == BUNDLE, "a piece does not begin with its chunk")
    right = 1 <= piece.length and piece.offset + piece.length <= CHUNK_BYTES_MAX
    require(right, "a piece has an impossible length")
    return piece


def order(path: bytes) -> bytes:
    """A path as it is compared: `/` below every other byte (§16); no path has a zero byte."""
    return path.replace(b"/", b"\0")


def list_records(snapshot: Snapshot, start: int = 0) -> Iterator[Record]:
    """The file list from its piece number `start` on, record by record."""
    before = b""
    for number, piece in enumerate(snapshot.root.list[start:], start + 1):
        with naming(f"{snapshot.manifest.key}, piece {number} of its file list"):
            cursor = Cursor(snapshot.chunks.get(FILE_LIST, piece.chunk).plain)
            for place in range(piece.records):
                record = parse_record(cursor.text(FILE_RECORD_BYTES_MAX, "a record"))
                right = place > 0 or record.path == piece.first
                require(right, "its first path is not what the root says")
                require(before < order(record.path), "its paths do not rise")
                before = order(record.path)
                yield record
            require(cursor.rest() == 0, "it has more records than the root says")


def file_data(chunks: Chunks, content: Content) -> Iterator[tuple[int, memoryview]]:
    """A file's data: where, and what. Ends with an error unless it was what the digest says."""
    extents, at, room = iter(content.extents), 0, 0
    digests = hashlib.sha256()
    only = b""
    for piece in content.pieces:
        chunk = chunks.get(piece.kind, piece.chunk)
        data = memoryview(chunk.plain)[piece.offset : piece.offset + piece.length]
        whole = chunk.files.get(piece.offset) if piece.kind == BUNDLE else len(chunk.plain)
        require(piece.length == whole, "a piece of it does not fit its chunk")
        only = chunk.digest if piece.kind == CONTENT else hashlib.sha256(data).digest()
        digests.update(piece_entry(piece.length, only))
        while data:
            if room == 0:
                at, room = next(extents)
            part = data[:room]
            yield at, part
            at, room, data = at + len(part), room - len(part), data[len(part) :]
    plain = len(content.pieces) == 1 and not content.holes
    digest = only if plain else digests.digest()
    require(content.digest == digest, "it is not what its digest says")


# --- restore -------------------------------------------------------------------------------------

# The target cannot take anything more; any other refusal concerns one file alone.
FATAL = {errno.ENOSPC, errno.EDQUOT, errno.EIO, errno.EROFS, errno.EMFILE, errno.ENOMEM}
MAKE_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
MAKE_FILE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC


@dataclass
class Folder:
    """A folder that is being filled. `file` is -1 while too many deeper ones are open."""

    path: bytes
    record: Record | None
    file: int
    identity: tuple[int, int]


class Target:
    """Makes files beneath one empty folder.

    The list is depth first, so the folders from the target to the present file are a stack. Each
    was made by us and is held open; every name is made in its folder's descriptor, exclusively,
    and no path is ever resolved. A symbolic link can thus lead nowhere.
    """

    def __init__(self, folder: str, chunks: Chunks) -> None:
        self.chunks = chunks
        self.is_root = os.geteuid() == 0
        self.links: set[bytes] = set()
        self.left_out: set[bytes] = set()
        self.remarks = self.files = self.bytes = 0
        try:
            if not os.path.lexists(folder):
                os.mkdir(folder, 0o700)
            file = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
            if os.listdir(file):
                raise Misused(folder, "is not empty", "give an empty folder, or one to be made")
            if "system.posix_acl_default" in os.listxattr(file):
                do = f"do: setfacl -k {folder}"
                raise Misused(folder, "has a default ACL that would spoil the files' own", do)
        except OSError as why:
            do = "give an empty folder"
            raise Misused(folder, f"cannot be used ({why.strerror})", do) from None
        self.stack = [Folder(b"", None, file, identity(file))]

    def remark(self, path: bytes, what: str) -> None:
        self.remarks += 1
        if self.remarks <= 50:
            print(f"left out: {shown(path)}: {what}", file=sys.stderr)

    @contextmanager
    def trying(self, path: bytes, what: str) -> Iterator[None]:
        """What this system or user may not do is told and left out; a full disk ends all."""
        try:
            yield
        except (OSError, OverflowError) as why:
            reason = getattr(why, "strerror", "a number is too large")
            if getattr(why, "errno", 0) in FATAL:
                do = "mend it, then restore into an empty folder"
                raise Problem(path, f"cannot {what} ({reason})", do) from None
            self.remark(path, f"cannot {what} ({reason})")
            if what == "make it":
                self.left_out.add(path)

    # Folders

    def enter(self, path: bytes) -> int:
        """The open folder in which `path` is to be made."""
        parent = path.rpartition(b"/")[0]
        while self.stack[-1].path and not (parent + b"/").startswith(self.stack[-1].path + b"/"):
            self.leave()
        require(self.stack[-1].path == parent, "it comes before its folder")
        return self.stack[-1].file

    def add_folder(self, record: Record, within: int, name: bytes) -> None:
        os.mkdir(name, 0o700, dir_fd=within)
        file = os.open(name, MAKE_FOLDER, dir_fd=within)
        self.stack.append(Folder(record.path, record, file, identity(file)))
        hidden = len(self.stack) - OPEN_FOLDERS
        if hidden > 0:  # But not the target, from which hard links are looked up.
            os.close(self.stack[hidden].file)
            self.stack[hidden].file = -1

    def leave(self) -> None:
        """Closes the deepest folder; only now do its owner, mode and time hold."""
        folder, above = self.stack.pop(), self.stack[-1]
        if above.file < 0:
            above.file = os.open("..", MAKE_FOLDER, dir_fd=folder.file)
            require(identity(above.file) == above.identity, "a folder was moved meanwhile")
        if folder.record:
            self.dress(folder.record, folder.file)
        os.close(folder.file)

    def finish(self) -> None:
        while len(self.stack) > 1:
            self.leave()
        os.sync()

    # Files

    def add(self, record: Record) -> None:
        with naming(b"file " + record.path):
            within, name = self.enter(record.path), record.path.rpartition(b"/")[2]
            self.files += 1
            if record.kind == Kind.DIRECTORY:
                try:
                    return self.add_folder(record, within, name)
                except OSError as why:
                    do = "restore to another file system, or leave it out with --path"
                    raise Problem(record.path, f"cannot make it ({why.strerror})", do) from None
            with self.trying(record.path, "make it"):
                match record.kind:
                    case Kind.REGULAR:
                        self.add_regular(record, within, name)
                    case Kind.HARD_LINK:
                        self.add_link(record, within, name)
                    case _:
                        self.add_special(record, within, name)

    def add_regular(self, record: Record, within: int, name: bytes) -> None:
        file = os.open(name, MAKE_FILE, 0o600, dir_fd=within)
        done = False
        try:
            content = record.content
            for at, data in file_data(self.chunks, content):
                while data:
                    count = os.pwrite(file, data, at)
                    at, data = at + count, data[count:]
            if content.holes:
                os.ftruncate(file, content.size)
            self.bytes += content.size
            self.dress(record, file)
            done = True
        finally:
            os.close(file)
            if not done:  # Half a file must not be taken for one.
                os.unlink(name, dir_fd=within)

    def add_special(self, record: Record, within: int, name: bytes) -> None:
        match record.kind:
            case Kind.SYMLINK:
                require(b"\0" not in record.target, "its target has a zero byte")
                os.symlink(record.target, name, dir_fd=within)
            case Kind.FIFO:
                os.mkfifo(name, 0o600, dir_fd=within)
            case Kind.SOCKET:
                os.mknod(name, 0o600 | stat.S_IFSOCK, dir_fd=within)
            case kind:
                form = stat.S_IFCHR if kind == Kind.CHARACTER else stat.S_IFBLK
                os.mknod(name, 0o600 | form, os.makedev(*record.device), dir_fd=within)
        file = os.open(name, os.O_PATH | os.O_NOFOLLOW, dir_fd=within)
        try:
            self.dress(record, file)
        finally:
            os.close(file)

    def add_link(self, record: Record, within: int, name: bytes) -> None:
        """Walks to the first name from the target on, a folder at a time, following nothing."""
        require(record.target not in self.links, "it links to no first name but to a link")
        self.links.add(record.path)
        if record.target in self.left_out:
            raise OSError(errno.ENOENT, "its first name was left out")
        *folders, first = record.target.split(b"/")
        at = os.dup(self.stack[0].file)
        try:
            for folder in folders:
                above, at = at, os.open(folder, MAKE_FOLDER, dir_fd=at)
                os.close(above)
            is_folder = stat.S_ISDIR(os.stat(first, dir_fd=at, follow_symlinks=False).st_mode)
            require(not is_folder, "it links to a folder")
            os.link(first, name, src_dir_fd=at, dst_dir_fd=within, follow_symlinks=False)
        except (FileNotFoundError, NotADirectoryError):
            raise Broken("its first name did not come before it") from None
        finally:
            os.close(at)

    # Metadata

    def dress(self, record: Record, file: int) -> None:
        """Owner, attributes, mode, time: in this order, for each undoes some of what follows it."""
        path = record.path
        # Through here one call serves every kind of file, and none follows a symbolic link.
        place = f"/proc/self/fd/{file}"
        if self.is_root:
            with self.trying(path, "set its owner"):
                os.chown(place, record.uid, record.gid)
        for name, value in record.attributes:
            with self.trying(path, f"set the attribute {shown(name)}"):
                os.setxattr(place, name, value)
        if record.kind != Kind.SYMLINK:
            with self.trying(path, "set its mode"):
                os.chmod(place, record.mode)
        with self.trying(path, "set its time"):
            os.utime(place, ns=(record.modified, record.modified))
        self.check_dress(record, os.stat(place))

    def check_dress(self, record: Record, status: os.stat_result) -> None:
        """Systems drop what they do not like without an error: a mode's setgid, an odd owner."""
        if record.kind != Kind.SYMLINK and stat.S_IMODE(status.st_mode) != record.mode:
            self.remark(record.path, f"its mode {record.mode:04o}")
        if (status.st_uid, status.st_gid) != (record.uid, record.gid):
            self.remark(record.path, f"its owner {record.uid}:{record.gid}")


def identity(file: int) -> tuple[int, int]:
    status = os.fstat(file)
    return status.st_dev, status.st_ino


def is_beneath(path: bytes, prefix: bytes) -> bool:
    return not prefix or path == prefix or path.startswith(prefix + b"/")


def selected(snapshot: Snapshot, prefix: bytes) -> Iterator[Record]:
    """The records at and beneath `prefix`, and the folders above it.

    A hard link to a file outside becomes that file; further links to it become links to the first.
    """
    outside: dict[bytes, Record | bytes | None] = {}
    if prefix:
        links = (one for one in list_records(snapshot) if one.kind == Kind.HARD_LINK)
        inside = (one.target for one in links if is_beneath(one.path, prefix))
        outside = {target: None for target in inside if not is_beneath(target, prefix)}
    size = 0
    for record in list_records(snapshot):
        size += record.content.size
        if record.path in outside:
            outside[record.path] = record
        if is_beneath(record.path, prefix):
            yield linked_anew(record, outside)
        elif record.kind == Kind.DIRECTORY and is_beneath(prefix, record.path):
            yield record
    with naming(f"{snapshot.manifest.key}, its root"):
        require(size == snapshot.root.bytes, "the sizes of its files do not add up")


def linked_anew(record: Record, outside: dict[bytes, Record | bytes | None]) -> Record:
    if record.kind != Kind.HARD_LINK or record.target not in outside:
        return record
    match outside[record.target]:
        case bytes(first):
            return record._replace(target=first)
        case Record() as first:
            outside[record.target] = record.path
            return first._replace(path=record.path)
    return record  # Its first name has not come: the target will refuse it.


# --- verify --------------------------------------------------------------------------------------


class Verifier:
    """Checks everything that can be checked without a key. Each object is read once."""

    def __init__(self, store: Store, signers: Signers) -> None:
        self.store, self.signers = store, signers
        self.damages = self.doubts = self.objects = self.bytes = self.unneeded = 0
        self.seen: dict[tuple[str, bytes], int] = {}
        self.pages: dict[bytes, PageSum | None] = {}
        self.homes: dict[bytes, int] = {}  # The number of the first page that each name stood on.
        self.is_astray = False  # Whether a name stood on pages of two numbers.
        self.pool = ThreadPoolExecutor(os.cpu_count())  # Hashing and reading leave Python's lock.
        self.descriptor: Descriptor | None = None

    def tell(self, problem: Problem) -> None:
        print(f"{problem.word}: {problem}", flush=True)
        if isinstance(problem, Damaged):
            self.damages += 1
        else:
            self.doubts += 1

    @contextmanager
    def judging(self) -> Iterator[None]:
        try:
            yield
        except Problem as problem:
            self.tell(problem)

    def run(self, heads: dict[str, tuple[int, str]]) -> int:
        with self.judging():
            self.descriptor = read_descriptor(self.store)
        with self.judging():
            sets = snapshot_keys(self.store)
            for set_id in sorted(sets.keys() | heads.keys()):
                with self.judging():
                    self.check_set(set_id, sets.get(set_id, []), heads.get(set_id))
            if not sets:
                raise Problem("snapshots", "there is none", "see that this is the right folder")
        with self.judging():
            self.check_rest()
        return self.verdict(bool(heads))

    def verdict(self, fresh: bool) -> int:
        print(f"{self.objects} needed objects, {self.unneeded} that no snapshot needs", end="")
        print(f"; {self.bytes} bytes read")
        if not self.signers:
            self.doubts += 1
            print("authenticity was not asked: give the signer's public key with --signer")
        if not fresh:
            print("freshness was not asked: give a head that you noted with --expect-head")
        code = 1 if self.damages else 3 if self.doubts else 0
        counts = f"{self.damages} damages, {self.doubts} doubts"
        print({0: "whole", 1: f"DAMAGED: {counts}", 3: f"COULD NOT TELL: {counts}"}[code])
        return code

    # Snapshots

    def refuse(self, keys: list[SnapshotKey]) -> tuple[list[SnapshotKey], set[SnapshotKey]]:
        """The links of a chain, and those of them that are believed no longer (§13.2).

        What is signed by a known key that is not believed in it is told; it stays in the chain only
        where the manifest after it names it."""
        refused, named = set(), set()
        for key in reversed(keys):
            try:
                manifest = read_manifest(self.store, key, self.descriptor)
                with naming(str(key)):
                    worth = standing(manifest.envelope, self.signers, key)
            except Problem:
                continue  # Told when it is checked.
            if worth in REFUSED:
                refused.add(key)
                do = "ask whose key it is, and raise an alarm"
                self.tell(Problem(str(key), worth, do))
            if manifest.says.previous and (worth not in REFUSED or key.name in named):
                named.add(manifest.says.previous.hex())
        return [key for key in keys if key not in refused or key.name in named], refused

    def check_set(self, set_id: str, keys: list[SnapshotKey], head: tuple[int, str] | None) -> None:
        keys, refused = self.refuse(keys)
        names = {(key.sequence, key.name) for key in keys}
        for pin in itertools.chain.from_iterable(self.signers.values()):
            last = (pin.through or {}).get(set_id)
            if last and last not in names:
                what = f"{last[0]}:{last[1]}, the head of a retired key, is not there"
                do = "it was removed or replaced: compare with another copy and raise an alarm"
                self.tell(Damaged(f"snapshots/{set_id}", what, do))
        newest = max((key.sequence for key in keys), default=0)
        print(f"set {set_id}: {len(keys)} snapshots")
        if head and head not in names:
            what = f"the newest is {newest}; {head[0]}:{head[1]} is not there"
            do = "it was removed or replaced: compare with another copy and raise an alarm"
            self.tell(Damaged(f"snapshots/{set_id}", what, do))
        before: SnapshotKey | None = None
        for key in keys:
            with self.judging():
                self.check_link(key, before)
                if key not in refused:
                    self.check_snapshot(key, before)
            before = key

    def check_link(self, key: SnapshotKey, before: SnapshotKey | None) -> None:
        last = before.sequence if before else 0
        if key.sequence == last:
            do = "find out whether two hosts back up this set; raise an alarm"
            self.tell(Damaged(str(key), "another snapshot has the same number", do))
        elif key.sequence != last + 1:
            what = f"the snapshots {last + 1} to {key.sequence - 1} before it are missing"
            self.tell(Damaged(str(key), what))

    def check_snapshot(self, key: SnapshotKey, before: SnapshotKey | None) -> None:
        manifest = read_manifest(self.store, key, self.descriptor)
        says = manifest.says
        complete = "complete" if says.complete else "NOT complete"
        print(f"  {key.sequence}:{key.name} {says.finished} {complete}", flush=True)
        if before and before.sequence == key.sequence - 1 and says.previous.hex() != before.name:
            do = "compare with another copy and raise an alarm"
            self.tell(Damaged(str(key), "it does not name the snapshot before it", do))
        with naming(str(key)):
            worth = standing(manifest.envelope, self.signers, key)
        if self.signers and worth != BELIEVED:
            do = "if the server was replaced, give its new key; if not, raise an alarm"
            self.tell(Problem(str(key), worth, do))
        self.check_pages(manifest)

    def check_pages(self, manifest: Manifest) -> None:
        for name in manifest.says.pages:
            if name not in self.pages:
                self.pages[name] = None
                with self.judging():
                    self.pages[name] = self.check_page(name)
        sums = [page for name in manifest.says.pages if (page := self.pages[name])]
        if len(sums) < len(manifest.says.pages):
            return  # Told already, when the page was read.
        with naming(str(manifest.key)):
            check_sums(manifest.says, sums)
        if self.is_astray:  # Perhaps on two pages of this one.
            needed_objects(self.store, manifest)

    def check_page(self, name: bytes) -> PageSum:
        number, entries = read_page(self.store, name)
        for entry in entries:
            home = self.homes.setdefault(entry.name, number)
            self.is_astray = self.is_astray or home != number
        new = [entry for entry in entries if (entry.folder, entry.name) not in self.seen]
        for entry in entries:
            if self.seen.setdefault((entry.folder, entry.name), entry.size) != entry.size:
                what = f"it and another page differ on the size of {entry.key}"
                self.tell(Damaged(object_key("lists", name), what))
        for problem in self.pool.map(self.check_object, new):
            if problem:
                self.tell(problem)
        self.objects += len(new)
        self.bytes += sum(entry.size for entry in new)
        return page_sum(number, entries)

    def check_object(self, entry: Entry) -> Problem | None:
        try:
            self.store.check(entry.key, entry.name, entry.size)
        except Problem as problem:
            return problem
        return None

    # What no snapshot needs

    def foreign(self, key: str) -> None:
        print(f"not of this format, not looked at: {shown(key)}")

    def check_rest(self) -> None:
        """Sound objects that nothing needs are what an interrupted backup left, or records."""
        for folder, deep in FOLDERS_DEEP.items():
            for key in self.store.walk(folder, deep):
                name = object_name(key)
                if name is None:
                    print(f"not of this format, not looked at: {shown(key)}")
                    continue
                if folder == "snapshots" or self.is_needed(folder, name):
                    continue
                self.unneeded += folder != "records"
                with self.judging():
                    self.bytes += self.store.check(key, name)

    def is_needed(self, folder: str, name: bytes) -> bool:
        return (folder, name) in self.seen or (folder == "lists" and name in self.pages)


def read_heads(given: Iterable[str]) -> dict[str, tuple[int, str]]:
    heads = {}
    for one in given:
        match = re.fullmatch(f"{ID}=([0-9]{{1,16}}):{HASH}", one)
        if not match:
            raise Misused(one, "is no head", "give SETID=NUMBER:HASH as verify prints them")
        heads[match[1]] = (int(match[2]), match[3])
    return heads


# --- Commands ------------------------------------------------------------------------------------


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def run_verify(arguments: argparse.Namespace) -> int:
    signers, heads = read_signers(arguments.signer), read_heads(arguments.expect_head)
    return Verifier(Store(arguments.repository), signers).run(heads)


def run_list(arguments: argparse.Namespace) -> int:
    store = Store(arguments.repository)
    identities = Identities(arguments.identity) if arguments.identity else None
    descriptor = read_descriptor(store)
    code = 0
    for set_id, keys in sorted(snapshot_keys(store).items()):
        name = ""
        try:
            if identities:
                name = "  " + set_name(store, keys, descriptor, identities)
        except Problem as problem:
            say(f"{problem.word}: {problem}")
            code = code or problem.code
        print(f"set {set_id}{shown(name)}")
        for key in keys:
            try:
                says = read_manifest(store, key, descriptor).says
                complete = "complete" if says.complete else "NOT complete"
                print(f"  {key.sequence:>6}  {says.started}  {complete}  {key.name}")
            except Problem as problem:
                print(f"  {key.sequence:>6}  {problem.word}: {problem}")
                code = code or problem.code
    return code


def set_name(
    store: Store, keys: list[SnapshotKey], descriptor: Descriptor, identities: Identities
) -> str:
    newest = read_manifest(store, keys[-1], descriptor)
    return open_snapshot(store, newest, identities).root.set


def choose(arguments: argparse.Namespace) -> Snapshot:
    """Opens the snapshot that the arguments name."""
    store, signers = Store(arguments.repository), read_signers(arguments.signer)
    identities = Identities(arguments.identity)
    descriptor = read_descriptor(store)
    keys = choose_set(store, arguments.set, descriptor, identities)
    keys = [key for key in keys if not is_refused(store, key, descriptor, signers)] or keys
    manifest = choose_manifest(store, keys, arguments.snapshot, descriptor)
    with naming(str(manifest.key)):
        if not signers:
            say("authenticity was not asked: give the signer's public key with --signer")
        elif (worth := standing(manifest.envelope, signers, manifest.key)) != BELIEVED:
            do = "if the server was replaced, give its new key; if not, raise an alarm"
            raise Problem(str(manifest.key), worth, do)
    return open_snapshot(store, manifest, identities, arguments.scan_packs)


def is_refused(
    store: Store, key: SnapshotKey, descriptor: Descriptor, signers: Signers
) -> bool:
    """Whether a known key signed it that is not believed in it: then it is not there (§13.2)."""
    try:
        envelope = read_manifest(store, key, descriptor).envelope
        return bool(signers) and standing(envelope, signers, key) in REFUSED
    except Problem:
        return False  # Whoever chooses it is told.


def choose_set(
    store: Store, wanted: str, descriptor: Descriptor, identities: Identities
) -> list[SnapshotKey]:
    sets = snapshot_keys(store)
    if wanted in sets:
        return sets[wanted]
    trouble: Problem | None = None
    for keys in sets.values():
        try:
            if set_name(store, keys, descriptor, identities) == wanted:
                return keys
        except Problem as problem:
            trouble = problem  # Another set may still be the one.
    if trouble:
        raise trouble
    raise Misused(wanted, "is no set of this repository", "see: list REPO --identity FILE")


def choose_manifest(
    store: Store, keys: list[SnapshotKey], wanted: int | str | None, descriptor: Descriptor
) -> Manifest:
    """The numbered or named snapshot; without either, the newest that is complete."""
    for key in reversed(keys):
        if wanted in (None, key.sequence, key.name):
            manifest = read_manifest(store, key, descriptor)
            if wanted == key.name:
                return manifest
            if manifest.says.complete or wanted:
                rivals = [other.name for other in keys if other.sequence == key.sequence]
                if len(rivals) > 1:
                    what = f"more than one snapshot has its number: {', '.join(sorted(rivals))}"
                    do = "find out who made which, and give the name of one: --snapshot HASH"
                    raise Damaged(f"snapshots/{key.set}", what, do)
                return manifest
            say(f"snapshot {key.sequence} is not complete; an older one is taken")
    what = "there is no such snapshot, or none that is complete"
    raise Misused(f"snapshots/{keys[0].set}", what, "see the numbers with: list REPO")


def run_restore(arguments: argparse.Namespace) -> int:
    prefix = os.fsencode(arguments.path).strip(b"/")
    snapshot = choose(arguments)
    target = Target(arguments.to, snapshot.chunks)
    found = False
    shown_at = time.monotonic()
    for record in selected(snapshot, prefix):
        target.add(record)
        found = found or is_beneath(record.path, prefix)
        if sys.stderr.isatty() and time.monotonic() - shown_at > 1:
            shown_at = time.monotonic()
            say(f"{target.files} of {snapshot.root.files} files, {target.bytes} bytes")
    target.finish()
    key, remarks = snapshot.manifest.key, target.remarks
    print(f"{key.set} snapshot {key.sequence}: {target.files} files, {target.bytes} bytes restored")
    if prefix and not found:
        raise Misused(prefix, "the snapshot has no such path", "give it from the root")
    if not snapshot.manifest.says.complete:
        print("the snapshot is NOT complete: files of the source are missing in it")
    if remarks:
        print(f"{remarks} things were left out or not set")
    return 3 if remarks or not snapshot.manifest.says.complete else 0


def find_record(snapshot: Snapshot, path: bytes) -> Record:
    """Reads only the piece of the list in which the path must stand."""
    firsts = [order(piece.first) for piece in snapshot.root.list]
    start = max(bisect_right(firsts, order(path)) - 1, 0)
    for record in list_records(snapshot, start):
        if order(record.path) >= order(path):
            if record.path == path:
                return record
            break
    raise Misused(path, "the snapshot has no such path", "give it from the root, without a first /")


def run_cat(arguments: argparse.Namespace) -> int:
    path = os.fsencode(arguments.path).strip(b"/")
    snapshot = choose(arguments)
    record = find_record(snapshot, path)
    if record.kind == Kind.HARD_LINK:
        record = find_record(snapshot, record.target)
    if record.kind != Kind.REGULAR:
        raise Misused(path, "is no regular file", "use restore --path")
    out, written = sys.stdout.buffer, 0
    with naming(b"file " + path):
        for at, data in file_data(snapshot.chunks, record.content):
            write_zeros(out, at - written)
            out.write(data)
            written = at + len(data)
        write_zeros(out, record.content.size - written)
    out.flush()
    return 0


def write_zeros(out: BinaryIO, count: int) -> None:
    while count > 0:
        count -= out.write(bytes(min(count, COPY_BYTES)))


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def command(name: str, run: Callable[[argparse.Namespace], int], does: str) -> Any:
        made = commands.add_parser(name, help=does, description=does)
        made.add_argument("repository", metavar="REPO", help="the folder that holds toride.json")
        made.set_defaults(run=run)
        return made

    def opening(made: Any, path_help: str, **path: Any) -> None:
        add = made.add_argument
        add("--identity", metavar="FILE", action="append", required=True, help="age identity file")
        add("--set", metavar="NAME|ID", required=True)
        about = "default: newest complete"
        add("--snapshot", metavar="N|HASH|latest", type=snapshot_number, help=about)
        add("--path", metavar="PATH", help=path_help, **path)
        add("--signer", metavar="HEX|FILE", action="append", default=[], help="who is believed")
        add("--scan-packs", action="store_true", help="do without index objects")

    made = command("list", run_list, "List sets and snapshots; their names with an identity.")
    made.add_argument("--identity", metavar="FILE", action="append", default=[])
    made = command("verify", run_verify, "Check every byte, without any key.")
    made.add_argument("--signer", metavar="HEX|FILE", action="append", default=[])
    made.add_argument("--expect-head", metavar="SETID=SEQ:HASH", action="append", default=[])
    made = command("restore", run_restore, "Restore into an empty folder.")
    opening(made, "only this and what is beneath it", default="")
    made.add_argument("--to", metavar="FOLDER", required=True, help="empty, or to be made")
    made = command("cat", run_cat, "Write one file to standard output.")
    opening(made, "the file", required=True)
    return parser.parse_args()


def snapshot_number(given: str) -> int | str | None:
    if given == "latest":
        return None
    if re.fullmatch(HASH, given):
        return given
    if not re.fullmatch("[0-9]{1,16}", given) or int(given) == 0:
        raise argparse.ArgumentTypeError("give a number from 1, a name, or latest")
    return int(given)


def main() -> int:
    arguments = parse_arguments()
    try:
        return arguments.run(arguments)
    except Problem as problem:
        say(f"{problem.word}: {problem}")
        return problem.code
    except BrokenPipeError:
        # Who read our output has gone; nothing more is to be said.
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        return 3
    except OSError as why:
        say(f"could not tell: {why.strerror}; mend it, then try again")
        return 3
    except KeyboardInterrupt:
        return 130
    except MemoryError:
        say("could not tell: not enough memory; free some, then try again")
        return 3


if __name__ == "__main__":
    sys.exit(main())
