#!/usr/bin/python3
"""Flips every byte of a small repository and cuts every object at every length.

    TORIDE=/usr/bin/toride python3 rescue/soak_rescue.py

`verify` must find each one and name the object. The verifier runs in this process: a process for
each of so many positions would take hours.
"""

import contextlib
import io
import os
import shutil
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from pathlib import Path

import test_rescue
import toride_rescue as rescue

# Two positions for each byte: this bounds the time.
REPOSITORY_BYTES_MAX = 64 << 10


def make_tree(top):
    top.mkdir()
    for number in range(12):
        (top / f"{number}.hl7").write_bytes(os.urandom(100 * number))
    (top / "link").symlink_to("3.hl7")


class Prober:
    """Alters one object at a time in a copy of its own."""

    def __init__(self, store, signer, folder):
        self.store = Path(folder) / "store"
        shutil.copytree(store, self.store)
        self.signers = rescue.read_signers([signer])
        self.pool = ThreadPoolExecutor(1)

    def verify(self):
        told = io.StringIO()
        verifier = rescue.Verifier(rescue.Store(str(self.store)), self.signers)
        verifier.pool = self.pool
        with contextlib.redirect_stdout(told):
            code = verifier.run({})
        return code, told.getvalue()

    def misses(self, key, data):
        (self.store / key).write_bytes(data)
        code, told = self.verify()
        damages = [line for line in told.splitlines() if line.startswith("damaged: ")]
        return code != 1 or not any(key in line for line in damages)

    def probe(self, key, positions):
        """How many alterations were tried, and which were not found."""
        whole = (self.store / key).read_bytes()
        tried, missed = 0, []
        for at in positions:
            flipped = bytearray(whole)
            flipped[at] ^= 1 << at % 8
            for how, data in (("flipped", bytes(flipped)), ("cut", whole[:at])):
                tried += 1
                if self.misses(key, data):
                    missed.append(f"{key}: {how} at {at}")
        (self.store / key).write_bytes(whole)
        return tried, missed


def work(store, signer, keys, part, parts):
    tried, missed = 0, []
    with tempfile.TemporaryDirectory(prefix="soak-", dir="/var/tmp") as folder:
        prober = Prober(store, signer, folder)
        for key in keys:
            size = (store / key).stat().st_size
            more, new = prober.probe(key, range(part, size, parts))
            tried, missed = tried + more, missed + new
        code, told = prober.verify()
        if code != 0:
            missed.append(f"whole again, and yet: {told}")
    return tried, missed


def main():
    if not test_rescue.TORIDE:
        print("TORIDE does not name the toride program", file=sys.stderr)
        return 2
    site = test_rescue.Repository(make_tree)
    try:
        keys = sorted(
            str(path.relative_to(site.store)) for path in site.store.rglob("*") if path.is_file()
        )
        size = sum((site.store / key).stat().st_size for key in keys)
        print(f"{len(keys)} objects, {size} bytes", flush=True)
        if size > REPOSITORY_BYTES_MAX:
            print(f"more than {REPOSITORY_BYTES_MAX} bytes take too long", file=sys.stderr)
            return 2
        started, parts = time.monotonic(), os.cpu_count() or 1
        with ProcessPoolExecutor(parts) as pool:
            given = (site.store, site.signer, keys)
            asked = [pool.submit(work, *given, part, parts) for part in range(parts)]
            answers = [one.result() for one in asked]
        tried = sum(one[0] for one in answers)
        missed = [line for one in answers for line in one[1]]
        seconds = time.monotonic() - started
    finally:
        shutil.rmtree(site.home)
    for line in missed[:100]:
        print(f"NOT FOUND: {line}")
    right = tried == 2 * size and not missed
    word = "all found" if right else f"FAILED: {len(missed)} not found"
    print(f"{tried} positions (every byte flipped, every length cut) in {seconds:.0f} s: {word}")
    return 0 if right else 1


if __name__ == "__main__":
    sys.exit(main())
