"""The vectors of docs/FORMAT.md §13 to §15: signed documents, manifests, roots."""

from typing import Any

import toride_format as f
from book import (
    ADMIN,
    DRILL,
    FINISHED,
    HOST,
    RECOVERY,
    REPOSITORY,
    RUN,
    SECRET_ID,
    SET,
    STARTED,
    Group,
)
from toride_format import sha256

# --- §13 to §15 ----------------------------------------------------------------------------------


def manifest(**others: Any) -> dict[str, Any]:
    """A first manifest, but for what is given otherwise."""
    members = {
        "complete": True,
        "descriptor": sha256(b"toride.json").hex(),
        "epoch": 1,
        "finished": FINISHED,
        "format": "toride/manifest/v1",
        "keys": [RUN.hex()],
        "needed": {"bytes": 5000, "objects": 4},
        "new": {"bytes": 5000, "objects": 4},
        "pages": [sha256(b"page").hex()],
        "previous": None,
        "recipients": [RECOVERY.recipient],
        "repository": REPOSITORY.hex(),
        "root": sha256(b"root").hex(),
        "run": RUN.hex(),
        "secret": SECRET_ID.hex(),
        "sequence": 1,
        "set": SET.hex(),
        "started": STARTED,
        "tool": "toride 1.0.0",
    }
    assert others.keys() <= members.keys() | {"more"}
    return members | others


def envelopes() -> None:
    group = Group("pae", "13")
    body = f.pae(b'{"a":1}', f.RECORD_TYPE)
    fields = {"payload_type": f.RECORD_TYPE, "payload": b'{"a":1}'}
    group.taken("pae", "what is signed", body, **fields)

    group = Group("envelope", "13")
    payload = f.canonical_json(manifest())
    host, admin = (HOST.id, HOST.sign(payload)), (ADMIN.id, ADMIN.sign(payload))
    wrong = bytes([admin[1][0] ^ 1]) + admin[1][1:]
    fields = {"payload_type": f.MANIFEST_TYPE, "signer": HOST.public}
    two = fields | {"signer": [HOST.public, ADMIN.public]}
    right = f.envelope(payload, [host])
    group.taken("envelope", "one signature, of the host", right, **fields, payload=payload)
    for name, signatures, comment, given in (
        ("two-signers", [host, admin], "two believed signers", two),
        ("stranger", [admin, host], "one of a stranger and one of the host", fields),
        (
            "stranger-wrong",
            [(ADMIN.id, wrong), host],
            "a stranger's wrong one is passed over",
            fields,
        ),
        ("twice", [host, host], "a keyid may stand twice", fields),
    ):
        body = f.envelope(payload, signatures)
        group.taken(f"envelope-{name}", comment, body, **given, payload=payload)
    unsigned = f.envelope(payload, [admin])
    group.add(
        "envelope-unknown-signer", "unsigned", "by nobody who is believed", unsigned, **fields
    )
    bad = "wrong signature"
    mixed = (HOST.id, bytes(64))
    for name, signatures, comment, given in (
        ("wrong-signature", [(HOST.id, bytes(64))], "64 zeros", fields),
        ("one-wrong", [host, (ADMIN.id, wrong)], "one right and one wrong, both believed", two),
        ("twice-one-wrong", [host, mixed], "the host's second is wrong", fields),
        ("other-signer", [(HOST.id, admin[1])], "another's signature under the host's id", fields),
    ):
        group.add(f"envelope-{name}", bad, comment, f.envelope(payload, signatures), **given)
    plain = (HOST.id, f.Ed25519PrivateKey.from_private_bytes(HOST.seed).sign(payload))
    comment = "the payload was signed and not its PAE"
    group.add("envelope-without-pae", bad, comment, f.envelope(payload, [plain]), **fields)
    other = f.envelope(payload, [(HOST.id, HOST.sign(payload, f.RECORD_TYPE))])
    comment = "signed as a record, shown as a manifest"
    group.add("envelope-other-meaning", bad, comment, other, **fields)
    record = f.signed(payload, HOST, f.RECORD_TYPE)
    group.refused("envelope-other-type", "a record where a manifest should be", record, **fields)
    spaced = right.replace(b'":', b'": ')
    short = f.envelope(payload, [(HOST.id, host[1][:-1])])
    spelled = f.canonical_json(
        {
            "payload": "e31=",
            "payloadType": f.MANIFEST_TYPE,
            "signatures": [{"keyid": HOST.id.hex(), "sig": f.base64_text(host[1])}],
        }
    )
    for name, body, comment in (
        ("none", f.envelope(payload, []), "no signature"),
        ("seventeen", f.envelope(payload, [host] * 17), "over 16 signatures"),
        ("short-signature", short, "63 bytes"),
        ("base64", spelled, "spare bits of the payload's Base64 are not zero"),
        ("white-space", spaced, "not canonical"),
        ("line-feed", right + b"\n", "nothing follows"),
        ("other-member", right.replace(b'"keyid"', b'"key":1,"keyid"'), "no such member"),
    ):
        group.refused(f"envelope-{name}", comment, body, **fields)


