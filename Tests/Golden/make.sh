#!/bin/bash
# Makes a golden repository: Tests/Golden/make.sh PROGRAM FOLDER
#
# PROGRAM is the `toride` whose repository shall be kept; FOLDER must not exist. Run it as root: the
# files belong to root, and the host is called `golden` in the snapshots. Everything is invented
# here; nothing of this machine goes in but the path below, which is the same on every machine.
set -euo pipefail
program=$(realpath "$1")
out=$(realpath -m "$2")
tree=$(realpath "$(dirname "$0")")/tree.py
site=/tmp/toride-golden
[ ! -e "$out" ] || { echo "$out is there already" >&2; exit 2; }
if [ "${GOLDEN_HOST:-}" != yes ]; then
    GOLDEN_HOST=yes exec unshare --uts -- bash -c 'hostname golden; exec "$@"' - \
        bash "$0" "$program" "$out"
fi
rm -rf "$site"
umask 022
mkdir -p "$site"/source/messages/001 "$site"/source/images "$site"/source/empty "$out"
export TORIDE_CONFIG=$site/toride.yaml
recipient=$("$program" key new --quiet --out "$site/identity.txt" | head -1)
cat > "$TORIDE_CONFIG" <<YAML
site: {name: Golden, timezone: Asia/Tokyo, language: en}
state: $site/state
recipients: {recovery: $recipient}
stores:
  primary: {path: $site/store}
sets:
  files:
    source: {files: {paths: [$site/source]}}
YAML
"$program" init --quiet

cd "$site/source"
# Small files, bundled: short, empty, of one byte, named in bytes that are no UTF-8.
for number in 1 2 3 4 5 6 7 8 9; do
    printf 'MSH|^~\\&|INVENTED|||%s\rPID|1||P-%04d||Nobody^Number%s\r' \
        "2026112212000$number" "$number" "$number" > "messages/001/$number.hl7"
done
printf x > messages/one
: > messages/none
printf '架空の患者' > "messages/患者"
printf 'shift jis' > "messages/$(printf '\212\263\216\322')"
# A file of one chunk and one of several; both compress to little.
python3 -c 'for n in range(12000): print("%06d,7.4,4.1,140,103,%d" % (n, n % 7))' > results.csv
python3 -c 'import sys; sys.stdout.write("0123456789abcde\n" * (5 << 16))' > images/series
# Noise, which does not compress, from a generator that is the same everywhere.
python3 -c '
import hashlib, sys
for n in range(640): sys.stdout.buffer.write(hashlib.sha256(b"golden %d" % n).digest())
' > images/noise
# Holes at the start, between and at the end.
truncate -s 3M images/sparse
printf 'data' | dd of=images/sparse bs=1 seek=1048576 conv=notrunc status=none
# Everything that is no plain file.
ln -s ../messages/none images/link
ln results.csv images/second-name
mkfifo messages/pipe
chmod 0640 messages/one
chmod 04755 messages/none
chmod 0700 empty
find . -depth -exec touch --no-dereference -d '2026-11-22T03:04:05.678901234Z' {} +

"$program" backup --quiet
python3 "$tree" . > "$out/1.tree"

# Two days later: one file is new, one grew, one is gone.
printf 'second\n' > messages/002
printf '012000,7.4,4.1,140,103,0\n' >> results.csv
rm messages/one
find . -depth -exec touch --no-dereference -d '2026-11-24T03:04:05.000000001Z' {} +
"$program" backup --quiet
python3 "$tree" . > "$out/2.tree"
"$program" verify --quiet

cp -r "$site/store" "$out/store"
rm -rf "$out/store/unfinished"
cp "$site/identity.txt" "$site/state/host.pub" "$out/"
[ ! -e "$site/state/verifier.pub" ] || cp "$site/state/verifier.pub" "$out/"
cp "$site/state/sets/files/head" "$out/head"
find "$out" -type d -exec chmod 755 {} +
find "$out" -type f -exec chmod 644 {} +
rm -rf "$site"
du -sb "$out"
