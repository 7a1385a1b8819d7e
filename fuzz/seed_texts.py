"""First inputs that people, servers or a host write: by parser."""

import json


def canonical(value) -> str:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


HASH = "07" * 32
TIME = "2026-11-22T17:38:08Z"


def record(kind: str, subject: str, **members) -> str:
    return canonical({
        "_type": "https://in-toto.io/Statement/v1",
        "predicate": {"previous": None, "sequence": 1, "tool": "toride", **members},
        "predicateType": f"urn:toride:{kind}:v1",
        "subject": [{"digest": {"sha256": HASH}, "name": subject}],
    })


CONFIGURATION = """site: {name: 中央病院, timezone: Asia/Tokyo, language: en}
role: backup
state: /var/lib/toride
recipients: {recovery: age1recovery, drill: age1drill}
stores:
  vault: {path: /mnt/vault, class: O4}
  primary: {path: /srv/toride}
verify: {schedule: "0 12 * * *"}
sets:
  ehr-db:
    source: {postgresql: {connection: "service=ehr", database: health}}
    schedule: "0 2 * * *"
    clinical:
      time: [evaluation.start, 'public."Visit".At']
      firstRecord: |
        select *
        from patient limit 1
    stores: [primary, vault]
    canary: true
    rpo: 24h
  ssmix2:
    source:
      files: {paths: [/srv/ssmix2, "/srv/二次"], exclude: ["*.tmp"], oneFileSystem: true}
    verify: {schedule: "@weekly"}
    stores: [vault]
    recipients: [recovery]
    before: [/usr/bin/snapshot, --make, ""]
groups:
  ehr: {sets: [ehr-db, ssmix2], lag: 15m}
drills:
  weekly: {group: ehr, schedule: "0 4 * * 0", scenario: cyber, level: 3, rto: 4h, rpo: 7d,
    generation: 2, assertions: [/etc/toride/ehr.sql]}
  yearly:
    group: ehr
    scenario: disaster
    store: vault
    level: 4
    sentinels:
      - {name: chart-1, set: ehr-db, query: select 1, sha256: 0707070707070707070707070707070707070707070707070707070707070707}
      - {name: image-1, set: ssmix2, path: /srv/ssmix2/a, sha256: 0707070707070707070707070707070707070707070707070707070707070707}
drill: {identityOnThisHost: true, scratch: /var/lib/drill}
"""

ROLES = r'''--
\restrict abc
SET standard_conforming_strings = on;
CREATE ROLE clerk;
ALTER ROLE clerk WITH NOSUPERUSER INHERIT LOGIN PASSWORD 'SCRAM-SHA-256$4096:a$b:c';
ALTER ROLE "Dr. ""A""" SET search_path TO 'public';
COMMENT ON ROLE clerk IS E'desk\n1';
GRANT clerk TO "Dr. ""A""" GRANTED BY postgres;
\unrestrict abc
'''

WITNESS = {
    "canary": {"digest": HASH, "id": "07"},
    "clinicalTimes": [{"column": "a.b", "later": 0, "newest": "2026-11-22 17:38:08+00",
                       "type": "timestamptz"}],
    "database": {"characterType": "C", "collation": "C", "encoding": "UTF8", "locale": None,
                 "localeProvider": "c", "name": "health"},
    "largeObjects": {"bytes": 3, "count": 1, "hash": "5"},
    "notCompared": [{"isExpected": True, "reason": "unlogged", "subject": "table a.c"}],
    "objects": [["column", "public.a.b", "12"]],
    "sequences": [{"cycles": False, "increment": 1, "isCalled": True, "lastValue": 7,
                   "name": "public.s"}],
    "serverVersion": 150020,
    "tables": [["public.a", 3, "77"], ["public.c", None, None]],
    "takenAt": "2026-11-22 17:38:08+00",
    "version": 1,
}

PROFILE = {
    "broken": {"S7": {"count": 1, "tokens": "AAAAAAAAAAE="}}, "bytes": 12,
    "counts": {"OML-11/1": 2},
    "days": {"20260118": 2}, "files": 2, "format": "ssmix2",
    "localOffset": 32400, "newest": 1768700000,
    "outcomes": {"judged": 2}, "partial": False, "rules": "2026-11",
    "sums": {"ssmix2-tally": -5}, "unread": 0,
}