def manifests() -> None:
    group = Group("manifest", "14")
    group.taken("manifest-first", "number 1, with no predecessor", f.canonical_json(manifest()))
    runs = sorted([RUN.hex(), sha256(b"a run").hex()])
    second = {
        "complete": False,
        "keys": runs,
        "previous": sha256(b"the first").hex(),
        "recipients": sorted([RECOVERY.recipient, DRILL.recipient]),
        "sequence": 2,
    }
    comment = "number 2: two runs' keys, two recipients, not complete"
    group.taken("manifest-second", comment, f.canonical_json(manifest(**second)))
    both = sorted([RECOVERY.recipient, DRILL.recipient], reverse=True)
    wrong = RECOVERY.recipient[:-1] + ("q" if RECOVERY.recipient[-1] != "q" else "p")
    name = sha256(b"the first").hex()
    high = (1 << 53) + 1
    bare = manifest()
    del bare["tool"]
    for label, members, comment in (
        ("first-with-previous", manifest(previous=name), "the first has no predecessor"),
        ("second-without-previous", manifest(sequence=2), "every other has one"),
        ("number-0", manifest(sequence=0, previous=name), "numbers count from 1"),
        ("number-too-high", manifest(sequence=high, previous=name), "over 2^53"),
        ("epoch-0", manifest(epoch=0), "epochs count from 1"),
        ("epoch-too-high", manifest(epoch=high), "over 2^53"),
        ("keys-fall", manifest(keys=runs[::-1]), "keys do not rise"),
        ("key-twice", manifest(keys=[RUN.hex()] * 2), "a key stands twice"),
        (
            "own-run-missing",
            manifest(keys=[sha256(b"a run").hex()]),
            "its own run is not among its keys",
        ),
        ("no-recipient", manifest(recipients=[]), "nobody could open it"),
        ("recipients-fall", manifest(recipients=both), "recipients do not rise"),
        ("recipient-upper-case", manifest(recipients=[RECOVERY.recipient.upper()]), "lower case"),
        (
            "recipient-short",
            manifest(recipients=[RECOVERY.recipient[:-1]]),
            "age1 and 58 characters",
        ),
        ("recipient-checksum", manifest(recipients=[wrong]), "Bech32's checksum is wrong"),
        ("no-page", manifest(pages=[]), "it needs a page"),
        ("upper-case", manifest(root=sha256(b"root").hex().upper()), "hex is lower case"),
        ("negative-total", manifest(new={"bytes": -1, "objects": 4}), "no size is negative"),
        ("time-with-fraction", manifest(started="2026-11-22T17:38:08.5Z"), "whole seconds"),
        ("other-member", manifest(more=1), "no such member"),
        ("member-missing", bare, "every member stands"),
    ):
        group.refused(f"manifest-{label}", comment, f.canonical_json(members))
    version = f.canonical_json(manifest(format="toride/manifest/v2"))
    group.add("manifest-version-2", "unknown version", "a version to come", version)


def statement(kind: str, subjects: list, previous: str | None = None, **predicate: Any) -> dict:
    predicate |= {"previous": previous, "sequence": 2 if previous else 1, "tool": "toride 1.0.0"}
    return {
        "_type": "https://in-toto.io/Statement/v1",
        "predicate": predicate,
        "predicateType": f"urn:toride:{kind}:v1",
        "subject": [
            {"digest": {"sha256": digest.hex()}, "name": name} for name, digest in subjects
        ],
    }


def rewrap(**others: Any) -> dict[str, Any]:
    keys = [{"key": RUN.hex(), "object": sha256(b"a rewrap").hex(), "size": 426}]
    members = {"keys": keys, "recipients": sorted([RECOVERY.recipient, DRILL.recipient])}
    members |= {"set": SET.hex(), "time": STARTED} | others
    return statement("rewrap", [(f"{SET.hex()}@1", sha256(b"a manifest"))], **members)


