#!/usr/bin/env python3
"""Runs Toride, restic and borg in turn on the same trees and tells what each took.

    bench/bench.py --toride PROGRAM --stages PROGRAM [--work FOLDER] [--runs N] [--report FILE] CASE…

CASE is `mixed` (1 GiB: DICOM, NDJSON, SS-MIX2), `messages` (200,000 messages of 3 KiB), `days`
(ten days of change), `dump` (a 4 GiB dump, 2 % changed) or `memory` (10,000 to 1,000,000 small files, or
as many as --files says: Toride's peak alone). In the first two every figure is a median of N runs in
which the three take turns, so that whatever else the machine does meets all of them.
Whole processes are measured: wall clock, user and system time, the peak of the largest process.
Python's standard library only.
"""
import argparse
import os
import platform
import re
import resource
import shutil
import statistics
import subprocess
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import peers  # noqa: E402
import trees  # noqa: E402


# What toride-bench says last.
BOUND = re.compile(r"\*\*([0-9.]+) s\*\*")


class Taken:
    """What one run of one program took."""

    def __init__(self, wall: float, usage: resource.struct_rusage):
        self.wall = wall
        self.cpu = usage.ru_utime + usage.ru_stime
        self.peak = usage.ru_maxrss / 1024


def run(command: list[str], environment: dict[str, str], log: str, expected: int = 0) -> Taken:
    """Runs a command to its end; one that fails ends the benchmark, for its time means nothing."""
    # It must not wait while the disk takes what another one wrote.
    os.sync()
    with open(log, "ab") as output:
        start = time.monotonic()
        process = subprocess.Popen(command, env={**os.environ, **environment}, stdout=output,
                                   stderr=output, stdin=subprocess.DEVNULL)
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.monotonic() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != expected:
        with open(log, encoding="utf-8", errors="replace") as output:
            tail = output.read()[-2000:]
        sys.exit(f"{' '.join(command)} ended with {process.returncode}:\n{tail}")
    return Taken(wall, usage)


def warm(tree: str) -> None:
    """Makes the next reads of a tree come from memory: borg drops what it has read from the page
    cache (POSIX_FADV_DONTNEED), and whoever is next would wait for the disk."""
    for at, _, names in os.walk(tree):
        for name in names:
            path = os.path.join(at, name)
            if not os.path.islink(path):
                with open(path, "rb", buffering=0) as file:
                    while file.read(1 << 20):
                        pass


def drop_caches() -> None:
    """Makes the next reads come from the disk."""
    os.sync()
    with open("/proc/sys/vm/drop_caches", "w", encoding="ascii") as file:
        file.write("3\n")


class Table:
    """Figures by step and program."""

    def __init__(self) -> None:
        self.taken: dict[str, dict[str, list[Taken]]] = {}
        self.sizes: dict[str, list[int]] = {}

    def add(self, step: str, program: str, taken: Taken) -> None:
        self.taken.setdefault(step, {}).setdefault(program, []).append(taken)
        print(f"  {step:<24} {program:<7} {taken.wall:8.2f} s  cpu {taken.cpu:7.2f} s  "
              f"{taken.peak:6.0f} MiB", file=sys.stderr, flush=True)

    def median(self, step: str, program: str, what: str) -> float:
        return statistics.median(getattr(one, what) for one in self.taken[step][program])

    def spread(self, step: str, program: str) -> tuple[float, float]:
        walls = [one.wall for one in self.taken[step][program]]
        return min(walls), max(walls)

    def markdown(self) -> list[str]:
        lines = ["| step | program | wall s (min–max) | user+sys s | peak MiB | Toride is |",
                 "|---|---|---|---|---|---|"]
        for step, programs in self.taken.items():
            own = self.median(step, "toride", "wall")
            for program in programs:
                low, high = self.spread(step, program)
                ratio = "" if program == "toride" else \
                    f"{self.median(step, program, 'wall') / own:.1f} × as fast"
                lines.append(
                    f"| {step} | {program} | {self.median(step, program, 'wall'):.2f} "
                    f"({low:.2f}–{high:.2f}) | {self.median(step, program, 'cpu'):.2f} "
                    f"| {self.median(step, program, 'peak'):.0f} | {ratio} |")
        if self.sizes:
            lines += ["", "| repository | bytes | to borg |", "|---|---|---|"]
            borg = statistics.median(self.sizes["borg"]) if "borg" in self.sizes else 0
            for program, sizes in self.sizes.items():
                size = statistics.median(sizes)
                lines.append(f"| {program} | {size:,.0f} | "
                             f"{size / borg:.3f} |" if borg else f"| {program} | {size:,.0f} | |")
        return lines


