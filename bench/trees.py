"""Trees to back up. Where ../shared/tools has a generator of hospital trees that one is taken, else
our own, whose trees are like it in number and size of files and in how well they compress."""
import os
import random
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
SHARED = os.path.join(HERE, "..", "..", "shared", "tools", "gen_ehr_tree.py")
MIB = 1 << 20
# 2026-01-01: no file may look as if it had just been written.
EPOCH = 1_767_225_600

CASES = {
    "mixed": ["--size-mib", "1024", "--profile", "mixed", "--seed", "7"],
    "messages": ["--size-mib", "600", "--files", "200000", "--profile", "ssmix2", "--seed", "7"],
}


def make(tree: str, case: str) -> list[str]:
    """Makes a tree; returns what it is, for the report."""
    if os.path.exists(SHARED):
        subprocess.run([sys.executable, SHARED, "--out", tree, *CASES[case]], check=True,
                       stdout=subprocess.DEVNULL)
        made_by = "gen_ehr_tree.py " + " ".join(CASES[case])
    else:
        print("../shared/tools IS NOT THERE: the tree is our own", file=sys.stderr)
        (_mixed if case == "mixed" else _messages)(tree, random.Random(7))
        made_by = "bench/trees.py"
    files = sum(len(names) for _, _, names in os.walk(tree))
    size = sum(os.lstat(os.path.join(at, name)).st_size
               for at, _, names in os.walk(tree) for name in names)
    return [f"Tree: {made_by}: {files:,} files, {size / MIB:,.0f} MiB."]


def change(tree: str, percent: float, day: int) -> None:
    """Lets a day pass."""
    if os.path.exists(SHARED):
        subprocess.run([sys.executable, SHARED, "--out", tree, "--mutate", str(percent), "--day",
                        str(day), "--seed", "7"], check=True, stdout=subprocess.DEVNULL)
        return
    chance = random.Random(day)
    paths = sorted(os.path.join(at, name) for at, _, names in os.walk(tree) for name in names)
    for path in chance.sample(paths, int(len(paths) * percent / 100)):
        with open(path, "ab") as file:
            file.write(chance.randbytes(100))


# --- Our own ------------------------------------------------------------------------------------

def _put(path: str, data: bytes, number: int) -> None:
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "wb") as file:
        file.write(data)
    os.utime(path, (EPOCH + number, EPOCH + number))


def _messages(tree: str, chance: random.Random, count: int = 200_000, size: int = 3_072) -> None:
    """Files of HL7-like lines, some thirty a patient."""
    for number in range(count):
        patient = f"{number // 30 * 7919 % 10_000_000:08d}"
        lines = [f"MSH|^~\\&|HIS|BENCH|{number}|{patient}||ORU^R01|P|2.5"]
        while sum(map(len, lines)) < size - 60:
            lines.append(f"OBX|{len(lines)}|NM|{chance.randrange(10**6):06d}^AST||"
                         f"{chance.random() * 100:.2f}|U/L|||||F")
        path = f"{tree}/ssmix2/{patient[:3]}/{patient[3:6]}/{patient}/20260101/OML-11/{number}"
        _put(path, "\r".join(lines).encode(), number)


def _mixed(tree: str, chance: random.Random, mib: int = 1024) -> None:
    """60 % noisy images of 0.5 MiB, 25 % lines of JSON in files of 8 MiB, 15 % messages."""
    for number in range(int(mib * 0.6 / 0.5)):
        # 12 bits of 16 are noise: such an image shrinks to about three quarters.
        noise = bytearray(chance.randbytes(MIB // 2))
        noise[1::2] = bytes(byte & 0x0F for byte in noise[1::2])
        _put(f"{tree}/dicom/{number // 100}/{number}.dcm", bytes(128) + b"DICM" + bytes(noise),
             number)
    for number in range(int(mib * 0.25 / 8)):
        lines = []
        size = 0
        while size < 8 * MIB:
            lines.append(f'{{"resourceType":"Observation","id":"{chance.randrange(10**12)}",'
                         f'"valueQuantity":{{"value":{chance.random() * 100:.3f}}}}}')
            size += len(lines[-1]) + 1
        _put(f"{tree}/fhir/{number}.ndjson", "\n".join(lines).encode(), number)
    _messages(tree, chance, int(mib * 0.15 * MIB / 3_072))


# --- Many files ---------------------------------------------------------------------------------

def many(tree: str, count: int, content_of: int) -> None:
    """Small files, twenty a folder; one of `content_of` has content, a hundred bytes. And a large one
    that does not compress, so that every worker has a full pack in the smallest tree too."""
    chance = random.Random(13)
    block = chance.randbytes(1 << 16)
    os.makedirs(tree)
    with open(f"{tree}/noise", "wb") as file:
        for _ in range(256):
            file.write(chance.randbytes(MIB))
    for start in range(0, count, 20):
        folder = f"{tree}/{start // 20_000:05d}/{start // 20 % 1_000:03d}"
        os.makedirs(folder)
        at = os.open(folder, os.O_RDONLY)
        for number in range(start, min(start + 20, count)):
            file = os.open(f"{number:08d}_OML-11_{number * 7919 % 10**8:08d}",
                           os.O_WRONLY | os.O_CREAT, 0o640, dir_fd=at)
            if number % content_of == 0:
                place = number * 31 % (len(block) - 100)
                os.write(file, block[place:place + 92] + number.to_bytes(8, "big"))
            os.close(file)
        os.close(at)


# --- A dump -------------------------------------------------------------------------------------

def write_dump(path: str, size: int) -> None:
    """Text as `pg_dump -Z0` writes it: lines of columns, here of hexadecimal digits."""
    chance = random.Random(11)
    with open(path, "wb") as file:
        for start in range(0, size, MIB):
            lines = bytearray(chance.randbytes(MIB // 2).hex().encode())
            for column in (9, 18, 47):
                lines[column::64] = b"\t" * (MIB // 64)
            lines[63::64] = b"\n" * (MIB // 64)
            file.write(lines[:size - start])
    os.utime(path, (EPOCH, EPOCH))


def change_dump(path: str, percent: float, extents: int, insertions: int) -> None:
    """Overwrites contiguous extents, of so many per cent together, and inserts lines elsewhere."""
    chance = random.Random(12)
    size = os.path.getsize(path)
    length = int(size * percent / 100 / extents)
    places = sorted(chance.sample(range(0, size - length, length * 2), extents))
    inserts = sorted(chance.randrange(size) for _ in range(insertions))
    with open(path, "rb") as old, open(path + ".new", "wb") as new:
        at = 0
        marks = sorted([(place, True) for place in places] + [(place, False) for place in inserts])
        for place, is_extent in marks:
            place = max(place, at)
            _copy(old, new, place - at)
            at = place
            if is_extent:
                new.write(chance.randbytes(length // 2).hex().encode())
                old.seek(length // 2 * 2, os.SEEK_CUR)
                at += length // 2 * 2
            else:
                new.write(chance.randbytes(500).hex().encode() + b"\n")
        _copy(old, new, size - at)
    os.replace(path + ".new", path)


def _copy(old, new, count: int) -> None:
    while count > 0:
        block = old.read(min(count, MIB))
        if not block:
            return
        new.write(block)
        count -= len(block)
