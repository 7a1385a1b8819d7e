#!/usr/bin/python3
"""Makes the vectors of this folder: Tests/Vectors/make.py [--check | --table]

Every vector tests one thing of docs/FORMAT.md; §23 there says how a file reads. Keys, salts and ids
are fixed, so that the same bytes come out each time; `--check` makes them in memory and compares,
`--table` prints the names as the page has them.
"""

import sys
from pathlib import Path

import basics
import documents
import example
import files
import sealed
from book import made

FOLDER = Path(__file__).resolve().parent


def table() -> str:
    """The rows of docs/FORMAT.md §23."""
    rows: dict[tuple[str, str], dict[bool, list[str]]] = {}
    for name, text in made.items():
        head = dict(line.split(": ", 1) for line in text.split("\n\n")[0].split("\n"))
        is_example = name.split("-")[0] == "example"
        of = ("example", "21") if is_example else (head["of"], head["section"])
        cells = rows.setdefault(of, {True: [], False: []})
        cells[head["expect"] == "success"].append(name)
    lines = (
        f"| {of} | {section} | {spans(of, cells[True])} | {spans(of, cells[False])} |"
        for (of, section), cells in rows.items()
    )
    return "\n".join(lines)


def spans(of: str, names: list[str]) -> str:
    """Names in code spans; those that begin alike share their beginning."""
    start = "toride-json-" if of == "descriptor" else of + "-"
    ends = [name.removeprefix(start) for name in names if name.startswith(start)]
    spans_ = [f"`{name}`" for name in names if not name.startswith(start)]
    if ends:
        spans_.append(f"`{start}{{{','.join(ends)}}}`")
    return ", ".join(spans_) or "–"


def main() -> int:
    for module in (basics, sealed, documents, files, example):
        module.make()
    there = {path.stem: path for path in FOLDER.glob("*.txt")}
    if sys.argv[1:] == ["--table"]:
        print(table())
        return 0
    if sys.argv[1:] == ["--check"]:
        names = made.keys() | there.keys()
        same = {name for name in made if name in there and there[name].read_text() == made[name]}
        for name in sorted(names - same):
            print(f"{name}: not as make.py makes it")
        print(f"{len(same)} of {len(names)} vectors are as make.py makes them")
        return 0 if names == same else 1
    for name in there.keys() - made.keys():
        there[name].unlink()
    for name, text in made.items():
        (FOLDER / f"{name}.txt").write_text(text)
    print(f"{len(made)} vectors")
    return 0


if __name__ == "__main__":
    sys.exit(main())