def whole_life(tree: str, work: str, programs: list, runs: int, cold: bool,
               stages: str | None) -> tuple[Table, list[str]]:
    """First backup, again, check of every byte, restore; each program's in turn. After each round
    what the stages cost, for a machine is not as fast at all hours."""
    table = Table()
    told: list[str] = []
    restored = os.path.join(work, "restored")
    for number in range(runs):
        order = programs[number % len(programs):] + programs[:number % len(programs)]
        sites = {one.name: one.site(os.path.join(work, one.name), tree) for one in order}
        for step in ("first backup", "again, unchanged", "check every byte", "restore all"):
            for one in order:
                site = sites[one.name]
                if cold:
                    drop_caches()
                elif step == "first backup":
                    warm(tree)
                taken = run(site.command(step), site.environment, os.path.join(work, "log"))
                table.add(step + (", cold" if cold else ""), one.name, taken)
                if step == "again, unchanged":
                    table.sizes.setdefault(one.name, []).append(folder_bytes(site.repository))
                if step == "restore all":
                    # One run is compared: a fast restore of something else would be worth nothing.
                    if number == 0:
                        subprocess.run(["diff", "-r", "--no-dereference", tree,
                                        site.restored(tree)], check=True)
                    # Not removed before all is measured: for minutes ext4 steps over every inode
                    # that was just freed when it looks for a new one, and whoever restores next
                    # waits seven times as long.
                    os.makedirs(restored, exist_ok=True)
                    os.rename(site.target, os.path.join(restored, f"{one.name}-{number}"))
        for site in sites.values():
            shutil.rmtree(site.folder)
        if stages:
            told.append(subprocess.run([stages, tree], check=True, capture_output=True,
                                       text=True).stdout)
    return table, bound(table, told)


