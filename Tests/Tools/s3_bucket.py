#!/usr/bin/env python3
"""Makes a bucket of an S3 server, for tests.

  AWS_ACCESS_KEY_ID=… AWS_SECRET_ACCESS_KEY=… s3_bucket.py ENDPOINT BUCKET KIND

`plain` keeps one version of an object, `versioned` every one, `suspended` no more than those that
it kept before, `locked` every one and can lock them (S3 Object Lock). `open` is a plain one that
everybody may list by its access list, `public` one of which everybody may read each object by its
policy. Independent of the product: it signs by itself (AWS Signature Version 4).

Exit: 0 made, 1 refused (with the server's answer), 2 usage.
"""

import hashlib
import hmac
import http.client
import json
import os
import sys
import time
from urllib.parse import urlsplit

REGION = "us-east-1"


def signed(secret: str, key_id: str, method: str, path: str, query: str,
           headers: dict[str, str], body: bytes) -> dict[str, str]:
    """The headers with those that sign them: docs.aws.amazon.com, "Create a signed AWS API
    request". `query` is in its canonical form already."""
    moment = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime())
    digest = hashlib.sha256(body).hexdigest()
    headers = headers | {"x-amz-date": moment, "x-amz-content-sha256": digest}
    names = ";".join(sorted(headers))
    lines = "".join(f"{name}:{headers[name]}\n" for name in sorted(headers))
    canonical = "\n".join([method, path, query, lines, names, digest])
    scope = f"{moment[:8]}/{REGION}/s3/aws4_request"
    text = "\n".join(["AWS4-HMAC-SHA256", moment, scope,
                      hashlib.sha256(canonical.encode()).hexdigest()])
    key = b"AWS4" + secret.encode()
    for part in scope.split("/"):
        key = hmac.digest(key, part.encode(), "sha256")
    signature = hmac.digest(key, text.encode(), "sha256").hex()
    return headers | {"Authorization": f"AWS4-HMAC-SHA256 Credential={key_id}/{scope},"
                      f"SignedHeaders={names},Signature={signature}"}


def send(endpoint: str, method: str, path: str, query: str = "",
         headers: dict[str, str] | None = None, body: bytes = b"") -> None:
    """Sends a request; ends the program if it is refused."""
    where = urlsplit(endpoint)
    headers = signed(os.environ["AWS_SECRET_ACCESS_KEY"], os.environ["AWS_ACCESS_KEY_ID"],
                     method, path, query, {"host": where.netloc} | (headers or {}), body)
    connection = http.client.HTTPConnection(where.netloc, timeout=30)
    connection.request(method, path + (f"?{query}" if query else ""), body, headers)
    answer = connection.getresponse()
    said = answer.read()
    if answer.status >= 300:
        sys.exit(f"{method} {path}?{query}: {answer.status} {said.decode(errors='replace')}")


def versioning(status: str) -> bytes:
    """The document that lets a bucket keep versions, or no more of them."""
    return (b'<VersioningConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/">'
            b"<Status>" + status.encode() + b"</Status></VersioningConfiguration>")


def public(bucket: str) -> bytes:
    """The policy that lets everybody read each object of a bucket."""
    return json.dumps({"Version": "2012-10-17", "Statement": [{
        "Effect": "Allow", "Principal": "*", "Action": ["s3:GetObject"],
        "Resource": [f"arn:aws:s3:::{bucket}/*"]}]}).encode()


def main() -> None:
    """Reads the arguments and makes the bucket."""
    kinds = ("plain", "versioned", "suspended", "locked", "open", "public")
    if len(sys.argv) != 4 or sys.argv[3] not in kinds:
        print(__doc__, file=sys.stderr)
        sys.exit(2)
    endpoint, bucket, kind = sys.argv[1:]
    lock = {"x-amz-bucket-object-lock-enabled": "true"} if kind == "locked" else {}
    send(endpoint, "PUT", f"/{bucket}", headers=lock)
    statuses = {"versioned": ["Enabled"], "suspended": ["Enabled", "Suspended"]}
    for status in statuses.get(kind, []):
        send(endpoint, "PUT", f"/{bucket}", query="versioning=", body=versioning(status))
    if kind == "open":
        send(endpoint, "PUT", f"/{bucket}", query="acl=", headers={"x-amz-acl": "public-read"})
    if kind == "public":
        send(endpoint, "PUT", f"/{bucket}", query="policy=", body=public(bucket))


if __name__ == "__main__":
    main()
