#!/usr/bin/python3
"""Tests of toride_rescue.py against repositories that the real toride makes.

    TORIDE=/usr/bin/toride python3 rescue/test_rescue.py

As root: the tree has devices, owners and trusted attributes. The rescue itself runs without toride
in its PATH. Without TORIDE only the tests of hand-made bytes run, and each of the others says so.
"""

import base64
import hashlib
import hmac
import json
import os
import pty
import random
import shutil
import stat
import struct
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

HERE = Path(__file__).resolve().parent
RESCUE = HERE / "toride_rescue.py"
sys.path.insert(0, str(HERE))
import toride_rescue as rescue  # noqa: E402

TORIDE = os.environ.get("TORIDE", "")
# Where the programs are that the rescue may use: age and zstd, but never toride.
BARE_PATH = "/usr/bin:/bin"


def run_rescue(*words, path=BARE_PATH, **options):
    command = [sys.executable, str(RESCUE), *map(str, words)]
    ran = subprocess.run(command, capture_output=True, env={"PATH": path, "HOME": "/"}, **options)
    assert b"Traceback" not in ran.stderr, ran.stderr.decode()
    return ran


def run_toride(home, *words):
    environment = {**os.environ, "TORIDE_CONFIG": str(home / "toride.yaml")}
    ran = subprocess.run([TORIDE, *map(str, words)], capture_output=True, env=environment)
    assert ran.returncode == 0, (words, ran.stdout, ran.stderr)
    return ran.stdout.decode()


def make_tree(top):
    """Everything that has ever made a backup program stumble, in little."""
    top.mkdir()
    os.chmod(top, 0o751)
    at = os.fsencode(top)

    def put(name, data, mode=0o644):
        path = os.path.join(at, name)
        with open(path, "wb") as file:
            file.write(data)
        os.chmod(path, mode)
        return path

    for number in range(300):  # Small files: more than one bundle, and the same content twice.
        put(b"small-%03d" % number, os.urandom(number * 40 % 9000) if number % 7 else b"same")
    put(b"empty", b"")
    big = os.urandom(9_000_000)
    put(b"big", big)
    put(b"big-again", big[:5_000_000] + b"!" + big[5_000_000:])
    put(b"text", b"line of a log\n" * 400_000)
    put(b"262143", os.urandom(262_143))
    put(b"262144", os.urandom(262_144))
    make_names(at, put)
    make_sparse(at)
    make_special(at, put)
    make_attributes(at, put)
    times = {b"empty": -1_500_000_000_123_456_789, b"big": 4_102_444_800_999_999_999, b"fifo": 1}
    for name, when in times.items():
        os.utime(os.path.join(at, name), ns=(when, when))
    os.utime(at, ns=(987_654_321_123_456_789, 987_654_321_123_456_789))


def make_names(at, put):
    for name in (
        b"\x83J\x83\x8b\x83e.txt",
        "カルテ.txt".encode(),
        b"a\nb",
        b" ",
        b"-rf",
        b"\xff\x01",
        b"...",
        b"n" * 255,
        b"\\x41",
    ):
        put(name, name)
    for name in (b"ab", b"ab-", b"ab.d", b"ab0"):  # `/` is below every other byte.
        os.mkdir(os.path.join(at, name))
        put(name + b"/in", name)
    put(b"ab!", b"")
    deep = os.open(at, os.O_RDONLY)  # Deeper than one path, and than folders that may be open.
    for _ in range(300):
        os.mkdir(b"d" * 20, dir_fd=deep)
        deeper = os.open(b"d" * 20, os.O_RDONLY, dir_fd=deep)
        os.close(deep)
        deep = deeper
    file = os.open(b"deepest", os.O_WRONLY | os.O_CREAT, 0o640, dir_fd=deep)
    os.write(file, b"at the bottom")
    os.close(file), os.close(deep)


def make_sparse(at):
    def sparse(name, size, *data):
        with open(os.path.join(at, name), "wb") as file:
            for offset, count in data:
                file.seek(offset)
                file.write(os.urandom(count))
            file.truncate(size)

    sparse(b"all-hole", 10 << 20)
    sparse(b"hole-first", 3 << 20, (2 << 20, 4096), (3 << 20, 0))
    sparse(b"hole-last", 5 << 20, (0, 1 << 20))
    sparse(b"holes", 100 << 20, *((place << 20, 8192) for place in range(0, 100, 3)))
    sparse(b"hole-big", 40 << 20, (8 << 20, 6 << 20), (30 << 20, 5 << 20))


def make_special(at, put):
    os.symlink(b"/etc/passwd", os.path.join(at, b"absolute"))
    os.symlink(b"nowhere/\xff", os.path.join(at, b"dangling"))
    os.symlink(b"x" * 4000, os.path.join(at, b"long"))
    os.symlink(b".", os.path.join(at, b"loop"))
    os.mkfifo(os.path.join(at, b"fifo"))
    put(b"setuid", b"#!", 0o6755)
    put(b"locked", b"secret", 0o000)
    os.mkdir(os.path.join(at, b"sticky"))
    os.chmod(os.path.join(at, b"sticky"), 0o3777)
    os.link(os.path.join(at, b"big"), os.path.join(at, b"ab/big-link"))
    os.link(os.path.join(at, b"fifo"), os.path.join(at, b"sticky/fifo-link"))
    os.link(os.path.join(at, b"dangling"), os.path.join(at, b"sticky/link-link"))
    for name in (b"zz-one", b"zz-two"):
        os.link(os.path.join(at, b"small-001"), os.path.join(at, name))
    here = os.open(at, os.O_RDONLY)
    os.mknod("socket", 0o755 | stat.S_IFSOCK, dir_fd=here)
    if os.geteuid() == 0:
        os.mknod("null", 0o640 | stat.S_IFCHR, os.makedev(1, 3), dir_fd=here)
        os.mknod("disk", 0o600 | stat.S_IFBLK, os.makedev(259, 70_000), dir_fd=here)
    os.close(here)


def make_attributes(at, put):
    os.setxattr(put(b"tagged", b"x"), b"user.a", b"")
    os.setxattr(os.path.join(at, b"tagged"), b"user.\xe5\xb1\xb1", os.urandom(2000))
    acl = put(b"acl", b"x")
    subprocess.run(["setfacl", "-m", "u:1234:rw,g:77:r", acl], check=True)
    folder = os.path.join(at, b"inherits")
    os.mkdir(folder)
    put(b"inherits/before", b"")
    subprocess.run(["setfacl", "-d", "-m", "u:1234:rwx", folder], check=True)
    put(b"inherits/after", b"")
    if os.geteuid() == 0:
        os.setxattr(os.path.join(at, b"dangling"), b"trusted.t", b"\0\1", follow_symlinks=False)
        os.setxattr(acl, b"security.capability", bytes.fromhex("0100000200200000" + "00" * 12))
        os.chown(os.path.join(at, b"acl"), 1234, 77)
        os.chown(os.path.join(at, b"absolute"), 55, 66, follow_symlinks=False)
        os.chown(os.path.join(at, b"inherits"), 4_000_000_000, 5)