def records() -> None:
    group = Group("statement", "13")
    snapshot = [(f"{SET.hex()}@1", sha256(b"a manifest"))]
    verification = statement(
        "verification", snapshot, bytes=5000, claim={"level": 1}, findings={}, finished=FINISHED,
        objects=4, sets=[SET.hex()], started=STARTED, store="primary", verdict="proven",
    )  # fmt: skip
    drill = statement(
        "drill", snapshot, sha256(b"the drill before").hex(),
        controls=[{"foundAs": "content-missing", "sabotage": "file removed"}], findings=[],
        finished=FINISHED, host="drill", isolation={"network": "none"}, level=2, levelAsked=3,
        newestClinical=None, plan="weekly", recoveryPointSeconds=None, scenario="failure",
        seed=sha256(b"seed").hex(), started=STARTED, stepsMilliseconds={"declare": 0}, unit="files",
        verdict="not-proven",
    )  # fmt: skip
    recipient = RECOVERY.recipient
    subject = [(recipient, sha256(recipient.encode()))]
    check = statement("key-check", subject, time=STARTED, verdict="proven")
    for kind, value, comment in (
        ("verification", verification, "the first of its chain"),
        ("drill", drill, "the second of its chain: it names the one before"),
        ("key-check", check, "the subject is the recipient, with the hash of its text"),
    ):
        body = f.canonical_json(value)
        group.taken(f"statement-{kind}", comment, body, predicate_type=f"urn:toride:{kind}:v1")
    other = check | {"predicateType": "urn:toride:other:v1"}
    body = f.canonical_json(other)
    comment = "a type that no reader knows: whole, and passed over"
    group.taken("statement-other-type", comment, body, predicate_type="urn:toride:other:v1")
    no_digest = check | {"subject": [{"digest": {}, "name": recipient}]}
    more = check | {"subject": [check["subject"][0] | {"uri": "x"}]}
    for name, value, comment in (
        ("subject-without-digest", no_digest, "a subject has a SHA-256"),
        ("subject-other-member", more, "no such member"),
        ("other-member", check | {"more": 1}, "no such member"),
    ):
        group.refused(f"statement-{name}", comment, f.canonical_json(value))
    version = f.canonical_json(check | {"_type": "https://in-toto.io/Statement/v2"})
    group.add("statement-version-2", "unknown version", "a version to come", version)

    group = Group("rewrap", "13")
    key = (RUN, sha256(b"a rewrap"), 426)
    fields = {"set": SET, "key": [key], "recipient": sorted([recipient, DRILL.recipient])}
    group.taken("rewrap", "one key, two recipients", f.canonical_json(rewrap()), **fields)
    one = {"key": RUN.hex(), "object": sha256(b"a rewrap").hex(), "size": 426}
    for name, members, comment in (
        ("key-twice", {"keys": [one, one]}, "a key stands twice"),
        ("object-too-large", {"keys": [one | {"size": 65_537}]}, "a key object over 64 KiB"),
        ("other-member", {"keys": [one | {"more": 1}]}, "no such member"),
        ("no-recipient", {"recipients": []}, "nobody could open it"),
        ("recipients-fall", {"recipients": [DRILL.recipient] * 2}, "recipients do not rise"),
    ):
        group.refused(f"rewrap-{name}", comment, f.canonical_json(rewrap(**members)))


def root(**others: Any) -> dict[str, Any]:
    first = f.base64_text(b"a")
    members = {
        "attachments": [{"chunks": [sha256(b"witness").hex()], "name": "witness.json"}],
        "bytes": 12,
        "cut": STARTED,
        "files": 5,
        "format": "toride/root/v1",
        "host": "ward7",
        "list": [
            {"chunk": sha256(b"piece 0").hex(), "first": first, "records": 3},
            {"chunk": sha256(b"piece 1").hex(), "first": f.base64_text(b"m/\xff"), "records": 2},
        ],
        "notes": [{"code": "file-gone", "path": f.base64_text(b"m/gone")}],
        "set": "ssmix2",
        "source": "files",
    }
    assert others.keys() <= members.keys() | {"more"}
    return members | others


def roots() -> None:
    group = Group("root", "15")
    comment = "two pieces, an attachment, a note; a path that is no UTF-8"
    group.taken("root", comment, f.canonical_json(root()))
    nothing = root(attachments=[], bytes=0, files=0, list=[], notes=[])
    group.taken("root-of-nothing", "a source without a file", f.canonical_json(nothing))
    piece = {"chunk": sha256(b"piece 0").hex(), "first": "YQ==", "records": 5}
    for name, members, comment in (
        ("records", root(files=6), "the pieces' records do not add up to files"),
        ("source", root(source="tape"), "there is no such source"),
        (
            "empty-piece",
            root(files=5, list=[piece, piece | {"records": 0}]),
            "a piece has a record",
        ),
        (
            "first-not-base64",
            root(list=[piece | {"first": "YQ"}]),
            "a path is Base64, with padding",
        ),
        ("piece-member", root(list=[piece | {"last": "YQ=="}]), "no such member"),
        ("note-member", root(notes=[{"code": "x", "path": "", "more": 1}]), "no such member"),
        ("negative", root(bytes=-1), "no size is negative"),
        ("other-member", root(more=1), "no such member"),
    ):
        group.refused(f"root-{name}", comment, f.canonical_json(members))
    version = f.canonical_json(root(format="toride/root/v2"))
    group.add("root-version-2", "unknown version", "a version to come", version)


def make() -> None:
    envelopes()
    manifests()
    records()
    roots()