def bound(table: Table, told: list[str]) -> list[str]:
    """The stages of the round whose sum is the median, and how near the first backups come to it."""
    if not told:
        return []
    rounds = sorted((float(BOUND.search(text)[1]), text) for text in told)
    middle = rounds[len(rounds) // 2][1]
    seconds = [one for one, _ in rounds]
    step = next(iter(table.taken))
    part = statistics.median(seconds) / table.median(step, "toride", "wall")
    return ["", middle.rstrip(),
            f"Bounds of the rounds: {', '.join(f'{one:.2f}' for one in seconds)} s. "
            f"The first backup runs at {part:.0%} of their median."]


def days(tree: str, work: str, programs: list, percent: float, count: int) -> list[str]:
    """Days of change: what each day's backup takes and adds."""
    copy = os.path.join(work, "days-tree")
    shutil.copytree(tree, copy, symlinks=True)
    sites = [one.site(os.path.join(work, one.name), copy) for one in programs]
    log = os.path.join(work, "log")
    for site in sites:
        run(site.command("first backup"), site.environment, log)
    lines = ["| day | program | wall s | added MiB |", "|---|---|---|---|"]
    for day in range(1, count + 1):
        trees.change(copy, percent, day)
        time.sleep(3)  # What changed within two seconds before a reading is read again.
        for site in sites:
            before = folder_bytes(site.repository)
            taken = run(site.command("again, unchanged"), site.environment, log)
            added = folder_bytes(site.repository) - before
            lines.append(f"| {day} | {site.name} | {taken.wall:.2f} | {added / 2**20:.2f} |")
            print("  " + lines[-1], file=sys.stderr, flush=True)
    for site in sites:
        # Every file is read again: what is added now is no content, but what tells of a snapshot.
        if "read again" in site.steps:
            before = folder_bytes(site.repository)
            warm(copy)
            taken = run(site.command("read again"), site.environment, log)
            added = folder_bytes(site.repository) - before
            lines.append(f"| all read again | {site.name} | {taken.wall:.2f} "
                         f"| {added / 2**20:.2f} |")
            print("  " + lines[-1], file=sys.stderr, flush=True)
    for site in sites:
        shutil.rmtree(site.folder)
    shutil.rmtree(copy)
    return lines


def dump(work: str, programs: list, size: int, percent: float) -> list[str]:
    """A dump of text that changed a little: what the second backup takes and adds."""
    folder = os.path.join(work, "dump")
    os.makedirs(folder)
    path = os.path.join(folder, "health.sql")
    trees.write_dump(path, size)
    log = os.path.join(work, "log")
    sites = [one.site(os.path.join(work, one.name), folder) for one in programs]
    lines = ["| dump | program | wall s | peak MiB | added MiB |", "|---|---|---|---|---|"]
    for step in ("first backup", f"{percent} % changed"):
        for site in sites:
            before = folder_bytes(site.repository)
            warm(folder)
            taken = run(site.command("first backup"), site.environment, log)
            added = (folder_bytes(site.repository) - before) / 2**20
            lines.append(f"| {step} | {site.name} | {taken.wall:.2f} | {taken.peak:.0f} "
                         f"| {added:.1f} |")
            print("  " + lines[-1], file=sys.stderr, flush=True)
        if step == "first backup":
            trees.change_dump(path, percent, extents=40, insertions=10)
    for site in sites:
        added = site.added_before_compression()
        if added is not None:
            lines += ["", f"{site.name}, {percent} % changed: {added / 2**20:.1f} MiB before "
                          f"compression, {100 * added / size:.2f} % of the dump."]
        shutil.rmtree(site.folder)
    shutil.rmtree(folder)
    return lines


def memory(work: str, program: str, counts: list[int]) -> list[str]:
    """How much memory more and more files take. The trees lie in memory, for no disk here has room
    for ten million inodes; above two million only one file in eight has content, and nothing is
    restored, for the machine's memory would not hold it."""
    toride = peers.Toride(program)
    log = os.path.join(work, "log")
    lines = ["| files | step | wall s | user+sys s | peak MiB |", "|---|---|---|---|---|"]
    folder = os.path.join(work, "memory")
    os.makedirs(folder)
    for count in counts:
        subprocess.run(["mount", "-t", "tmpfs", "-o", "size=90%,nr_inodes=0", "tmpfs", folder],
                       check=True)
        try:
            tree = os.path.join(folder, "tree")
            trees.many(tree, count, content_of=1 if count <= 2_000_000 else 8)
            site = toride.site(os.path.join(work, "toride"), tree)
            site.steps["restore all"][-1] = os.path.join(folder, "restored")
            for step in ("first backup", "again, unchanged", "check every byte", "restore all"):
                if step == "restore all" and count > 2_000_000:
                    continue
                taken = run(site.command(step), site.environment, log)
                lines.append(f"| {count:,} | {step} | {taken.wall:.2f} | {taken.cpu:.2f} "
                             f"| {taken.peak:.0f} |")
                print("  " + lines[-1], file=sys.stderr, flush=True)
            shutil.rmtree(site.folder)
        finally:
            subprocess.run(["umount", folder], check=True)
    return lines


def folder_bytes(folder: str) -> int:
    return sum(os.lstat(os.path.join(at, name)).st_size
               for at, _, names in os.walk(folder) for name in names)


def machine() -> list[str]:
    model = next((line.split(":")[1].strip() for line in open("/proc/cpuinfo", encoding="ascii")
                  if line.startswith("model name")), "?")
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return [f"- {os.cpu_count()} cores, {model}; {memory:.0f} GiB; Linux {platform.release()}"]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--toride", required=True)
    parser.add_argument("--stages", help="the program that measures single stages")
    parser.add_argument("--work", default="/var/tmp/toride-bench")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--cold", action="store_true", help="drop the page cache before each step")
    parser.add_argument("--report", help="write the tables here too, as Markdown")
    parser.add_argument("--files", type=int, nargs="+", default=[10_000, 100_000, 1_000_000],
                        help="how many files the case `memory` has (10000000 needs 16 GiB)")
    parser.add_argument("cases", nargs="+",
                        choices=["mixed", "messages", "days", "dump", "memory"])
    wanted = parser.parse_args()
    shutil.rmtree(wanted.work, ignore_errors=True)
    os.makedirs(wanted.work)
    programs = peers.found(os.path.abspath(wanted.toride))
    lines = machine() + [f"- {one.name}: {one.version()}" for one in programs]
    for case in wanted.cases:
        lines += ["", f"## {case}", ""]
        if case == "dump":
            lines += dump(wanted.work, programs, 4 << 30, 2)
            continue
        if case == "memory":
            lines += memory(wanted.work, os.path.abspath(wanted.toride), wanted.files)
            continue
        tree = os.path.join(wanted.work, "tree")
        lines += trees.make(tree, "messages" if case == "messages" else "mixed") + [""]
        if case == "days":
            lines += days(tree, wanted.work, programs, 2, 10)
        else:
            table, stages = whole_life(tree, wanted.work, programs, wanted.runs, wanted.cold,
                                       wanted.stages)
            lines += table.markdown() + stages
        # Millions of inodes take minutes to remove: after all cases, when everything is told.
        os.rename(tree, f"{tree}-{case}")
        if os.path.exists(restored := os.path.join(wanted.work, "restored")):
            os.rename(restored, f"{restored}-{case}")
    text = "\n".join(lines) + "\n"
    print(text)
    if wanted.report:
        with open(wanted.report, "w", encoding="utf-8") as file:
            file.write(text)
    shutil.rmtree(wanted.work)


if __name__ == "__main__":
    main()
