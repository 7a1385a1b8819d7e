#!/usr/bin/env python3
"""Makes the folders of an Orthanc that was stopped: starts one, sends it DICOM files, stops it.

    demo/orthanc.py STORE FOLDER…

STORE is made anew: storage and index lie in STORE/db, the log in STORE/orthanc.log. Every file of
every FOLDER is sent; Orthanc refuses what it does not take for DICOM. Says how many it took. With
--owner NAME it runs as that user, to whom STORE then belongs.
Python's standard library only.
"""
import argparse
import json
import os
import pwd
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def answer(url: str, body: bytes | None = None) -> bytes:
    # No proxy stands between this machine and itself.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(urllib.request.Request(url, data=body), timeout=60) as response:
        return response.read()


def wait_until_ready(server: subprocess.Popen, url: str) -> None:
    for _ in range(600):
        if server.poll() is not None:
            sys.exit(f"Orthanc ended with {server.returncode}")
        try:
            answer(f"{url}/system")
            return
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.05)
    sys.exit("Orthanc does not answer")


def send(url: str, folders: list[str]) -> tuple[int, int]:
    """How many files were sent, and how many were refused."""
    sent = refused = 0
    for folder in folders:
        for at, _, names in sorted(os.walk(folder)):
            for name in sorted(names):
                with open(os.path.join(at, name), "rb") as file:
                    body = file.read()
                sent += 1
                try:
                    answer(f"{url}/instances", body)
                except urllib.error.HTTPError:
                    refused += 1
    return sent, refused


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--owner", help="who runs it")
    parser.add_argument("store")
    parser.add_argument("folders", nargs="+")
    wanted = parser.parse_args()
    store = os.path.abspath(wanted.store)
    shutil.rmtree(store, ignore_errors=True)
    os.makedirs(f"{store}/db")
    port = free_port()
    with open(f"{store}/orthanc.json", "w", encoding="utf-8") as file:
        json.dump({
            "StorageDirectory": f"{store}/db", "IndexDirectory": f"{store}/db", "HttpPort": port,
            "RemoteAccessAllowed": False, "AuthenticationEnabled": False,
            "DicomServerEnabled": False, "StoreMD5ForAttachments": True, "Plugins": [],
        }, file)
    owner = pwd.getpwnam(wanted.owner) if wanted.owner else None
    if owner:
        for path in (store, f"{store}/db", f"{store}/orthanc.json"):
            os.chown(path, owner.pw_uid, owner.pw_gid)
    url = f"http://127.0.0.1:{port}"
    with open(f"{store}/orthanc.log", "wb") as log:
        server = subprocess.Popen(
            ["Orthanc", f"{store}/orthanc.json"], stdin=subprocess.DEVNULL, stdout=log, stderr=log,
            env={**os.environ, "PATH": f"{os.environ.get('PATH', '')}:/usr/sbin"},
            user=owner.pw_uid if owner else None, group=owner.pw_gid if owner else None)
        try:
            wait_until_ready(server, url)
            sent, refused = send(url, wanted.folders)
            held = json.loads(answer(f"{url}/statistics"))
        finally:
            server.terminate()
            server.wait(timeout=60)
    print(f"{held['CountInstances']} images of {held['CountPatients']} patients in "
          f"{held['CountStudies']} studies; {sent} files sent, {refused} refused")


if __name__ == "__main__":
    main()