def walk_stat(top):
    """What a tree is, by path: our own look at it, which shares nothing with either program."""
    found, names = {}, {}

    def visit(folder, path):
        for name in sorted(os.listdir(folder)):
            status = os.stat(name, dir_fd=folder, follow_symlinks=False)
            here = path + b"/" + os.fsencode(name)
            place = b"/proc/self/fd/%d/%b" % (folder, os.fsencode(name))
            facts = [status.st_mode, status.st_uid, status.st_gid, status.st_mtime_ns]
            attributes = os.listxattr(place, follow_symlinks=False)
            facts.append({a: os.getxattr(place, a, follow_symlinks=False) for a in attributes})
            if stat.S_ISDIR(status.st_mode):
                deeper = os.open(name, os.O_RDONLY | os.O_NOFOLLOW, dir_fd=folder)
                visit(deeper, here)
                os.close(deeper)
            else:
                facts.append(status.st_nlink)
                facts.append(names.setdefault(status.st_ino, here))  # Which names are one file.
            if stat.S_ISLNK(status.st_mode):
                facts.append(os.readlink(name, dir_fd=folder))
            elif stat.S_ISREG(status.st_mode):
                facts += read_facts(folder, name, status.st_size)
            elif not stat.S_ISDIR(status.st_mode):
                facts.append(status.st_rdev)
            found[here] = facts

    folder = os.open(top, os.O_RDONLY)
    visit(folder, b"")
    os.close(folder)
    return found


