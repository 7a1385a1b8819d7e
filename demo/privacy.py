#!/usr/bin/python3
"""Searches all that Toride wrote and told for the patients of a corpus.

    demo/privacy.py DATA DEMO_DIR [LOG ...]

DATA is what `make demo` backed up, DEMO_DIR what it left, LOG any further file. The words are the
patients' numbers, names, days of birth and the names of their files, from HL7, FHIR, DICOM, dumps
in text, and paths. A drill is run for programs (--json) first, so that its output is searched too.

Ends with 0 if none occurs, 1 if one does, 2 if that could not be told. It prints what it found:
the corpus is test data; use it on nothing else.
"""

import base64
import fnmatch
import json
import os
import re
import subprocess
import sys
from pathlib import Path

# Where names may stand, in the state: the newest list of files with what the files say, and the
# meanings of drills' tokens. The search must find some there, or it proves nothing.
ALLOWED = ["sets/*/list*", "sets/*/facts*", "drills/*.tokens"]
# In text every word counts. Among other bytes short ones stand by chance: of 10,000 words of four
# bytes 200 in 100 MB of noise, of eight bytes none.
TEXT_MIN, BINARY_MIN, SEALED_MIN = 4, 6, 8
SEALED = ("packs/", "index/", "keys/", "lists/")
# Toride's own numbers, before the names of manifests and records: patients may have the same.
OWN = re.compile(rb"[0-9]{10}-[0-9a-f]{64}")

PIECE = re.compile(rb"[0-9A-Za-z]{4,}")
TOKEN = re.compile(rb"[^\x00-\x20\"'/\\,:;=<>()\[\]{}\x7f-\xff]{4,}")
# Kana, kanji, and compatibility ideographs such as \ufa11, two or more.
JAPANESE = re.compile(rb"(?:[\xe3-\xe9\xef][\x80-\xbf]{2}){2,}")
JAPANESE_TEXT = re.compile("[\u3005\u3041-\u30ff\u3400-\u9fff\uf900-\ufaff]{2,}")

# Columns that name patients, in the databases that the demo knows: of lines of COPY.
COLUMNS = {
    "patient": {"patient_id", "family_name", "given_name", "family_kana", "given_kana"},
    "party_party": {"name", "lastname", "ref"},
    "person": {"person_source_value"},
}


class Words:
    """What is looked for, and the looking."""

    def __init__(self):
        self.pieces, self.tokens, self.japanese = set(), set(), set()

    def __len__(self):
        return len(self.pieces) + len(self.tokens) + len(self.japanese)

    def add_number(self, text):
        """A patient's number. Those below 1,000 are counts as well, and words of fewer than four
        characters are parts of others; but 0000001 is a number of a patient and of nothing else."""
        text = text.strip()
        if len(text) < TEXT_MIN or text.isdigit() and text[0] != "0" and int(text) < 1000:
            return
        data = text.encode()
        if PIECE.fullmatch(data):
            self.pieces.add(data)
        elif TOKEN.fullmatch(data):
            self.tokens.add(data)

    def add_name(self, text):
        """A name, by its parts; in Japanese two characters are enough for one."""
        self.japanese.update(JAPANESE_TEXT.findall(text))
        for part in PIECE.findall(text.encode()):
            if not part.isdigit():
                self.pieces.add(part)

    def add_day(self, text):
        digits = re.sub("[^0-9]", "", text)[:8]
        if len(digits) == 8:
            self.pieces.add(digits.encode())
            self.tokens.add(f"{digits[:4]}-{digits[4:6]}-{digits[6:]}".encode())

    def add_file(self, name):
        """A file's name. README and DICOMDIR are everybody's; short numbers are counts as well."""
        is_count = name.isdigit() and name[0] != "0" and len(name) < 7
        if re.search("[0-9.]", name) and not is_count:
            data = os.fsencode(name)
            (self.pieces if PIECE.fullmatch(data) else self.tokens).add(data)

    def found(self, data, least):
        data = OWN.sub(b" ", data)
        found = {word for word in PIECE.findall(data) if len(word) >= least} & self.pieces
        whole = {word.strip(b".") for word in TOKEN.findall(data) if len(word) >= least}
        found |= whole & self.tokens
        for run in JAPANESE.findall(data):
            text = run.decode(errors="replace")
            for start in range(len(text)):
                for end in range(start + 2, min(len(text), start + 12) + 1):
                    part = text[start:end]
                    if part in self.japanese and len(part.encode()) >= least:
                        found.add(part.encode())
        return found


