"""Where vectors are put together, and what is random elsewhere."""

from typing import Any

import toride_format as f

made: dict[str, str] = {}


class Group:
    """The vectors of one structure."""

    def __init__(self, of: str, section: str) -> None:
        self.of, self.section = of, section

    def add(self, name: str, expect: str, comment: str, body: bytes, **fields: Any) -> None:
        lines = [f"of: {self.of}", f"section: {self.section}", f"expect: {expect}"]
        lines.append(f"comment: {comment}")
        for key, value in fields.items():
            for one in value if isinstance(value, list) else [value]:
                lines.append(f"{key.replace('_', '-')}: {shown(one)}")
        rows = [body[at : at + 32].hex() for at in range(0, len(body), 32)]
        assert name not in made, name
        made[name] = "\n".join([*lines, "", *rows]) + "\n"

    def taken(self, name: str, comment: str, body: bytes, **fields: Any) -> None:
        self.add(name, "success", comment, body, **fields)

    def refused(self, name: str, comment: str, body: bytes, **fields: Any) -> None:
        self.add(name, "refused", comment, body, **fields)


def shown(value: Any) -> str:
    """Bytes as hex, the parts of a tuple after one another, the rest as it is."""
    if isinstance(value, bytes):
        return value.hex() or "-"
    if isinstance(value, tuple):
        return " ".join(map(shown, value))
    return str(value)


def counted(start: int, count: int) -> bytes:
    return bytes(range(start, start + count))


# What is random elsewhere.
REPOSITORY = bytes.fromhex("8d4364410e955b1bc52190df35f31462")
SET = bytes.fromhex("5e7a11d0c0ffee00112233445566778f")
SCOPE = f.Scope(REPOSITORY, SET)
RUN_KEY, SECRET = counted(0x00, 32), counted(0x20, 32)
PACK_SALT, INDEX_SALT = counted(0x40, 32), counted(0x60, 32)
RUN, SECRET_ID = f.key_id(RUN_KEY), f.key_id(SECRET)
RECOVERY, DRILL = f.Identity(counted(0x80, 32)), f.Identity(counted(0xA0, 32))
HOST, ADMIN = f.Signer(counted(0xC0, 32)), f.Signer(counted(0xE0, 32))
STARTED, FINISHED = "2026-11-22T17:38:08Z", "2026-11-22T17:38:09Z"
