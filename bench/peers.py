"""The programs that are compared, each with one way to do each step."""
import os
import shutil
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "rescue"))
import toride_rescue as rescue  # noqa: E402


class Site:
    """A repository of one program for one tree, made anew."""

    def __init__(self, name: str, folder: str, tree: str):
        shutil.rmtree(folder, ignore_errors=True)
        os.makedirs(folder)
        self.name = name
        self.folder = folder
        self.tree = tree
        self.repository = os.path.join(folder, "store")
        self.target = os.path.join(folder, "restored")
        self.environment: dict[str, str] = {}
        self.steps: dict[str, list[str]] = {}

    def command(self, step: str) -> list[str]:
        return self.steps[step]

    def restored(self, tree: str) -> str:
        """Where the tree lies after a restore: all three keep absolute paths."""
        return self.target + tree

    def added_before_compression(self) -> int | None:
        """Bytes of content that only the newest snapshot has; None where no reader tells."""
        return None

    def prepare(self, command: list[str]) -> str:
        done = subprocess.run(command, env={**os.environ, **self.environment}, check=True,
                              capture_output=True, text=True)
        return done.stdout


class Toride:
    name = "toride"

    def __init__(self, program: str):
        self.program = program

    def version(self) -> str:
        return subprocess.run([self.program, "--version"], check=True, capture_output=True,
                              text=True).stdout.strip()

    def site(self, folder: str, tree: str) -> "TorideSite":
        return TorideSite(self.program, folder, tree)


class TorideSite(Site):
    def __init__(self, program: str, folder: str, tree: str):
        super().__init__("toride", folder, tree)
        self.program = program
        config, identity = os.path.join(folder, "toride.yaml"), os.path.join(folder, "key.txt")
        self.environment = {"TORIDE_CONFIG": config}
        recipient = self.prepare([program, "key", "new", "--quiet", "--out", identity]).strip()
        os.makedirs(self.repository)
        with open(config, "w", encoding="utf-8") as file:
            file.write(f"site: {{name: bench, timezone: UTC, language: en}}\n"
                       f"state: {folder}/state\nrecipients: {{recovery: {recipient}}}\n"
                       f"stores:\n  primary: {{path: {self.repository}}}\n"
                       f"sets:\n  files:\n    source: {{files: {{paths: [{tree}]}}}}\n")
        self.prepare([program, "init"])
        backup = [program, "backup", "--quiet"]
        self.steps = {
            "first backup": backup,
            "again, unchanged": backup,
            "read again": [*backup, "--force-read"],
            "check every byte": [program, "verify", "--quiet"],
            "restore all": [program, "restore", "files@latest", "--quiet", "--identity", identity,
                            "--to", self.target],
        }


    def added_before_compression(self) -> int:
        """Bytes of content of the newest snapshot that no snapshot before it has, as the
        independent reader finds them: by the pieces of the file lists."""
        store = rescue.Store(self.repository)
        identities = rescue.Identities([os.path.join(self.folder, "key.txt")])
        descriptor = rescue.read_descriptor(store)
        (keys,) = rescue.snapshot_keys(store).values()
        known: set[bytes] = set()
        added = 0
        for key in sorted(keys, key=lambda key: key.sequence):
            manifest = rescue.read_manifest(store, key, descriptor)
            snapshot = rescue.open_snapshot(store, manifest, identities)
            added = 0
            found: set[bytes] = set()
            for record in rescue.list_records(snapshot):
                for piece in record.content.pieces:
                    # A bundle holds many files: each piece of a new one counts.
                    if piece.chunk not in known and (piece.kind == rescue.BUNDLE
                                                     or piece.chunk not in found):
                        added += piece.length
                        found.add(piece.chunk)
            known |= found
        return added


class Restic:
    name = "restic"

    def version(self) -> str:
        return subprocess.run(["restic", "version"], check=True, capture_output=True,
                              text=True).stdout.strip()

    def site(self, folder: str, tree: str) -> Site:
        site = Site("restic", folder, tree)
        site.environment = {"RESTIC_PASSWORD": "bench", "RESTIC_REPOSITORY": site.repository,
                            "RESTIC_CACHE_DIR": os.path.join(folder, "cache")}
        site.prepare(["restic", "init", "-q"])
        site.steps = {
            "first backup": ["restic", "backup", "-q", tree],
            "again, unchanged": ["restic", "backup", "-q", tree],
            "check every byte": ["restic", "check", "-q", "--read-data"],
            "restore all": ["restic", "restore", "-q", "latest", "--target", site.target],
        }
        return site


class Borg:
    name = "borg"

    def version(self) -> str:
        return subprocess.run(["borg", "--version"], check=True, capture_output=True,
                              text=True).stdout.strip() + ", zstd,3"

    def site(self, folder: str, tree: str) -> Site:
        return BorgSite(folder, tree)


class BorgSite(Site):
    def __init__(self, folder: str, tree: str):
        super().__init__("borg", folder, tree)
        self.environment = {"BORG_PASSPHRASE": "bench", "BORG_REPO": self.repository,
                            "BORG_BASE_DIR": os.path.join(folder, "base")}
        self.prepare(["borg", "init", "-e", "repokey-blake2"])
        self.archives = 0
        self.steps = {"check every byte": ["borg", "check", "--verify-data"]}

    def command(self, step: str) -> list[str]:
        if step == "restore all":
            # It restores into the folder that it is run in.
            os.makedirs(self.target)
            return ["env", "-C", self.target, "borg", "extract", f"::{self.archives}"]
        if step in self.steps:
            return self.steps[step]
        self.archives += 1
        return ["borg", "create", "-C", "zstd,3", f"::{self.archives}", self.tree]


def found(toride: str) -> list:
    """Those that are installed; who is not is told, for a table without a peer says less."""
    programs: list = [Toride(toride)]
    for one in (Restic(), Borg()):
        if shutil.which(one.name):
            programs.append(one)
        else:
            print(f"{one.name.upper()} IS NOT INSTALLED: nothing is compared with it",
                  file=sys.stderr)
    return programs