# --- What is looked for ---------------------------------------------------------------------------
def decoded(data):
    for encoding in ["iso2022_jp"] if b"\x1b" in data else ["utf-8", "cp932"]:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    return data.decode("latin-1")


def take_hl7(words, data):
    for segment in re.split("[\r\n]", decoded(data)):
        fields = segment.split("|")
        if fields[0] != "PID":
            continue
        fields += [""] * 8
        for repetition in fields[3].split("~"):
            words.add_number(repetition.split("^")[0])
        for part in re.split("[~^]", fields[5]):
            words.add_name(part)
        words.add_day(fields[7])


def take_fhir(words, text):
    for line in [text] if text.count("\n{") == 0 else text.splitlines():
        try:
            resource = json.loads(line)
        except ValueError:
            continue
        entries = resource.get("entry", []) if isinstance(resource, dict) else []
        for one in [resource] + [entry.get("resource", {}) for entry in entries]:
            if not isinstance(one, dict) or one.get("resourceType") != "Patient":
                continue
            words.add_number(one.get("id", ""))
            words.add_day(one.get("birthDate", ""))
            for identifier in one.get("identifier", []):
                words.add_number(identifier.get("value", ""))
            for name in one.get("name", []):
                for part in [name.get("text", ""), name.get("family", "")] + name.get("given", []):
                    words.add_name(part)


def take_dicom(words, data):
    """Patient's Name, ID and Birth Date, little endian, with a representation or without."""
    takers = {0x10: words.add_name, 0x20: words.add_number, 0x30: words.add_day}
    for element, take in takers.items():
        head = rb"\x10\x00" + bytes([element]) + rb"\x00(?:(?:PN|LO|DA)(..)|(..)\x00\x00)"
        match = re.search(head, data, re.DOTALL)
        if match:
            length = int.from_bytes(match.group(1) or match.group(2), "little")
            value = data[match.end() : match.end() + min(length, 324)]
            take(decoded(value.rstrip(b" \0")))


def take_dump(words, lines):
    columns, wanted = [], set()
    for line in lines:
        start = re.match(r"COPY (?:\S+\.)?\"?(\w+)\"? \((.*)\) FROM stdin", line)
        if start:
            columns, wanted = start.group(2).split(", "), COLUMNS.get(start.group(1), set())
        elif line.startswith("\\."):
            wanted = set()
        elif wanted:
            row = dict(zip(columns, line.rstrip("\n").split("\t")))
            for column in wanted & row.keys():
                if row[column] == "\\N" or row.get("is_person", "t") != "t":
                    continue
                is_number = column in ("patient_id", "ref", "person_source_value")
                (words.add_number if is_number else words.add_name)(row[column])


def dump_lines(path):
    if path.suffix == ".sql":
        return path.read_text(errors="replace").splitlines()
    try:
        command = ["pg_restore", "--data-only", "-f", "-", path]
        output = subprocess.run(command, capture_output=True).stdout
        return output.decode(errors="replace").splitlines()
    except FileNotFoundError:
        print(f"privacy: not searched for: the patients of {path}: there is no pg_restore")
        return []