def read_facts(folder, name, size):
    file = os.open(name, os.O_RDONLY, dir_fd=folder)
    with open(file, "rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
        runs, end = [], 0
        while end < size:
            try:
                start = os.lseek(stream.fileno(), end, os.SEEK_DATA)
            except OSError:
                break
            end = os.lseek(stream.fileno(), start, os.SEEK_HOLE)
            runs.append((start, end))
    return size, digest, runs


class Repository:
    """A hospital of one set, backed up twice."""

    def __init__(self, make_source=make_tree):
        self.home = Path(tempfile.mkdtemp(prefix="rescue-", dir="/var/tmp"))
        self.store, self.source = self.home / "store", self.home / "source"
        self.identity = self.home / "identity.txt"
        recipient = run_toride(self.home, "key", "new", "--out", self.identity).strip()
        printed = run_toride(
            self.home,
            "init",
            "--config",
            self.home / "toride.yaml",
            "--lang",
            "en",
            "--recovery",
            recipient,
            "--state",
            self.home / "state",
            "--store",
            self.store,
        )
        self.signer = printed.split("host's signing key: ")[1].split()[0]
        with open(self.home / "toride.yaml", "a") as file:
            file.write(
                f'sets:\n  adverse:\n    source:\n      files:\n        paths: ["{self.source}"]\n'
                '    schedule: "0 2 * * *"\n'
            )
        make_source(self.source)
        run_toride(self.home, "backup")
        (self.source / "later").write_bytes(b"in the second snapshot only")
        os.utime(self.source, ns=(987_654_321_123_456_789, 987_654_321_123_456_789))
        run_toride(self.home, "backup")
        run_toride(self.home, "verify")
        self.set = os.listdir(self.store / "snapshots")[0]

    def keys(self, kind):
        found = sorted(p for p in (self.store / kind).rglob("*") if p.is_file())
        return [str(p.relative_to(self.store)) for p in found]

    def inside(self, folder):
        """Where the source lies in a restored folder."""
        return Path(str(folder) + str(self.source))

    def open(self, *words):
        return (self.store, "--identity", self.identity, "--set", "adverse", *words)


shared = None


def setUpModule():
    global shared
    if TORIDE:
        shared = Repository()


def tearDownModule():
    if shared:
        shutil.rmtree(shared.home, ignore_errors=False)


@unittest.skipUnless(TORIDE, "TORIDE does not name the toride program: NOTHING REAL WAS RESTORED")
class RealTests(unittest.TestCase):
    maxDiff = 4000

    def setUp(self):
        self.made = Path(tempfile.mkdtemp(prefix="rescued-", dir="/var/tmp"))
        self.addCleanup(shutil.rmtree, self.made)

    def rescue(self, code, *words, **options):
        ran = run_rescue(*words, **options)
        self.assertEqual(ran.returncode, code, (ran.stdout[-2000:], ran.stderr[-2000:]))
        return ran


class RestoreTests(RealTests):
    def compare(self, *options):
        self.rescue(0, "restore", *shared.open("--to", self.made / "out", *options))
        before, after = walk_stat(shared.source), walk_stat(shared.inside(self.made / "out"))
        self.assertEqual(before.keys(), after.keys())
        for path in before:
            self.assertEqual(before[path], after[path], path)
        top = shared.inside(self.made / "out").stat()
        self.assertEqual((top.st_mode & 0o7777, top.st_mtime_ns), (0o751, 987_654_321_123_456_789))

    def test_restores_every_property_of_every_file(self):
        self.assertIsNone(shutil.which("toride", path=BARE_PATH))
        self.compare("--signer", shared.signer)

    def test_restores_from_the_packs_alone(self):
        self.compare("--scan-packs")

    def test_restores_with_the_zstd_tool(self):
        hidden = self.made / "hidden"
        hidden.mkdir()
        (hidden / "zstandard.py").write_text("raise ImportError\n")
        environment = {"PATH": BARE_PATH, "PYTHONPATH": str(hidden)}
        words = [sys.executable, RESCUE, "cat", *shared.open("--path", f"{shared.source}/text")]
        ran = subprocess.run(words, capture_output=True, env=environment)
        self.assertEqual(
            (ran.returncode, ran.stdout), (0, b"line of a log\n" * 400_000), ran.stderr
        )

    def test_restores_an_older_snapshot(self):
        self.rescue(0, "restore", *shared.open("--to", self.made / "out", "--snapshot", 1))
        names = os.listdir(shared.inside(self.made / "out"))
        self.assertIn("big", names)
        self.assertNotIn("later", names)

    def test_restores_one_folder_with_its_link_to_a_file_outside(self):
        path = str(shared.source / "ab").strip("/")
        self.rescue(0, "restore", *shared.open("--to", self.made / "out", "--path", path))
        inside = shared.inside(self.made / "out")
        self.assertEqual(os.listdir(inside), ["ab"])
        self.assertEqual(sorted(os.listdir(inside / "ab")), ["big-link", "in"])
        same = (inside / "ab/big-link").read_bytes() == (shared.source / "big").read_bytes()
        self.assertTrue(same)

    def test_keeps_links_to_one_file_outside_linked(self):
        path = str(shared.source / "sticky").strip("/")
        self.rescue(0, "restore", *shared.open("--to", self.made / "out", "--path", path))
        self.assertEqual(
            os.readlink(shared.inside(self.made / "out") / "sticky/link-link"),
            os.readlink(shared.source / "dangling"),
        )

    def test_cat_writes_a_file_with_its_holes(self):
        for name in ("holes", "ab/big-link", "empty", "all-hole", "later"):
            ran = self.rescue(0, "cat", *shared.open("--path", f"{shared.source}/{name}"))
            self.assertTrue(ran.stdout == (shared.source / name).read_bytes(), name)

    def test_refuses_a_folder_that_is_not_empty(self):
        (self.made / "here").touch()
        self.rescue(2, "restore", *shared.open("--to", self.made))

    def test_names_paths_sets_and_numbers_that_there_are_not(self):
        self.rescue(2, "cat", *shared.open("--path", "no/such"))
        self.rescue(2, "cat", *shared.open("--path", "x", "--snapshot", 9))
        self.rescue(2, "restore", *shared.open("--to", self.made / "out", "--path", "no/such"))
        words = ("--identity", shared.identity, "--set", "other", "--path", "x")
        self.rescue(2, "cat", shared.store, *words)

    def test_another_identity_is_locked_out(self):
        other = self.made / "other.txt"
        run_toride(self.made, "key", "new", "--out", other)
        words = (shared.store, "--identity", other, "--set", shared.set, "--to", self.made / "out")
        self.assertIn(b"locked: keys/", self.rescue(4, "restore", *words).stderr)
        # Given beside the right one it does no harm.
        both = ("--identity", shared.identity, "--path", f"{shared.source}/later")
        self.rescue(0, "cat", *words[:-2], *both)

    def test_a_wrong_signer_is_not_believed(self):
        words = shared.open("--path", f"{shared.source}/later", "--signer")
        self.rescue(3, "cat", *words, "ab" * 32)
        self.rescue(2, "cat", *words, "nonsense")
        self.rescue(0, "cat", *words, shared.signer)

    @unittest.skipUnless(os.geteuid() == 0, "only root can become another user")
    def test_an_ordinary_user_gets_the_contents_and_is_told_what_is_missing(self):
        home = self.made / "user"
        home.mkdir()
        shutil.copytree(shared.store, home / "store")
        shutil.copy(shared.identity, home / "identity.txt")
        subprocess.run(["chown", "-R", "65534:65534", self.made], check=True)
        words = (home / "store", "--identity", home / "identity.txt", "--set", shared.set)
        user = {"user": 65534, "group": 65534, "extra_groups": []}
        ran = self.rescue(3, "restore", *words, "--to", home / "out", **user)
        self.assertIn(b"left out", ran.stderr)
        data = (shared.inside(home / "out") / "big-again").read_bytes()
        self.assertTrue(data == (shared.source / "big-again").read_bytes())

    def test_age_asks_once_for_the_passphrase_of_an_identity(self):
        locked = self.made / "locked.age"
        with_terminal(["age", "-p", "-o", str(locked), str(shared.identity)], b"open sesame\n", 2)
        words = shared.open("--path", f"{shared.source}/later")
        words = [locked if word == shared.identity else word for word in words]
        command = [sys.executable, str(RESCUE), "cat", *map(str, words)]
        shown = with_terminal(command, b"open sesame\n", 1)
        self.assertIn(b"in the second snapshot only", shown)
        shown = with_terminal(command, b"wrong\n", 1, code=4)
        self.assertIn(b"locked: ", shown)

    def test_list_names_sets_only_to_who_has_the_identity(self):
        told = self.rescue(0, "list", shared.store).stdout
        self.assertIn(shared.set.encode(), told)
        self.assertNotIn(b"adverse", told)
        told = self.rescue(0, "list", shared.store, "--identity", shared.identity).stdout
        self.assertIn(b"adverse", told)


class RewrapTests(RealTests):
    """Keys that were sealed anew: to a new recipient, and of a new secret."""

    def setUp(self):
        super().setUp()
        self.site = Repository()
        self.addCleanup(shutil.rmtree, self.site.home)
        self.new = self.site.home / "new.txt"
        recipient = run_toride(self.site.home, "key", "new", "--out", self.new).strip()
        config = self.site.home / "toride.yaml"
        said = config.read_text()
        line = next(line for line in said.splitlines() if line.lstrip().startswith("recovery:"))
        indent = line[: len(line) - len(line.lstrip())]
        config.write_text(said.replace(line, f"{line}\n{indent}drill: {recipient}"))

    def restore(self, code, number, identity):
        out = Path(tempfile.mkdtemp(dir=self.made)) / "out"
        words = ("--identity", identity, "--set", "adverse", "--snapshot", number, "--to", out)
        ran = self.rescue(code, "restore", self.site.store, *words)
        if code == 0:
            self.assertEqual((self.site.inside(out) / "later").exists(), number > 1)
            before, after = walk_stat(self.site.source), walk_stat(self.site.inside(out))
            self.assertEqual(len(before) - (number == 1), len(after))
            self.assertTrue(all(before[path] == after[path] for path in after))
        return ran.stderr.decode()

    def test_a_new_recipient_opens_the_past_by_rewraps_alone(self):
        self.assertIn("locked: keys/", self.restore(4, 1, self.new))
        run_toride(self.site.home, "key", "rewrap", "adverse", "--identity", self.site.identity)
        self.restore(0, 1, self.new)
        run_toride(self.site.home, "backup")
        for number in (1, 2, 3):
            self.restore(0, number, self.new)
        self.restore(0, 1, self.site.identity)
        self.rescue(0, "verify", self.site.store, "--signer", self.site.signer)

        record = self.site.store / self.site.keys("records/rewrap")[0]
        said = record.read_bytes()
        record.write_bytes(flipped(said))
        told = self.restore(4, 1, self.new)
        self.assertIn(f"not used: {record.relative_to(self.site.store)}", told)
        self.assertIn("locked: keys/", told)
        self.restore(0, 1, self.site.identity)

    def test_what_rewraps_name_wrongly_is_passed_over(self):
        run_toride(self.site.home, "key", "rewrap", "adverse", "--identity", self.site.identity)
        key = self.site.keys("records/rewrap")[0]
        envelope = json.loads((self.site.store / key).read_bytes())
        statement = json.loads(base64.b64decode(envelope["payload"]))
        keys = statement["predicate"]["keys"]
        names = [one["object"] for one in keys]
        # Each key's object under the next key's id, and one that is not there.
        for one, name in zip(keys, names[1:] + ["ab" * 32]):
            one["object"] = name
        statement["predicate"]["sequence"] = 2
        envelope["payload"] = base64.b64encode(canonical(statement)).decode()
        lie = canonical(envelope)
        name = f"0000000002-{hashlib.sha256(lie).hexdigest()}"
        (self.site.store / key).with_name(name).write_bytes(lie)
        self.assertIn("not used: keys/abab", self.restore(0, 1, self.new))

    def test_a_rotated_set_restores_before_and_after(self):
        run_toride(self.site.home, "key", "rotate", "adverse")
        run_toride(self.site.home, "backup")
        for number, identity in ((2, self.site.identity), (3, self.site.identity), (3, self.new)):
            self.restore(0, number, identity)
        self.rescue(0, "verify", self.site.store, "--signer", self.site.signer)


def with_terminal(command, typed, times, code=0):
    """Runs a program on a terminal of its own and types each time that it asks for a passphrase."""
    child, terminal = pty.fork()
    if child == 0:
        os.execvpe(command[0], command, {"PATH": BARE_PATH})
    shown = b""
    while True:
        try:
            more = os.read(terminal, 4096)
        except OSError:
            break
        shown += more
        if times and b"assphrase" in more:
            times -= 1
            os.write(terminal, typed)
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    os.close(terminal)
    assert status == code and times == 0, (status, times, shown)
    return shown


class VerifyTests(RealTests):
    def setUp(self):
        super().setUp()
        self.store = self.made / "store"
        shutil.copytree(shared.store, self.store)

    def verify(self, code, *words):
        return self.rescue(code, "verify", self.store, *words).stdout.decode()

    def named(self, *keys):
        """verify says 1 and names each object."""
        told = self.verify(1, "--signer", shared.signer)
        damages = "".join(line for line in told.splitlines() if line.startswith("damaged: "))
        for key in keys:
            self.assertIn(key, damages, told)
        return told

    def test_a_whole_repository_is_whole(self):
        self.assertIn("whole", self.verify(0, "--signer", shared.signer))
        (self.made / "key").write_text(shared.signer + "\n")
        self.verify(0, "--signer", self.made / "key")

    def test_without_a_signer_it_could_not_tell(self):
        self.assertIn("authenticity was not asked", self.verify(3))
        self.verify(3, "--signer", "cd" * 32)

    def pins(self, *lines):
        file = self.made / "signers"
        file.write_text("".join(f"{line}\n" for line in lines))
        return file

    def test_a_signer_file_says_for_what_and_up_to_where(self):
        names = [key.rpartition("/")[2].split("-") for key in shared.keys("snapshots")]
        first, newest = [f"{shared.set}={int(number)}:{name}" for number, name in names]
        key, other = shared.signer, "ab" * 16
        for rest in ("", " # 病院 #2", f"  kind=snapshot\tset={shared.set}", f" through={newest}"):
            file = self.pins("# comment", "", key + rest)
            self.assertIn("whole", self.verify(0, "--signer", file))
        for rest, what in (
            (" kind=drill", "other kinds or sets"),
            (f" set={other}", "other kinds or sets"),
            (f" through={first}", "retired key"),
            (" through=none", "retired key"),
        ):
            file = self.pins(key + rest)
            told = self.verify(3, "--signer", file)
            self.assertIn(what, told)
            self.assertNotIn("damaged", told)
            out = self.made / rest.strip().replace("/", "")[:20]
            code = 0 if first in rest else 3
            self.rescue(code, "restore", *shared.open("--to", out, "--signer", file))
            self.assertEqual(code == 0 and not (shared.inside(out) / "later").exists(), code == 0)
        # The head of a retired key is remembered, and a key in two files bears the heads of both.
        (self.store / shared.keys("snapshots")[-1]).unlink()
        told = self.verify(1, "--signer", self.pins(f"{key} through={newest}"))
        self.assertIn("head of a retired key", told)
        self.verify(0, "--signer", self.pins(f"{key} through={first}"), "--signer", key)

    def test_a_signer_file_is_read_strictly(self):
        key, other, name = shared.signer, "ab" * 16, "cd" * 32
        for line in (
            key[1:],
            key.upper(),
            f"{key} {key}",
            f"{key} kind=snapshots",
            f"{key} kind=",
            f"{key} kind=drill kind=drill",
            f"{key} set={other},{other}",
            f"{key} through={other}=01:{name}",
            f"{key} through={other}=0:{name}",
            f"{key} through=snapshot=1:{name}",
            f"{key} through={other}=1:{name},{other}=2:{name}",
            f"{key} until=2027",
            f"{key} # a\x07",
            f"{key}\n{key}",
        ):
            self.verify(2, "--signer", self.pins("", line))
        (self.made / "signers").write_bytes(key.encode() + b" # \xff\n")
        self.verify(2, "--signer", self.made / "signers")

    def test_heads(self):
        names = [key.rpartition("/")[2].split("-") for key in shared.keys("snapshots")]
        for number, name in names:
            head = f"{shared.set}={int(number)}:{name}"
            self.verify(0, "--signer", shared.signer, "--expect-head", head)
        newest = shared.keys("snapshots")[-1]
        (self.store / newest).unlink()
        self.verify(0, "--signer", shared.signer)  # A truncated chain is a valid chain …
        told = self.verify(1, "--signer", shared.signer, "--expect-head", head)
        self.assertIn(shared.set, told)  # … unless someone remembers its head.
        self.verify(2, "--expect-head", "nonsense")

    def test_one_bit_of_each_kind_of_object(self):
        kinds = ("keys", "packs", "index", "lists", "snapshots", "records")
        for key in ["toride.json", *(shared.keys(kind)[0] for kind in kinds)]:
            path = self.store / key
            whole = path.read_bytes()
            for at in (0, len(whole) // 2, len(whole) - 1):
                with self.subTest(key, at=at):
                    path.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
                    self.named(key)
            path.write_bytes(whole)
        self.verify(0, "--signer", shared.signer)

    def test_missing_truncated_and_longer_objects(self):
        for kind in ("keys", "packs", "index", "lists"):
            path = self.store / shared.keys(kind)[0]
            whole = path.read_bytes()
            for what in (None, b"", whole[:-1], whole + b"\0"):
                with self.subTest(kind, what=what and len(what)):
                    path.unlink() if what is None else path.write_bytes(what)
                    self.named(shared.keys(kind)[0])
            path.write_bytes(whole)

    def test_swapped_objects(self):
        for kind in ("keys", "packs", "index", "snapshots"):
            one, other = shared.keys(kind)[:2]
            swap(self.store / one, self.store / other)
            with self.subTest(kind):
                self.named(one, other)
            swap(self.store / one, self.store / other)

    def test_a_missing_first_snapshot_breaks_the_chain(self):
        (self.store / shared.keys("snapshots")[0]).unlink()
        self.assertIn("missing", self.named(shared.keys("snapshots")[1]))

    def test_things_that_are_no_files(self):
        key = shared.keys("packs")[0]
        (self.store / key).unlink()
        os.mkfifo(self.store / key)
        self.named(key)

    def test_an_unneeded_object(self):
        sound = hashlib.sha256(b"sound").hexdigest()
        (self.store / "keys" / sound).write_bytes(b"sound")
        self.assertIn("1 that no snapshot needs", self.verify(0, "--signer", shared.signer))
        (self.store / "keys" / sound).write_bytes(b"altered")
        self.named(f"keys/{sound}")

    def test_a_foreign_file_is_told(self):
        (self.store / "keys" / "\x1b[2Jnote").touch()
        told = self.verify(0, "--signer", shared.signer)
        self.assertIn("not of this format", told)
        self.assertNotIn("\x1b", told)

    def test_nothing_to_verify(self):
        shutil.rmtree(self.store / "snapshots")
        self.verify(3, "--signer", shared.signer)
        (self.store / "toride.json").unlink()
        self.assertIn("toride.json", self.verify(1))
        self.rescue(2, "verify", self.made / "nowhere")

    def test_a_forged_manifest(self):
        """Rewritten under its right name, and even as its key's only object."""
        key = shared.keys("snapshots")[-1]
        envelope = json.loads((self.store / key).read_bytes())
        signature = envelope["signatures"][0]
        signature["sig"] = "A" * 86 + "=="
        data = json.dumps(envelope, separators=(",", ":"), sort_keys=True).encode()
        forged = key.rpartition("-")[0] + "-" + hashlib.sha256(data).hexdigest()
        (self.store / key).unlink()
        (self.store / forged).write_bytes(data)
        self.assertIn("signature is wrong", self.named(forged))

    def test_a_fork(self):
        """The same document in a second envelope: two snapshots have one number."""
        key = shared.keys("snapshots")[-1]
        envelope = json.loads((self.store / key).read_bytes())
        envelope["signatures"] *= 2
        data = json.dumps(envelope, separators=(",", ":"), sort_keys=True).encode()
        other = key.rpartition("-")[0] + "-" + hashlib.sha256(data).hexdigest()
        (self.store / other).write_bytes(data)
        self.assertIn("same number", self.named(key.rpartition("-")[0]))
        # None of the two is chosen silently, and each can be had by its name.
        names = [key[-64:], other[-64:]]
        words = ("cat", self.store, "--identity", shared.identity, "--set", shared.set)
        path = ("--path", str(shared.source / "later"))
        for number in ("2", "latest"):
            ran = run_rescue(*words, *path, "--snapshot", number)
            self.assertEqual((ran.returncode, ran.stdout), (1, b""))
            for name in names:
                self.assertIn(name.encode(), ran.stderr)
        for name in names:
            ran = run_rescue(*words, *path, "--snapshot", name)
            self.assertEqual((ran.returncode, ran.stdout), (0, b"in the second snapshot only"))
        path = ("--path", str(shared.source / "small-007"))
        self.assertEqual(run_rescue(*words, *path, "--snapshot", "1").returncode, 0)
        self.assertEqual(run_rescue(*words, *path, "--snapshot", "0" * 64).returncode, 2)

    def test_damage_stops_a_restore_and_leaves_no_half_file(self):
        stopped = 0
        for key in (*shared.keys("keys"), *shared.keys("index"), *shared.keys("packs")):
            whole = (self.store / key).read_bytes()
            (self.store / key).write_bytes(flipped(whole))
            out = self.made / "out"
            words = (self.store, "--identity", shared.identity, "--set", shared.set, "--to", out)
            ran = run_rescue("restore", *words)
            if ran.returncode:  # Where a pack is flipped there may be nothing but filler.
                self.assertEqual(ran.returncode, 1)
                self.assertIn(key.encode(), ran.stderr)
                stopped += 1
            else:
                self.assertTrue(key.startswith("packs/"))
            if shared.inside(out).exists():  # Else it stopped before the folders above it.
                self.check_whole(out)
            shutil.rmtree(out, ignore_errors=True)
            (self.store / key).write_bytes(whole)
        self.assertGreater(stopped, len(shared.keys("keys")) + len(shared.keys("index")))

    def check_whole(self, out):
        """What is there, is as it was in the source."""
        before = walk_stat(shared.source)
        for path, facts in walk_stat(shared.inside(out)).items():
            if stat.S_ISREG(facts[0]):
                self.assertEqual(facts[:5] + facts[7:], before[path][:5] + before[path][7:], path)


def flipped(whole):
    at = len(whole) // 2
    return whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :]


def swap(one, other):
    first, second = one.read_bytes(), other.read_bytes()
    one.write_bytes(second)
    other.write_bytes(first)


# --- Hand-made bytes ------------------------------------------------------------------------------


def varint(value):
    out = b""
    while value > 0x7F:
        out, value = out + bytes([value & 0x7F | 0x80]), value >> 7
    return out + bytes([value])


def prefixed(data):
    return varint(len(data)) + data


def record(path, kind=2, rest=b"", mode=0o755, attributes=b"\0"):
    owner_and_time = varint(mode) + b"\0\0" + b"\0\0" + b"\0\0" + b"\0\0"
    return prefixed(path) + bytes([kind]) + owner_and_time + attributes + rest


NOTHING = hashlib.sha256(b"").digest()
RECIPIENT = "age1zvkyg2lqzraa2lnjvqej32nkuu0ues2s82hzrye869xeexvn73equnujwj"


def regular(size, extents=b"\0", pieces=b"\0", digest=NOTHING):
    return varint(size) + digest + extents + pieces


class BytesTests(unittest.TestCase):
    def refused(self, parse, *data):
        with self.assertRaises(rescue.Broken):
            parse(*data)

    def test_paths(self):
        for path in (b"a", b"a/b", b"...", b"a/..b", b"\xff", b"n" * 255):
            self.assertEqual(rescue.parse_record(record(path)).path, path)
        for path in (
            b"",
            b"/",
            b"/a",
            b"a/",
            b"a//b",
            b".",
            b"..",
            b"../a",
            b"a/..",
            b"a/../b",
            b"a/./b",
            b"a\0b",
            b"n" * 256,
            b"a/" * 32768 + b"b",
        ):
            self.refused(rescue.parse_record, record(path))
            self.refused(rescue.parse_record, record(b"a", 8, prefixed(path)))

    def test_records(self):
        self.assertEqual(rescue.parse_record(record(b"a", 1, regular(0))).content.size, 0)
        hole = rescue.parse_record(record(b"a", 1, regular(5, b"\1"))).content
        self.assertEqual((hole.extents, hole.holes), ([], True))
        piece = b"\1" + NOTHING + b"\0\5"
        rescue.parse_record(record(b"a", 1, regular(5, b"\0", b"\1" + piece)))
        wrong = (
            record(b"a") + b"x",
            record(b"a", 0),
            record(b"a", 9),
            record(b"a", mode=0o10000),
            record(b"a", 1, regular(5)),  # No data for it.
            record(b"a", 1, regular(4, b"\0", b"\1" + piece)),
            record(b"a", 1, regular(1 << 63, b"\1")),
            record(b"a", 1, regular(9, b"\2\5\5", b"\1" + piece)),  # Beyond the size.
            record(b"a", 1, regular(9, b"\3\1\2\2\3", b"\1" + piece)),  # Overlapping.
            record(b"a", 1, regular(9, b"\3\1\0\2\5", b"\1" + piece)),  # Empty.
            record(b"a", 1, regular(5, b"\0", b"\1\3" + NOTHING + b"\0\5")),
            record(b"a", 1, regular(5, b"\0", b"\1\1" + NOTHING + b"\1\5")),
            record(b"a", attributes=b"\2" + prefixed(b"b") + b"\0" + prefixed(b"a") + b"\0"),
            record(b"a", attributes=b"\2" + (prefixed(b"b") + b"\0") * 2),
            record(b"a", 6, varint(1 << 32) + b"\0"),
            record(b"a", 3, prefixed(b"")),
            record(b"a", 3, prefixed(b"b\0c")),
        )
        for body in wrong:
            self.refused(rescue.parse_record, body)
        for end in range(len(record(b"abc", 3, prefixed(b"xyz")))):  # Cut off anywhere.
            self.refused(rescue.parse_record, record(b"abc", 3, prefixed(b"xyz"))[:end])

    def test_huge_counts_take_no_memory(self):
        huge = varint((1 << 64) - 1)
        for body in (
            huge,
            record(b"a", attributes=huge),
            record(b"a", 1, regular(5, huge)),
            record(b"a", 1, regular(5, b"\0", huge)),
            record(b"a", 1, regular(5, b"\0", varint(123_361))),
            record(b"a", 3, huge),
        ):
            self.refused(rescue.parse_record, body)
        most = b"\xff\xff\xff\xff"
        for table in (
            most,
            bytes(4) + most,
            bytes(8) + most,
            bytes(8) + b"\1\0\0\0" + bytes(40) + most,
        ):
            self.refused(lambda data: list(rescue.parse_table(rescue.Cursor(data))), table)
        self.refused(rescue.parse_page, b"TORIDEL\1" + bytes(4) + most)
        self.refused(rescue.bundle_files, most + bytes(100))
        self.refused(rescue.unwrap, b"\1" + most + rescue.ZSTD_MAGIC)
        # A Zstandard frame that says it holds 2^60 bytes.
        bomb = rescue.ZSTD_MAGIC + b"\xe0" + struct.pack("<Q", 1 << 60) + b"\1\0\0"
        self.refused(rescue.unwrap, b"\1" + struct.pack("<I", 100) + bomb)

    def test_varints(self):
        self.assertEqual(rescue.Cursor(b"\xff" * 9 + b"\1").varint(), (1 << 64) - 1)
        for data in (
            b"",
            b"\x80",
            b"\x80\0",
            b"\xff\x80\0",
            b"\xff" * 9 + b"\2",
            b"\x80" * 10 + b"\1",
        ):
            self.refused(rescue.Cursor(data).varint)

    def test_json(self):
        deep = b"[" * 16 + b"]" * 16
        inmost = b"[" * 15 + b"0" + b"]" * 15
        for data in (
            b"{}",
            b'{"a":1,"b":null}',
            b'"\\u001f\x7f\\\\\\""',
            deep,
            inmost,
            b"-9223372036854775808",
            '"\u00e9\U0001f600"'.encode(),
        ):
            rescue.parse_json(data)
        for data in (
            b"",
            b"{",
            b" {}",
            b"{}\n",
            b'{"b":1,"a":2}',
            b'{"a":1,"a":1}',
            b'{"a": 1}',
            b"1.0",
            b"1e3",
            b"-0",
            b"01",
            b"+1",
            b"9223372036854775808",
            b"9" * 5000,
            b"NaN",
            b'"\\n"',
            b'"\\u001F"',
            b'"\\u0041"',
            b'"\\/"',
            b'"\x01"',
            b'"\xff"',
            b'"\\ud800"',
            b"\xef\xbb\xbf{}",
            b"[" + deep + b"]",
            b"[" + inmost + b"]",
            b"[" * 100_000,
            b'{"a":' * 50_000,
            b"[" + b"0," * (1 << 20) + b"0]",
            b'"\xed\xa0\x80"',
        ):
            self.refused(rescue.parse_json, data)

    def test_base64_and_hex(self):
        self.assertEqual(rescue.based("TQ=="), b"M")
        for text in ("TR==", "TQ", "TQ= =", "TQ==\n", "-_==", None, 5, "é"):
            self.refused(rescue.based, text)
        for text in ("AB", "a", "abcd", "0x", None, "ab\n", "１２"):
            self.refused(rescue.hexed(1), text)

    def test_times(self):
        rescue.moment("2026-11-22T17:38:08Z")
        for text in (
            "2026-11-22T17:38:08",
            "2026-11-22 17:38:08Z",
            "2026-02-30T00:00:00Z",
            "2026-11-22T17:38:08.0Z",
            "2026-11-22T17:38:08+00:00",
            None,
            "２026-11-22T17:38:08Z",
        ):
            self.refused(rescue.moment, text)

    def test_pages(self):
        def page(*entries, magic=b"TORIDEL\1"):
            rows = b"".join(rescue.PAGE_ENTRY.pack(*entry) for entry in entries)
            return magic + struct.pack("<II", 7, len(entries)) + rows

        one, two = (0, 1, NOTHING, 5), (4095, 2, b"n" * 32, 5)
        self.assertEqual(rescue.parse_page(page(one, two))[0], 7)
        for data in (
            page(),
            page(two, one),
            page(one, one),
            page(one, (1, 1, NOTHING, 5)),  # A name twice,
            page(one, (1, 2, NOTHING, 5)),  # of whatever kind.
            page((4096, 1, NOTHING, 5)),
            page((0, 0, NOTHING, 5)),
            page((0, 4, NOTHING, 5)),
            page((0, 2, NOTHING, 1 << 40)),
            page(one, magic=b"TORIDEL\2"),
            page(one) + b"\0",
            page(one)[:-1],
        ):
            self.refused(rescue.parse_page, data)

    def test_recipients(self):
        right = RECIPIENT
        self.assertEqual(rescue.recipient(right), right)
        for wrong in (
            "",
            "age1",
            None,
            right.upper(),
            right[:-1],
            right + "q",
            right + "\n",
            right[:-1] + "q",  # Of another checksum, …
            "age1p" + right[5:],  # … of another key,
            "age1b" + right[5:],  # … and no Bech32.
            # The last bits are not zero, and the checksum is right for that.
            "age1" + "q" * 51 + "pfwgqrs",
        ):
            self.refused(rescue.recipient, wrong)

    def test_a_chunk_has_exactly_one_zstandard_frame(self):
        text = bytes(range(256)) * 40

        def frame(data, *options):
            command = ["zstd", "-qc", *options]
            return subprocess.run(command, input=data, check=True, capture_output=True).stdout

        empty = bytes.fromhex("28b52ffd2000010000")
        skippable = bytes.fromhex("502a4d1803000000010203")
        whole, halves = frame(text), frame(text[:5120]) + frame(text[5120:])
        with_dictionary = bytes.fromhex("28b52ffd210700010000")
        sized = frame(text, f"--stream-size={len(text)}")
        self.assertNotEqual(whole, sized)
        library = rescue.zstandard
        try:
            for rescue.zstandard in {library, None}:
                for data in (whole, sized, frame(text, "--no-check")):
                    self.assertEqual(rescue.decompress(data, len(text)), text)
                self.assertEqual(rescue.decompress(empty, 0), b"")
                for data in (
                    whole + b"\0",
                    whole + empty,
                    empty + whole,
                    whole + skippable,
                    skippable + whole,
                    halves,
                    whole[:-1],
                    b"",
                ):
                    self.refused(rescue.decompress, data, len(text))
                for size in (len(text) - 1, len(text) + 1, 0):
                    for data in (whole, sized):
                        self.refused(rescue.unwrap, struct.pack("<BI", 1, size) + data)
                for data in (skippable, empty + empty, b"", with_dictionary):
                    self.refused(rescue.decompress, data, 0)
        finally:
            rescue.zstandard = library

    def test_chunk_tables(self):
        run, salt, name = b"r" * 32, b"s" * 32, bytes(32)
        once = [(name, 1)]

        def table(
            *origins, origin=0, kind=1, offset=40, length=50, size=100, keys=(run,), packs=once
        ):
            row = rescue.CHUNK_ENTRY.pack(NOTHING, kind, origin, 0, offset, length)
            return b"".join(
                (
                    struct.pack("<I", len(keys)),
                    *(key + bytes(40) for key in keys),
                    struct.pack("<I", len(origins)),
                    *(struct.pack("<I", at) + s for at, s in origins),
                    struct.pack("<I", len(packs)),
                    *(name + struct.pack("<QI", size, n) + row * n for name, n in packs),
                )
            )

        def parse(data):
            return list(rescue.parse_table(rescue.Cursor(data)))

        origin = (0, salt)
        self.assertEqual(len(parse(table(origin))), 1)
        two = table(origin, packs=[(name, 2), (b"p" * 32, 1)])
        self.assertEqual(len(parse(two)), 3)
        for data in (
            table(),
            table(origin, origin),
            table(origin, (0, run)),
            table((1, salt)),
            table(origin, origin=1),
            table(origin, kind=0),
            table(origin, kind=6),
            table(origin, offset=51),
            table(origin, offset=39),
            table(packs=[(name, 0)]),  # A pack without a chunk …
            table(origin, packs=[(name, 1), (name, 1)]),  # … and one that stands twice.
            table(origin, offset=(1 << 64) - 1),
            table(origin, size=1 << 40),
            table(origin, keys=(run, run)),
            table(origin, keys=(b"s" * 32, run)),
            table(origin, length=rescue.SEALED_CHUNK_BYTES_MAX + 1, size=1 << 25),
        ):
            self.refused(parse, data)

    def test_nothing_but_a_refusal_comes_of_damaged_bytes(self):
        """Sound bytes, altered at random; the seed is in the name of a failure."""
        manifest = {
            "complete": True,
            "descriptor": "00" * 32,
            "epoch": 1,
            "format": "toride/manifest/v1",
            "finished": "2026-11-22T17:38:08Z",
            "keys": ["00" * 32],
            "pages": ["00" * 32],
            "root": "00" * 32,
            "needed": {"bytes": 1, "objects": 1},
            "new": {"bytes": 1, "objects": 1},
            "tool": "t",
            "previous": None,
            "recipients": [RECIPIENT],
            "repository": "00" * 16,
            "run": "00" * 32,
            "secret": "00" * 32,
            "sequence": 1,
            "set": "00" * 16,
            "started": "2026-11-22T17:38:08Z",
        }
        page = b"TORIDEL\1" + struct.pack("<II", 0, 1) + rescue.PAGE_ENTRY.pack(0, 1, NOTHING, 5)
        pieces = b"\2" + (b"\1" + NOTHING + b"\0\5") * 2
        # What each parser takes, before it is altered.
        sound = [
            (rescue.parse_record, record(b"a/b", 1, regular(20, b"\3\1\5\7\5", pieces))),
            (rescue.parse_record, record(b"a", 8, prefixed(b"b"), attributes=b"\1\2ab\1c")),
            (rescue.parse_page, page),
            (lambda data: list(rescue.parse_table(rescue.Cursor(data))), bytes(200)),
            (
                lambda data: rescue.MANIFEST(rescue.parse_json(data)),
                rescue.canonical_json(manifest).encode(),
            ),
            (rescue.unwrap, b"\1\5\0\0\0" + bytes.fromhex("28b52ffd2005290000") + b"hello"),
            (rescue.bundle_files, struct.pack("<III", 2, 1, 2) + b"abc"),
            (lambda data: rescue.parse_key(data, bytes(16), bytes(16)), b"TORIDEK\1" + bytes(120)),
        ]
        sound[0][0](sound[0][1]), sound[4][0](sound[4][1]), sound[5][0](sound[5][1])
        for seed in range(4000):
            dice = random.Random(seed)
            parse, data = dice.choice(sound)
            altered = bytearray(data)
            for _ in range(dice.randint(1, 4)):
                at = dice.randrange(len(altered))
                altered[at : at + dice.randint(0, 2)] = dice.randbytes(dice.randint(0, 2))
                altered = altered or bytearray(1)
            try:
                parse(bytes(altered))
            except rescue.Broken:
                pass
            except Exception as fault:
                self.fail(f"seed {seed}: {fault!r}")

    def test_terminals_are_safe(self):
        shown = rescue.shown(b"a\x1b[2J\xff\n\xe5\xb1\xb1")
        self.assertEqual(shown, "a\\x1b[2J\\xff\\n\u5c71")
        self.assertEqual(rescue.shown("\u202e\x07"), "\\u202e\\x07")


class HostileListTests(unittest.TestCase):
    """A list that is well signed and well formed, and wants out of the target."""

    def setUp(self):
        self.made = Path(tempfile.mkdtemp(prefix="hostile-", dir="/var/tmp"))
        self.addCleanup(shutil.rmtree, self.made)
        (self.made / "outside").mkdir()
        self.target = rescue.Target(str(self.made / "in"), None)

    def add(self, *bodies):
        for body in bodies:
            self.target.add(rescue.parse_record(body))
        self.target.finish()

    def refused(self, *bodies):
        with self.assertRaises(rescue.Damaged):
            self.add(*bodies)
        self.assertEqual(os.listdir(self.made / "outside"), [])

    def test_nothing_goes_through_a_symbolic_link(self):
        outside = prefixed(os.fsencode(self.made / "outside"))
        self.refused(record(b"a", 3, outside), record(b"a/b", 1, regular(0)))

    def test_nothing_goes_through_a_file(self):
        self.refused(record(b"a", 1, regular(0)), record(b"a/b", 1, regular(0)))

    def test_every_folder_comes_before_what_is_in_it(self):
        self.refused(record(b"a/b", 1, regular(0)))

    def test_a_hard_link_goes_through_no_symbolic_link(self):
        (self.made / "outside" / "x").touch()
        outside = prefixed(os.fsencode(self.made / "outside"))
        link = record(b"b", 8, prefixed(b"a/x"))
        with self.assertRaises(rescue.Damaged):
            self.add(record(b"a", 3, outside), link)
        self.assertEqual((self.made / "outside" / "x").stat().st_nlink, 1)

    def test_a_hard_link_names_a_first_name_that_came_before(self):
        self.refused(record(b"b", 8, prefixed(b"c")))

    def test_a_hard_link_names_no_folder(self):
        self.refused(record(b"a"), record(b"b", 8, prefixed(b"a")))

    def test_a_hard_link_names_no_hard_link(self):
        one, two = record(b"b", 8, prefixed(b"a")), record(b"c", 8, prefixed(b"b"))
        self.refused(record(b"a", 1, regular(0)), one, two)

    def test_a_link_to_a_symbolic_link_is_one_too(self):
        self.add(record(b"a", 3, prefixed(b"/etc/passwd")), record(b"b", 8, prefixed(b"a")))
        self.assertEqual(os.readlink(self.made / "in/b"), "/etc/passwd")

    def test_a_file_of_impossible_size_is_left_out(self):
        self.add(record(b"a", 1, regular((1 << 63) - 1, b"\1")))
        self.assertEqual(self.target.remarks, 1)
        self.assertEqual(os.listdir(self.made / "in"), [])


class Forgery:
    """A whole repository made by hand, so that what is sealed and listed in it may be a lie."""

    repository, set, salt = b"R" * 16, b"S" * 16, b"N" * 32
    run, secret = b"r" * 32, b"s" * 32

    def __init__(self, home, **lies):
        self.home, self.lies, self.entries = home / "store", lies, []
        home.mkdir()
        self.identity = home / "identity.txt"
        subprocess.run(["age-keygen", "-o", self.identity], check=True, stderr=subprocess.DEVNULL)
        told = subprocess.run(["age-keygen", "-y", self.identity], check=True, capture_output=True)
        self.recipient = told.stdout.decode().strip()
        self.write()

    def lie(self, what, truth):
        return self.lies.get(what, truth)

    def put(self, key, data):
        path = self.home / key
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)

    def add(self, kind, data):
        entry = rescue.Entry(rescue.FOLDERS[kind], hashlib.sha256(data).digest(), len(data))
        self.put(entry.key, data)
        self.entries.append((len(self.entries), kind, entry.name, entry.size))
        return entry.name

    def add_key(self, kind, key):
        key_id = rescue.derive(key, "toride/v1/key-id")
        parts = (b"TORIDEK\1", self.repository, self.set, kind, bytes(7), 1, bytes(8), key_id, key)
        payload = rescue.KEY_PAYLOAD.pack(*parts)
        command = ["age", "-r", self.recipient]
        sealed = subprocess.run(command, input=payload, check=True, capture_output=True).stdout
        return key_id, self.add(1, sealed), len(sealed)

    def seal(self, key, run, kind, plain, counter=0, chunk=bytes(32)):
        nonce = struct.pack(">3xBQ", 0 if kind < 16 else kind, counter)
        parts = (b"toride/v1", kind, self.repository, self.set, run, self.salt, counter, chunk)
        return AESGCM(key).encrypt(nonce, plain, rescue.ASSOCIATED.pack(*parts))

    def chunk(self, kind, plain):
        """Seals a chunk into the pack and gives its id."""
        name = f"toride/v1/chunk-id/{rescue.CHUNK_KINDS[kind]}"
        digest = hashlib.sha256(plain).digest()
        chunk = hmac.digest(rescue.derive(self.secret, name), digest, "sha256")
        frame = self.lie("frame", b"\0" + struct.pack("<I", len(plain))) + plain
        counter, offset = len(self.rows), 40 + len(self.body)
        key = rescue.derive(self.run, "toride/v1/pack", self.salt)
        sealed = self.seal(key, self.run_id, kind, frame, counter, chunk)
        self.body += sealed
        self.rows.append(rescue.CHUNK_ENTRY.pack(chunk, kind, 0, counter, offset, len(sealed)))
        return chunk

    def write(self):
        self.rows, self.body = [], b""
        self.put("toride.json", line({"format": "toride/v1", "repository": self.repository.hex()}))
        keys = sorted([self.add_key(1, self.run), self.add_key(2, self.secret)])
        for kind, key in self.lie("more_keys", []):
            self.add_key(kind, key)
        self.run_id = rescue.derive(self.run, "toride/v1/key-id")
        self.secret_id = rescue.derive(self.secret, "toride/v1/key-id")
        content = self.chunk(1, b"hello")
        piece = b"\1" + content + b"\0\5"
        digest = self.lie("digest", hashlib.sha256(b"hello").digest())
        file = record(b"file", 1, regular(5, b"\0", b"\1" + piece, digest))
        records = self.lie("records", [file])
        listed = self.chunk(3, b"".join(map(prefixed, records)))
        first = self.lie("first", rescue.Cursor(records[0]).text(99999, ""))
        root = self.chunk(
            4,
            canonical(
                {
                    "attachments": [],
                    "bytes": self.lie("bytes", 5),
                    "cut": "2026-11-22T17:38:08Z",
                    "files": self.lie("files", len(records)),
                    "format": "toride/root/v1",
                    "host": "h",
                    "list": [
                        {
                            "chunk": listed.hex(),
                            "first": base64.b64encode(first).decode(),
                            "records": self.lie("files", len(records)),
                        }
                    ],
                    "notes": [],
                    "set": self.lie("set", "forged"),
                    "source": "files",
                }
            ),
        )
        pack = b"TORIDEP\1" + self.salt + self.body + bytes(100)
        place = [key[0] for key in keys].index(self.run_id)
        table = struct.pack("<I", 2) + b"".join(k + n + struct.pack("<Q", s) for k, n, s in keys)
        table += struct.pack("<II", 1, place) + self.salt + struct.pack("<I", 1)
        table += self.add(2, pack) + struct.pack("<QI", len(pack), len(self.rows))
        table = self.lie("table", struct.pack("<I", len(table) + sum(map(len, self.rows))) + table)
        plain = table + b"".join(self.rows) + self.lie("filler", bytes(9))
        key = rescue.derive(self.secret, "toride/v1/index", self.salt)
        self.add(3, b"TORIDEI\1" + self.salt + self.seal(key, self.secret_id, 32, plain))
        self.write_manifest(root)

    def page(self, number, entries):
        page = b"TORIDEL\1" + struct.pack("<II", number, len(entries))
        page += b"".join(rescue.PAGE_ENTRY.pack(*entry) for entry in entries)
        name = hashlib.sha256(page).hexdigest()
        self.put(f"lists/{name}", page)
        return name

    def write_manifest(self, root):
        pages = self.lie("pages", lambda entries: [(0, entries)])(self.entries)
        names = [self.page(number, entries) for number, entries in pages]
        self.entries = [entry for _, entries in pages for entry in entries]
        sums = {"bytes": sum(entry[3] for entry in self.entries), "objects": len(self.entries)}
        payload = canonical(
            {
                "complete": True,
                "descriptor": hashlib.sha256((self.home / "toride.json").read_bytes()).hexdigest(),
                "epoch": 1,
                "finished": "2026-11-22T17:38:08Z",
                "format": "toride/manifest/v1",
                "keys": [self.run_id.hex()],
                "needed": sums,
                "new": sums,
                "pages": names,
                "previous": None,
                "recipients": [self.recipient],
                "repository": self.repository.hex(),
                "root": root.hex(),
                "run": self.run_id.hex(),
                "secret": self.secret_id.hex(),
                "sequence": 1,
                "set": self.set.hex(),
                "started": "2026-11-22T17:38:08Z",
                "tool": "forger",
            }
            | self.lie("manifest", {})
        )
        data = canonical(
            {
                "payload": base64.b64encode(payload).decode(),
                "payloadType": rescue.MANIFEST_TYPE,
                "signatures": [{"keyid": "00" * 32, "sig": base64.b64encode(bytes(64)).decode()}],
            }
        )
        self.put(f"snapshots/{self.set.hex()}/0000000001-{hashlib.sha256(data).hexdigest()}", data)


