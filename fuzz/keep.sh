#!/bin/bash
# Makes seeds of what fuzz.sh learned: fuzz/keep.sh [PARSER…]. Of each parser it takes small inputs
# that reach what no seed does, up to 8 KiB of them, and names them by what the parser says.
set -euo pipefail
cd "$(dirname "$0")/.."
out=$PWD/.build-fuzz
parsers=("$@")
[ ${#parsers[@]} -gt 0 ] || mapfile -t parsers < <(ls fuzz/seeds)
export SWIFT_BACKTRACE=enable=no FUZZ_PARSER
for FUZZ_PARSER in "${parsers[@]}"; do
    seeds=fuzz/seeds/$FUZZ_PARSER
    rm -rf "$out/small" "$out/merged"
    mkdir -p "$out/small" "$out/merged" "$out/corpus/$FUZZ_PARSER"
    find "$out/corpus/$FUZZ_PARSER" -type f -size -1024c -exec cp -t "$out/small" {} +
    cp "$seeds"/* "$out/merged"
    "$out/fuzz" -merge=1 -verbosity=0 "$out/merged" "$out/small" > "$out/logs/merge" 2>&1
    total=$(cat "$seeds"/* | wc -c)
    while read -r size file; do
        [ ! -e "$seeds/$(basename "$file")" ] && [ $((total + size)) -le 8192 ] || continue
        outcome=$(FUZZ_TELL=1 "$out/fuzz" "$file" 2> /dev/null)
        name=$outcome-$(sha256sum "$file" | cut -c1-12)
        [ -e "$seeds/$name" ] || { cp "$file" "$seeds/$name"; total=$((total + size)); }
    done < <(find "$out/merged" -type f -printf '%s %p\n' | sort -n)
    echo "$FUZZ_PARSER: $(find "$seeds" -type f | wc -l) seeds, $total bytes"
done