def collect(data):
    words = Words()
    for path in sorted(data.rglob("*")):
        if not path.is_file():
            continue
        folder = path.relative_to(data).parts[0]
        if folder == "db":
            take_dump(words, dump_lines(path))
            continue
        words.add_file(path.name)
        tokens = path.name.split("_")
        if len(tokens) == 7:
            words.add_number(tokens[0])
        with path.open("rb") as file:
            start = file.read(256 << 10)
        if folder == "fhir":
            take_fhir(words, path.read_text(errors="replace"))
        elif folder == "dicom":
            take_dicom(words, start)
        elif folder in ("ssmix2", "hl7"):
            take_hl7(words, start)
    return words


# --- Where it is looked for -----------------------------------------------------------------------
def told(demo):
    """What the programs say to programs, by the words that asked for it."""
    environment = dict(os.environ, TORIDE_CONFIG=str(demo / "toride.yaml"), LANG="C.UTF-8")
    identity = str(demo / "keys/drill.txt")

    def run(*words):
        command = [str(demo / "bin" / words[0]), *words[1:]]
        output = subprocess.run(command, capture_output=True, env=environment)
        return output.stdout, output.stdout + output.stderr

    answer, both = run("toride", "drill", "run", "demo", "--identity", identity, "--json")
    try:
        drill = json.loads(answer)["id"]
    except (ValueError, KeyError):
        print(f"privacy: the drill gave no answer: {both.decode(errors='replace')}")
        sys.exit(2)
    yield "toride drill run --json", both
    for words in [
        ["toride", "drill", "show", drill, "--json"], ["toride", "drill", "list", "--json"],
        ["toride", "status", "--json"], ["toride", "snapshots", "--json"],
        ["toride", "verify", "--json"], ["toride", "catalog", "check", "--json"],
        ["torided", "--check"],
    ]:
        yield " ".join(words), run(*words)[1]


def files(top):
    for path in sorted(top.rglob("*")):
        if path.is_file() and not path.is_symlink():
            yield path, path.relative_to(top).as_posix()


def least(data, name):
    if name.startswith(SEALED):
        return SEALED_MIN
    return BINARY_MIN if b"\0" in data else TEXT_MIN


def meanings(data):
    """What a drill's tokens stand for."""
    return b"\n".join(base64.b64decode(text) for text in json.loads(data).values())


def main():
    if len(sys.argv) < 3:
        print(__doc__)
        return 2
    if os.geteuid() != 0:
        os.execvp("sudo", ["sudo", *sys.argv])
    data, demo = Path(sys.argv[1]), Path(sys.argv[2])
    words = collect(data)
    if len(words) < 10 or not (demo / "state").is_dir():
        print(f"privacy: {len(words)} words in {data}, and {demo} is no demo: run `make demo`")
        return 2
    print(f"privacy: looking for {len(words)} words of {data}")
    found, allowed, places = {}, set(), 0
    for place, output in told(demo):
        places += 1
        found[place] = words.found(output, TEXT_MIN)
    for log in map(Path, sys.argv[3:]):
        places += 1
        found[str(log)] = words.found(log.read_bytes(), TEXT_MIN)
    for top in ["state", "store"]:
        for path, name in files(demo / top):
            content = path.read_bytes()
            if top == "state" and any(fnmatch.fnmatch(name, one) for one in ALLOWED):
                content = meanings(content) if name.endswith(".tokens") else content
                allowed |= words.found(content, SEALED_MIN)
                continue
            places += 1
            found[f"{top}/{name}"] = words.found(content, least(content, name))
    if not allowed:
        print("privacy: the search finds nothing where names must be, so it proves nothing")
        return 2
    for place, some in found.items():
        for word in sorted(some):
            print(f"privacy: {word.decode(errors='replace')} stands in {place}")
    count = sum(bool(some) for some in found.values())
    may = len(allowed)
    print(f"privacy: {places} places, {count} with patients; {may} words where they may be")
    return 1 if count else 0


if __name__ == "__main__":
    sys.exit(main())