def canonical(value):
    return rescue.canonical_json(value).encode()


def line(value):
    return canonical(value) + b"\n"


# Entries of the honest page: key of the run, key of the secret, pack, index.
PAGE_TRUTHS = (
    lambda entries: [(0, entries[:2]), (1, entries[2:])],
    lambda entries: [(7, entries[2:]), (65_535, entries[:2])],
)
PAGE_LIES = (
    lambda entries: [(1, entries[:2]), (0, entries[2:])],
    lambda entries: [(1, entries[:2]), (1, entries[2:])],
    lambda entries: [(0, entries), (1, entries[2:3])],  # The pack, or the index, twice;
    lambda entries: [(0, entries), (1, entries[3:])],
    lambda entries: [(0, entries[1:])],  # no run's key; no secret; one key more; no index.
    lambda entries: [(0, [entries[0], *entries[2:]])],
    lambda entries: [(0, [*entries[:3], (3, 1, b"k" * 32, 330), (4, *entries[3][1:])])],
    lambda entries: [(0, entries[:3])],
)


class ForgedRepositoryTests(unittest.TestCase):
    def setUp(self):
        self.made = Path(tempfile.mkdtemp(prefix="forged-", dir="/var/tmp"))
        self.addCleanup(shutil.rmtree, self.made)
        self.count = 0

    def restore(self, code, told="", **lies):
        self.count += 1
        forged = Forgery(self.made / str(self.count), **lies)
        out = self.made / f"out{self.count}"
        words = ("--identity", forged.identity, "--set", forged.set.hex(), "--to", out)
        ran = run_rescue("restore", forged.home, *words)
        self.assertEqual(ran.returncode, code, (lies, ran.stderr))
        self.assertIn(told, ran.stderr.decode())
        if code:
            self.assertRegex(
                ran.stderr.decode().splitlines()[-1], "^damaged: (snapshots|packs|index|file|keys)"
            )
        return out

    def test_an_honest_one_restores(self):
        """What the page says is enough to write a repository too."""
        self.assertEqual((self.restore(0) / "file").read_bytes(), b"hello")

    def test_verify_finds_without_a_key_what_pages_lie(self):
        words = "out of order|add up|key objects|no index|two of its"
        for number, lie in enumerate(PAGE_LIES):
            forged = Forgery(self.made / f"pages{number}", pages=lie)
            ran = run_rescue("verify", forged.home)
            self.assertEqual(ran.returncode, 1, ran.stdout)
            self.assertRegex(ran.stdout.decode(), f"(?m)^damaged: snapshots/.*({words})")
        for number, truth in enumerate(PAGE_TRUTHS):
            forged = Forgery(self.made / f"truth{number}", pages=truth)
            self.assertEqual(run_rescue("verify", forged.home).returncode, 3)
            self.restore(0, pages=truth)

    def test_every_lie_is_refused(self):
        run, other = (
            rescue.derive(key, "toride/v1/key-id") for key in (Forgery.run, b"o" * 32)
        )
        for lie in PAGE_LIES:
            self.restore(1, pages=lie)
        for kind, key in ((1, Forgery.run), (2, Forgery.secret), (1, b"?" * 32), (2, b"?" * 32)):
            # As many key objects as keys, but one holds what is there already or not named.
            says = {"keys": sorted([run.hex(), other.hex()])}
            self.restore(1, "no key of the manifest", more_keys=[(kind, key)], manifest=says)
        empty = regular(0)
        links = [record(b"a", 3, prefixed(b"/etc")), record(b"a/b", 1, empty)]
        for lies in (
            {"records": [record(b"../file", 1, empty)]},
            {"records": [record(b"/file", 1, empty)]},
            {"records": links, "bytes": 0},
            {"records": [record(b"b"), record(b"a")], "bytes": 0},
            {"records": [record(b"a"), record(b"a")], "bytes": 0},
            {"records": [record(b"a/b", 1, empty)], "bytes": 0},
            {"records": [record(b"a"), record(b"a!"), record(b"a/b")], "bytes": 0},
            {"files": 2},
            {"files": 1 << 60},
            {"bytes": 6},
            {"first": b"fil"},
            {"digest": bytes(32)},
            {"filler": b"\0\1\0"},
            {"table": b"\xff\xff\xff\xff"},
            {"table": bytes(4)},
            {"frame": b"\2\5\0\0\0"},
            {"frame": b"\0\xff\xff\xff\xff"},
            {"frame": b"\1\5\0\0\0"},
            {"set": 5},
            {"manifest": {"epoch": 0}},
            {"manifest": {"sequence": 2}},
            {"manifest": {"previous": "00" * 32}},
            {"manifest": {"descriptor": "00" * 32}},
            {"manifest": {"new member": 1}},
            {"manifest": {"needed": {"bytes": 1, "objects": 1}}},
            {"manifest": {"keys": ["00" * 32]}},
            {"manifest": {"format": "toride/manifest/v2"}},
            {"manifest": {"root": "00" * 32}},
            {"manifest": {"pages": []}},
            {"manifest": {"recipients": ["age1"]}},
            {"manifest": {"recipients": ["age1" + "q" * 58]}},
            {"manifest": {"recipients": []}},
            {"records": [record(b"file", 1, regular(0))], "bytes": 1},
        ):
            with self.subTest(**lies):
                self.restore(1, **lies)


class LoudResult(unittest.TextTestResult):
    """Nothing is left out quietly."""

    def addSkip(self, test, reason):
        super().addSkip(test, reason)
        self.stream.writeln(f"\nSKIPPED {test.id()}: {reason}")


if __name__ == "__main__":
    unittest.main(testRunner=unittest.TextTestRunner(resultclass=LoudResult))
