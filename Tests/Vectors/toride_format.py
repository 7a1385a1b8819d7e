"""Writes the structures of a Toride repository, from docs/FORMAT.md alone.

Every § is a section of that page. It is a third hand, beside the program in Swift and the reader of
rescue/, and takes nothing from either: where two of the three disagree, a vector shows it. It needs
python3-cryptography for X25519, Ed25519, AES-GCM and ChaCha20-Poly1305; the rest is Python's own.
Nothing here checks anything: vectors that must be refused are written with it too.
"""

import base64
import hashlib
import hmac
import struct
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM, ChaCha20Poly1305

ZEROS = bytes(32)


def sha256(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


def hmac_sha256(key: bytes, data: bytes) -> bytes:
    return hmac.digest(key, data, "sha256")


def base64_text(data: bytes) -> str:
    return base64.b64encode(data).decode()


def raw(key: Any) -> bytes:
    """The 32 bytes of a public key."""
    form = serialization.PublicFormat.Raw
    return key.public_key().public_bytes(serialization.Encoding.Raw, form)


# --- §1 Conventions ------------------------------------------------------------------------------


def u32(number: int) -> bytes:
    return struct.pack("<I", number)


def u64(number: int) -> bytes:
    return struct.pack("<Q", number)


def varint(number: int) -> bytes:
    out = bytearray()
    while number > 0x7F:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    out.append(number)
    return bytes(out)


def svarint(number: int) -> bytes:
    return varint((number << 1) ^ (number >> 63) if number >= 0 else -2 * number - 1)


def prefixed(data: bytes) -> bytes:
    return varint(len(data)) + data


def time(seconds: int, nanoseconds: int = 0) -> bytes:
    return svarint(seconds) + varint(nanoseconds)


def canonical_json(value: Any) -> bytes:
    match value:
        case None | bool():
            return {None: b"null", False: b"false", True: b"true"}[value]
        case int():
            return str(value).encode()
        case str():
            return b'"' + b"".join(map(json_byte, value.encode())) + b'"'
        case list():
            return b"[" + b",".join(map(canonical_json, value)) + b"]"
        case dict():
            names = sorted(value, key=str.encode)
            items = (canonical_json(name) + b":" + canonical_json(value[name]) for name in names)
            return b"{" + b",".join(items) + b"}"
    raise TypeError(value)


def json_byte(byte: int) -> bytes:
    if byte in b'"\\':
        return b"\\" + bytes([byte])
    return b"\\u%04x" % byte if byte < 0x20 else bytes([byte])


# --- §6 Keys and ids -----------------------------------------------------------------------------


def hkdf(key: bytes, info: str, salt: bytes = b"", count: int = 32) -> bytes:
    """RFC 5869, extract and expand. Without a salt it takes as many zeros as the hash has bytes."""
    extracted = hmac_sha256(salt or ZEROS, key)
    out = block = b""
    number = 0
    while len(out) < count:
        number += 1
        block = hmac_sha256(extracted, block + info.encode() + bytes([number]))
        out += block
    return out[:count]


CHUNK_KINDS = {1: "content", 2: "bundle", 3: "file-list", 4: "root", 5: "witness"}
CONTENT, BUNDLE, FILE_LIST, ROOT, WITNESS = CHUNK_KINDS
TABLE, FILLER, TRAILER, INDEX = 16, 17, 18, 32


def key_id(key: bytes) -> bytes:
    return hkdf(key, "toride/v1/key-id")


def pack_key(run_key: bytes, salt: bytes) -> bytes:
    return hkdf(run_key, "toride/v1/pack", salt)


def index_key(secret: bytes, salt: bytes) -> bytes:
    return hkdf(secret, "toride/v1/index", salt)


def piece_list_digest(pieces: list[bytes]) -> bytes:
    return sha256(b"".join(u64(len(piece)) + sha256(piece) for piece in pieces))


def chunk_id(secret: bytes, kind: int, digest: bytes) -> bytes:
    return hmac_sha256(hkdf(secret, f"toride/v1/chunk-id/{CHUNK_KINDS[kind]}"), digest)


# --- §5 Key objects, and age v1 (c2sp.org/age) ---------------------------------------------------


def key_payload(repository: bytes, set_id: bytes, kind: int, key: bytes, epoch: int = 1) -> bytes:
    start = b"TORIDEK\x01" + repository + set_id + bytes([kind]) + bytes(7)
    return start + u64(epoch) + bytes(8) + key_id(key) + key


def bech32(prefix: str, data: bytes) -> str:
    """BIP-173, lower case."""
    letters = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
    bits = "".join(f"{byte:08b}" for byte in data)
    bits += "0" * (-len(bits) % 5)
    values = [int(bits[at : at + 5], 2) for at in range(0, len(bits), 5)]
    spread = [ord(c) >> 5 for c in prefix] + [0] + [ord(c) & 31 for c in prefix]
    check = bech32_polymod(spread + values + [0] * 6) ^ 1
    values += [check >> 5 * (5 - place) & 31 for place in range(6)]
    return prefix + "1" + "".join(letters[value] for value in values)


def bech32_polymod(values: list[int]) -> int:
    check = 1
    for value in values:
        top = check >> 25
        check = (check & 0x1FFFFFF) << 5 ^ value
        for bit, term in enumerate((0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)):
            check ^= term if top >> bit & 1 else 0
    return check


class Identity(NamedTuple):
    """A recovery key of age's X25519 form."""

    private: bytes

    @property
    def public(self) -> bytes:
        return raw(X25519PrivateKey.from_private_bytes(self.private))

    @property
    def recipient(self) -> str:
        return bech32("age", self.public)

    @property
    def text(self) -> str:
        return bech32("age-secret-key-", self.private).upper()


def age_file(
    payload: bytes, recipients: list[Identity], file_key: bytes, nonce: bytes, ephemeral: bytes
) -> bytes:
    """One chunk of payload: a key object has 128 bytes. What is random elsewhere is given here."""

    def letters(data: bytes) -> bytes:
        return base64.b64encode(data).rstrip(b"=")

    header = b"age-encryption.org/v1\n"
    for number, recipient in enumerate(recipients):
        mine = X25519PrivateKey.from_private_bytes(sha256(ephemeral + bytes([number])))
        shared = mine.exchange(X25519PublicKey.from_public_bytes(recipient.public))
        salt = raw(mine) + recipient.public
        wrapping = hkdf(shared, "age-encryption.org/v1/X25519", salt)
        body = ChaCha20Poly1305(wrapping).encrypt(bytes(12), file_key, b"")
        header += b"-> X25519 " + letters(raw(mine)) + b"\n" + letters(body) + b"\n"
    header += b"---"
    header += b" " + letters(hmac_sha256(hkdf(file_key, "header"), header)) + b"\n"
    stream = ChaCha20Poly1305(hkdf(file_key, "payload", nonce))
    return header + nonce + stream.encrypt(bytes(11) + b"\x01", payload, b"")


# --- §7 Sealing ----------------------------------------------------------------------------------


def sealed_header(letter: bytes, salt: bytes) -> bytes:
    return b"TORIDE" + letter + b"\x01" + salt


def frame_nonce(kind: int, counter: int) -> bytes:
    return bytes(3) + bytes([0 if kind < 16 else kind]) + struct.pack(">Q", counter)


class Scope(NamedTuple):
    repository: bytes
    set: bytes


def associated(
    scope: Scope, kind: int, run: bytes, salt: bytes, counter: int = 0, chunk: bytes = ZEROS
) -> bytes:
    start = b"toride/v1" + bytes([kind]) + scope.repository + scope.set
    return start + run + salt + u64(counter) + chunk


def seal(
    plaintext: bytes, key: bytes, scope: Scope, kind: int, run: bytes, salt: bytes,
    counter: int = 0, chunk: bytes = ZEROS,
) -> bytes:  # fmt: skip
    bound = associated(scope, kind, run, salt, counter, chunk)
    return AESGCM(key).encrypt(frame_nonce(kind, counter), plaintext, bound)


def padme(size: int) -> int:
    if size <= 1:
        return size
    exponent = size.bit_length() - 1
    rounded = max(exponent - exponent.bit_length(), 0)
    return (size + (1 << rounded) - 1) >> rounded << rounded


# --- §8 Chunks -----------------------------------------------------------------------------------


def stored(plaintext: bytes) -> bytes:
    """Method 0."""
    return b"\x00" + u32(len(plaintext)) + plaintext


def compressed(size: int, frame: bytes, method: int = 1) -> bytes:
    """All methods but 0. Frames are given: other versions of zstd make other bytes."""
    return bytes([method]) + u32(size) + frame


def raw_frame(content: bytes) -> bytes:
    """A Zstandard frame that does not compress (RFC 8878): one segment, its size in a byte, one last
    block of raw bytes."""
    block = len(content) << 3 | 1
    return b"\x28\xb5\x2f\xfd\x20" + bytes([len(content)]) + u32(block)[:3] + content


def planes(plain: bytes) -> bytes:
    even = len(plain) & ~1
    return plain[:even:2] + plain[1:even:2] + plain[even:]


def differences(plain: bytes) -> bytes:
    before, folded = 0, b""
    for place in range(0, len(plain) & ~1, 2):
        word = int.from_bytes(plain[place : place + 2], "little")
        more = (word - before) % 65_536
        folded += (2 * more if more < 32_768 else 2 * (65_536 - more) - 1).to_bytes(2, "little")
        before = word
    return planes(folded + plain[len(folded) :])


def bundle(files: list[bytes]) -> bytes:
    return u32(len(files)) + b"".join(u32(len(one)) for one in files) + b"".join(files)


# --- §10 Chunk tables ----------------------------------------------------------------------------


class KeyObject(NamedTuple):
    id: bytes
    name: bytes
    size: int


class Entry(NamedTuple):
    chunk: bytes
    kind: int
    origin: tuple[bytes, bytes]  # Run id and salt.
    counter: int
    offset: int
    length: int


class PackRows(NamedTuple):
    name: bytes
    size: int
    entries: list[Entry]


def chunk_table(
    keys: list[KeyObject], packs: list[PackRows], origins: list[tuple[bytes, bytes]] | None = None
) -> bytes:
    """Origins stand in the order of first use unless another is given."""
    keys = sorted(keys)
    runs = [key.id for key in keys]
    if origins is None:
        used = (entry.origin for pack in packs for entry in pack.entries)
        origins = list(dict.fromkeys(used))
    out = u32(len(keys)) + b"".join(key.id + key.name + u64(key.size) for key in keys)
    out += u32(len(origins))
    out += b"".join(u32(runs.index(run)) + salt for run, salt in origins)
    out += u32(len(packs))
    for pack in packs:
        out += pack.name + u64(pack.size) + u32(len(pack.entries))
        for one in pack.entries:
            out += one.chunk + bytes([one.kind]) + u32(origins.index(one.origin))
            out += u64(one.counter) + u64(one.offset) + u32(one.length)
    return out


# --- §9 Packs and §11 index objects --------------------------------------------------------------


@dataclass
class Pack:
    """A pack that is being written; what a vector needs to be wrong is given to `finish`."""

    scope: Scope
    run_key: bytes
    salt: bytes
    key_object: KeyObject
    body: bytes = b""
    entries: list[Entry] = field(default_factory=list)

    @property
    def run(self) -> bytes:
        return key_id(self.run_key)

    def seal(self, plaintext: bytes, kind: int, counter: int = 0, chunk: bytes = ZEROS) -> bytes:
        key = pack_key(self.run_key, self.salt)
        return seal(plaintext, key, self.scope, kind, self.run, self.salt, counter, chunk)

    def add(self, secret: bytes, kind: int, plaintext: bytes, digest: bytes, frame: bytes = b""):
        """Seals a chunk and gives its id."""
        chunk, counter = chunk_id(secret, kind, digest), len(self.entries)
        sealed = self.seal(frame or stored(plaintext), kind, counter, chunk)
        origin, offset = (self.run, self.salt), 40 + len(self.body)
        self.entries.append(Entry(chunk, kind, origin, counter, offset, len(sealed)))
        self.body += sealed
        return chunk

    def finish(self, table=None, filler=None, trailer=None, name=ZEROS, more=0) -> bytes:
        front = sealed_header(b"P", self.salt) + self.body
        if table is None:
            table = chunk_table([self.key_object], [PackRows(name, len(front), self.entries)])
        sealed = self.seal(table, TABLE)
        bare = len(front) + len(sealed) + 16 + 32
        filler = bytes(padme(bare) - bare + more) if filler is None else filler(padme(bare) - bare)
        trailer = trailer or u64(len(sealed)) + u64(len(filler) + 16)
        end = self.seal(filler, FILLER) + self.seal(trailer, TRAILER)
        return front + sealed + end


def index_object(
    scope: Scope, secret: bytes, salt: bytes, table: bytes, filler=bytes, length=None
) -> bytes:
    plaintext = u32(len(table) if length is None else length) + table
    bare = 40 + len(plaintext) + 16
    plaintext += filler(padme(bare) - bare)
    key = index_key(secret, salt)
    sealed = seal(plaintext, key, scope, INDEX, key_id(secret), salt)
    return sealed_header(b"I", salt) + sealed


# --- §12 List pages ------------------------------------------------------------------------------


class Listed(NamedTuple):
    slot: int
    kind: int  # 1 key, 2 pack, 3 index.
    name: bytes
    size: int


def list_page(number: int, entries: list[Listed]) -> bytes:
    out = b"TORIDEL\x01" + u32(number) + u32(len(entries))
    for one in entries:
        out += struct.pack("<HB", one.slot, one.kind) + one.name + u64(one.size)
    return out


# --- §13 Signed documents ------------------------------------------------------------------------

MANIFEST_TYPE = "application/vnd.toride.manifest.v1+json"
RECORD_TYPE = "application/vnd.in-toto+json"


class Signer(NamedTuple):
    seed: bytes

    @property
    def public(self) -> bytes:
        return raw(Ed25519PrivateKey.from_private_bytes(self.seed))

    @property
    def id(self) -> bytes:
        return sha256(self.public)

    def sign(self, payload: bytes, payload_type: str = MANIFEST_TYPE) -> bytes:
        return Ed25519PrivateKey.from_private_bytes(self.seed).sign(pae(payload, payload_type))


def pae(payload: bytes, payload_type: str) -> bytes:
    kind = payload_type.encode()
    return b"DSSEv1 %d %b %d %b" % (len(kind), kind, len(payload), payload)


def envelope(
    payload: bytes, signatures: list[tuple[bytes, bytes]], payload_type: str = MANIFEST_TYPE
) -> bytes:
    made = [{"keyid": signer.hex(), "sig": base64_text(sig)} for signer, sig in signatures]
    members = {"payload": base64_text(payload), "payloadType": payload_type, "signatures": made}
    return canonical_json(members)


def signed(payload: bytes, signer: Signer, payload_type: str = MANIFEST_TYPE) -> bytes:
    return envelope(payload, [(signer.id, signer.sign(payload, payload_type))], payload_type)


# --- §16 The file list ---------------------------------------------------------------------------


class Kind:
    REGULAR, DIRECTORY, SYMLINK, FIFO, SOCKET, CHARACTER, BLOCK, HARD_LINK = range(1, 9)


class Piece(NamedTuple):
    kind: int
    chunk: bytes
    offset: int
    length: int


@dataclass
class FileRecord:
    """A record's fields; `last` is the part that only its kind has."""

    path: bytes
    kind: int
    last: bytes = b""
    mode: int = 0o644
    uid: int = 1000
    gid: int = 100
    modified: tuple[int, int] = (1795282688, 123456789)
    device: int = 2049
    inode: int = 131073
    changed: tuple[int, int] = (1795282688, 987654321)
    attributes: list[tuple[bytes, bytes]] = field(default_factory=list)

    def body(self) -> bytes:
        out = prefixed(self.path) + bytes([self.kind])
        out += varint(self.mode) + varint(self.uid) + varint(self.gid) + time(*self.modified)
        out += varint(self.device) + varint(self.inode) + time(*self.changed)
        out += varint(len(self.attributes))
        out += b"".join(prefixed(name) + prefixed(value) for name, value in self.attributes)
        return out + self.last

    def encoded(self) -> bytes:
        return prefixed(self.body())


def content(
    size: int, digest: bytes, pieces: list[Piece], extents: list[tuple[int, int]] | None = None
) -> bytes:
    out = varint(size) + digest
    out += varint(0 if extents is None else len(extents) + 1)
    out += b"".join(varint(offset) + varint(length) for offset, length in extents or [])
    out += varint(len(pieces))
    for one in pieces:
        out += bytes([one.kind]) + one.chunk + varint(one.offset) + varint(one.length)
    return out


# --- §17 The chunker -----------------------------------------------------------------------------


def cuts(data: bytes, key: bytes, least: int, normal: int, most: int) -> list[int]:
    """Where each piece ends."""
    table = struct.unpack("<256Q", key)
    ends, start = [], 0
    while start < len(data):
        start += first_cut(data[start : start + most], table, least, normal, most)
        ends.append(start)
    return ends


def first_cut(piece: bytes, table: tuple, least: int, normal: int, most: int) -> int:
    bits = normal.bit_length() - 1
    scans = ((least, normal, bits + 1), (normal, most, bits - 1))
    for begin, end, width in scans:
        mask = (1 << width) - 1 << 64 - width
        hash_ = 0
        for byte in piece[begin - 64 : begin]:
            hash_ = (hash_ << 1) + table[byte] & 0xFFFFFFFFFFFFFFFF
        for at in range(begin, min(end, len(piece))):
            hash_ = (hash_ << 1) + table[piece[at]] & 0xFFFFFFFFFFFFFFFF
            if not hash_ & mask:
                return at + 1
    return len(piece)
