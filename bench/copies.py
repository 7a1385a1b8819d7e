#!/usr/bin/env python3
"""Copies a repository of many objects to an S3 service by Toride and by bare uploaders, in turn.

    bench/copies.py --toride PROGRAM --weed PROGRAM [--rclone PROGRAM] [--work FOLDER] [--snapshots N]
                  [--runs N] [--report FILE]

The repository has five objects a snapshot (2,000 snapshots: 10,000 objects), made by Toride. SeaweedFS is
started anew for each run, so that each finds it empty; it, the uploader and the files share one machine.
rclone sends files as they are (16 at once, as Toride does); Toride hashes each on the way. Whole processes
are measured. Python's standard library only.
"""
import argparse
import os
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import time
import urllib.error
import urllib.request

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from bench import Taken, run  # noqa: E402

KEY, SECRET, BUCKET = "TORIDEBENCH", "torides-bench-secret", "bench"


class Weed:
    """A SeaweedFS that lives as long as a `with` block."""

    def __init__(self, program: str, folder: str):
        self.program, self.folder = program, folder
        os.makedirs(f"{folder}/data")
        with open(f"{folder}/s3.json", "w", encoding="utf-8") as file:
            file.write('{"identities":[{"name":"b","credentials":[{"accessKey":"%s","secretKey":"%s"}],'
                       '"actions":["Admin","Read","List","Tagging","Write"]}]}' % (KEY, SECRET))
        self.ports = [free_port() for _ in range(8)]

    @property
    def endpoint(self) -> str:
        return f"http://127.0.0.1:{self.ports[0]}"

    def __enter__(self) -> "Weed":
        p = self.ports
        self.process = subprocess.Popen(
            [self.program, "-logtostderr=true", "server", f"-dir={self.folder}/data", "-ip=127.0.0.1",
             "-ip.bind=127.0.0.1", f"-master.port={p[1]}", f"-master.port.grpc={p[2]}",
             "-master.volumeSizeLimitMB=256", "-master.electionTimeout=1s", "-master.telemetry=false",
             f"-volume.port={p[3]}", f"-volume.port.grpc={p[4]}", "-volume.max=100",
             "-volume.preStopSeconds=0", "-filer", f"-filer.port={p[5]}", f"-filer.port.grpc={p[6]}",
             "-s3", f"-s3.port={p[0]}", f"-s3.port.grpc={p[7]}", "-s3.ip.bind=127.0.0.1",
             f"-s3.config={self.folder}/s3.json", "-s3.port.iceberg=0", "-s3.port.lance=0"],
            stdout=open(f"{self.folder}/log", "wb"), stderr=subprocess.STDOUT, start_new_session=True)
        self.wait(f"{self.endpoint}/status", "")
        self.wait(f"http://127.0.0.1:{p[1]}/dir/status", f'"Url":"127.0.0.1:{p[3]}"')
        # The filer's own way to make a bucket: what is measured signs its requests itself.
        request = urllib.request.Request(
            f"http://127.0.0.1:{p[5]}/buckets/{BUCKET}/", method="POST")
        urllib.request.urlopen(request, timeout=30).close()
        return self

    def wait(self, url: str, words: str) -> None:
        for _ in range(600):
            if self.process.poll() is not None:
                sys.exit(f"SeaweedFS ended: see {self.folder}/log")
            try:
                with urllib.request.urlopen(url, timeout=5) as answer:
                    if words in answer.read().decode():
                        return
            except (OSError, urllib.error.URLError):
                pass
            time.sleep(0.1)
        sys.exit(f"{url} does not answer: see {self.folder}/log")

    def __exit__(self, *_) -> None:
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def configure(work: str, recipient: str, endpoint: str) -> None:
    """Writes the site's configuration, with a vault at `endpoint`."""
    with open(f"{work}/toride.yaml", "w", encoding="utf-8") as file:
        file.write(f"""site: {{name: bench, timezone: Asia/Tokyo, language: en}}
state: {work}/state
recipients: {{recovery: {recipient}}}
stores:
  primary: {{path: {work}/store}}
  vault: {{s3: {{endpoint: '{endpoint}', bucket: {BUCKET}, credentials: {work}/credentials}}}}
sets:
  files: {{source: {{files: {{paths: [{work}/source]}}}}, stores: [primary, vault]}}
""")


