#!/usr/bin/env bash
# Installs the Debian packages that building, testing and the demo need, and those that are named as
# arguments; asks the network for nothing when all are there.
set -euo pipefail

packages=(
    libssl-dev libzstd-dev zlib1g-dev libsqlite3-dev libpq-dev libcurl4-openssl-dev
    libxml2-dev # of Foundation's XML
    pkg-config
    postgresql-15 postgresql-client-15 orthanc socat bubblewrap age acl attr rsync strace gdb tzdata
    python3 python3-cryptography python3-zstandard python3-numpy # rescue/
    binutils systemd faketime squashfs-tools erofs-utils e2fsprogs iproute2 # tests alone
    "$@"
)

missing=()
for package in "${packages[@]}"; do
    if ! dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q '^install ok installed$'; then
        missing+=("$package")
    fi
done
if [ ${#missing[@]} -eq 0 ]; then
    exit 0
fi

echo "installing Debian packages: ${missing[*]}"
as_root=()
if [ "$(id -u)" -ne 0 ]; then
    as_root=(sudo)
fi
# The distribution starts a PostgreSQL server of its own on installing it; none is wanted here.
policy=/usr/sbin/policy-rc.d
if [ ! -e "$policy" ]; then
    printf '#!/bin/sh\nexit 101\n' | "${as_root[@]}" tee "$policy" >/dev/null
    "${as_root[@]}" chmod 755 "$policy"
    trap '"${as_root[@]}" rm -f "$policy"' EXIT
fi
"${as_root[@]}" apt-get update -qq
"${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
    apt-get install -y -qq --no-install-recommends "${missing[@]}"