TEXTS = {
    # The harness's own: 32 bytes of 7, which open nothing.
    "identities": [
        "AGE-SECRET-KEY-1QURSWPC8QURSWPC8QURSWPC8QURSWPC8QURSWPC8QURSWPC8QURSKMP32K\n",
        "# a comment\r\n\r\n"
        "AGE-SECRET-KEY-1QURSWPC8QURSWPC8QURSWPC8QURSWPC8QURSWPC8QURSWPC8QURSKMP32K\r\n",
    ],
    "configuration": [CONFIGURATION],
    "connection": ["service=ehr", "host=/run/postgresql user = 'to\\'ride' port=5432",
                   r"host='a b\'c' application_name=\\"],
    "clinical-column": ["evaluation.start", 'public."Visit "" of".At'],
    "reach-lines": ["192.0.2.10:445 timed-out\n[2001:db8::1]:443 connected\n",
                    "[2001:db8::1]:443 refused\r\n192.0.2.10:445 unreachable\r\n"],
    "schedule": ["*/5 1-3,22 * jan-mar/2 sun", "@weekly", "0 0 29 2 *", "30 2 1,15 * 5"],
    "duration": ["90s", "15m", "4h", "7d"],
    "glob": ["*.tmp\0a/b.tmp", "/a/**/c?[!x-z]\0a/b/b/cde", "**/node\0node", "[]a-c]*\0]x"],
    "expected-head": [f"ehr-db=12:{HASH}"],
    "signer-file": [
        f"# on the medium\n\n{HASH} # the host\n",
        f"{HASH} kind=snapshot,drill set={HASH[:32]} "
        f"through={HASH[:32]}=12:{HASH},drill=3:{HASH}  # 中央\r\n" + "08" * 32 + " through=none",
    ],
    "safe-text": ["plain", "中央\\病院\x1b[2J\n".encode(), b"\x95\x61\xff", "\u202eexe"],
    "host-state": [
        b"\0key " + f"{HASH} {HASH} 328 {HASH} .\nindex {HASH} 4096 .\nindex {HASH}".encode(),
        b"\1" + f"12 {HASH}\n".encode(),
        b"\2" + f"{HASH[:32]}\n".encode(),
        b"\3" + f"{HASH}\n{HASH}\n".encode(),
    ],
    "statement": [
        record("drill", "07" * 16 + "@3", controls=[{"foundAs": "schema-differs",
               "sabotage": "dropped index"}], findings=[], finished=TIME, host="h", isolation={},
               level=3, levelAsked=3, newestClinical=None, plan="weekly",
               recoveryPointSeconds=None, scenario="cyber", seed=HASH, started=TIME,
               stepsMilliseconds={"usable": 5}, unit="ehr", verdict="proven"),
        record("key-check", "age1recovery", time=TIME, verdict="proven"),
        record("attack", "attacks/" + HASH, attempts=[{"answer": "403 AccessDenied",
               "attack": "delete-version", "lost": None, "outcome": "refused"}], findings={},
               finished=TIME, started=TIME, store="vault", verdict="proven"),
        record("hold", "07" * 16 + "@3", action="place", findings={}, finished=TIME, objects=142,
               reason="incident 12", started=TIME, store="vault", verdict="proven"),
    ],
    "roles-script": [ROLES],
    "dump-statements": [
        "CREATE FUNCTION f(language text) RETURNS text LANGUAGE plpgsql AS $$ BEGIN "
        "RETURN 'alter the system'; END $$;",
        "CREATE FUNCTION f() RETURNS int LANGUAGE sql BEGIN ATOMIC SELECT CASE WHEN true THEN 1 "
        "END; SELECT 2; END;",
        "COMMENT ON TABLE t IS 'it''s';\nSELECT pg_catalog.setval('public.s', 5, true);",
        "/* a /* b */ */ CREATE RULE r AS ON DELETE TO t DO ( SELECT 1; SELECT E'\\x41\\101'; );",
    ],
    "witness": [canonical(WITNESS)],
    "clinical-witness": [
        canonical({"format": "toride/clinical/v1", "stores": []}),
        canonical({"format": "toride/clinical/v1",
                   "stores": [{"profile": PROFILE, "root": "cw=="}]}),
    ],
    # Path, size, then words as they come, a count of each list.
    "clinical-facts": [
        b"\1f\x0a" + b"\0\6judged" + b"\0\0\0\0\0",
        b"\1f\x0a" + b"\0\6judged" + b"\1" + b"\1\2CT" + b"\1" + b"\1\xaa\xb2\xd5\x09\1" + b"\1\2"
        + b"\1" + b"\2\2D1" + b"\3\0" + b"\1" + b"\4\7patient" + b"\7" * 16,
    ],
    "clinical-ssmix2-extended": [
        b"012/345/0123456789/20160101/L-OBSERVATIONS^OBSERVATIONS^99ZL01/0123456789_20160101_"
        b"L-OBSERVATIONS^OBSERVATIONS^99ZL01_0001_20160101150032100_1/main_document.hl7\0"
        b"MSH|^~\\&|HIS|S|GW|R|20160102000100||ORU^R30^ORU_R30|1|P|2.5||||||~ISO IR87\r"
        b"PID|0001||0123456789^^^^PI\rPV1|0001|I\rORC|SC|1\rOBR|1|1\r"
        b"OBX|1|NM|9A7^^JC10||58|mm||||F\r",
    ],
    "clinical-uke": [
        b"202607/RECEIPTC.UKE\0"
        b"IR,1,13,1,1234567,,\x8a\xb3\x8e\xd2,202607,00,03-0000-0000\r\n"
        b"RE,1,1112,202606,\x8a\xb3\x8e\xd2,1,19501231,,,,,,,0001" + b"," * 24 + b"\r\n"
        b"HO,06132013,\x8a\xb3,1234567,1,580" + b"," * 9 + b"\r\n"
        b"SI,11,1,111000110,,288,1,,,,,,,1" + b"," * 30 + b"\r\n"
        b"GO,1,580,99\r\n\x1a",
    ],
}