def make_repository(work: str, toride: str, snapshots: int) -> str:
    """Takes so many snapshots, each with something new; the recipient of the site's key."""
    os.makedirs(f"{work}/source", exist_ok=True)
    fd = os.open(f"{work}/credentials", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with open(fd, "w", encoding="utf-8") as file:
        file.write(f"[default]\naws_access_key_id = {KEY}\naws_secret_access_key = {SECRET}\n")
    if not os.path.exists(f"{work}/key.txt"):
        made = subprocess.run([toride, "key", "new", "--quiet", "--out", f"{work}/key.txt"],
                              check=True, capture_output=True, text=True)
        with open(f"{work}/recipient", "w", encoding="utf-8") as file:
            file.write(made.stdout.strip())
    with open(f"{work}/recipient", encoding="utf-8") as file:
        recipient = file.read().strip()
    configure(work, recipient, "http://127.0.0.1:9")
    environment = {**os.environ, "TORIDE_CONFIG": f"{work}/toride.yaml"}
    if not os.path.exists(f"{work}/store/toride.json"):
        # Of the first store alone: the vault is not there yet.
        subprocess.run([toride, "init", "--quiet"], env=environment, capture_output=True, check=False)
    done = sum(len(files) for _, _, files in os.walk(f"{work}/store/snapshots"))
    for number in range(done, snapshots):
        with open(f"{work}/source/{number % 40}", "wb") as file:
            file.write(os.urandom(300_000))
        subprocess.run([toride, "backup", "--quiet"], env=environment, check=True, capture_output=True)
    return recipient


def rclone(program: str, weed: Weed, work: str) -> list[str]:
    return [program, "--config", "/dev/null", "copy", f"{work}/store",
            f":s3,provider=SeaweedFS,access_key_id={KEY},secret_access_key={SECRET},"
            f"endpoint='{weed.endpoint}',force_path_style=true:{BUCKET}",
            "--transfers", "16", "--checkers", "16", "--s3-no-check-bucket", "--quiet"]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--toride", required=True)
    parser.add_argument("--weed", required=True)
    parser.add_argument("--rclone")
    parser.add_argument("--work", default="/var/tmp/toride-bench-copy")
    parser.add_argument("--snapshots", type=int, default=2_000)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--report")
    arguments = parser.parse_args()
    work = os.path.abspath(arguments.work)
    recipient = make_repository(work, arguments.toride, arguments.snapshots)
    objects = [os.path.join(folder, name)
               for folder, _, names in os.walk(f"{work}/store") for name in names]
    size = sum(os.path.getsize(path) for path in objects)
    taken: dict[str, list[Taken]] = {"toride": []}
    if arguments.rclone:
        taken["rclone"] = []
    for number in range(arguments.runs):
        for name in taken:
            with Weed(arguments.weed, f"{work}/weed-{name}-{number}") as weed:
                log = f"{work}/{name}.log"
                if name == "toride":
                    configure(work, recipient, weed.endpoint)
                    environment = {"TORIDE_CONFIG": f"{work}/toride.yaml"}
                    command = [arguments.toride, "copy", "run", "--quiet"]
                else:
                    environment, command = {}, rclone(arguments.rclone, weed, work)
                taken[name].append(run(command, environment, log))
                print(f"{name} {number + 1}: {taken[name][-1].wall:.2f} s", flush=True)
    lines = [f"{len(objects)} objects, {size / (1 << 20):.0f} MiB, to SeaweedFS on this machine; "
             f"median of {arguments.runs} alternating runs", "",
             "| program | s | objects/s | processor s | peak MiB |", "|---|---|---|---|---|"]
    for name, runs in taken.items():
        wall = statistics.median(one.wall for one in runs)
        lines.append(f"| {name} | {wall:.2f} | {len(objects) / wall:.0f} | "
                     f"{statistics.median(one.cpu for one in runs):.2f} | "
                     f"{max(one.peak for one in runs):.0f} |")
    text = "\n".join(lines) + "\n"
    print(text)
    if arguments.report:
        with open(arguments.report, "w", encoding="utf-8") as file:
            file.write(text)


if __name__ == "__main__":
    main()
