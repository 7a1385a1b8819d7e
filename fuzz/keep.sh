#!/bin/bash
# Makes seeds of what fuzz.sh learned: fuzz/keep.sh [PARSER…]. Of the small inputs that reach what no
# seed does each parser gets up to 24, and 6 KiB: the shortest that it takes, and the longest that it
# refuses, for those get furthest. Their names say which they are.
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
    find "$out/corpus/$FUZZ_PARSER" -type f -size -512c -exec cp -t "$out/small" {} +
    cp "$seeds"/* "$out/merged"
    "$out/fuzz" -merge=1 -verbosity=0 "$out/merged" "$out/small" > "$out/logs/merge" 2>&1
    (cd "$seeds" && ls) | while read -r seed; do rm "$out/merged/$seed"; done
    mapfile -t files < <(find "$out/merged" -type f -size +0 -printf '%s %p\n' | sort -n | cut -d' ' -f2)
    [ ${#files[@]} -gt 0 ] || continue
    # One line for each, in their order: the search for leaks would feed them twice.
    FUZZ_TELL=1 "$out/fuzz" -detect_leaks=0 "${files[@]}" 2> /dev/null > "$out/logs/outcomes"
    [ "$(wc -l < "$out/logs/outcomes")" -eq ${#files[@]} ]
    count=0
    total=0
    while read -r outcome file; do
        size=$(stat -c %s "$file")
        if [ $count -lt 24 ] && [ $((total + size)) -le 6144 ]; then
            cp "$file" "$seeds/$outcome-$(sha256sum "$file" | cut -c1-12)"
            count=$((count + 1))
            total=$((total + size))
        fi
    done < <(paste -d' ' "$out/logs/outcomes" <(printf '%s\n' "${files[@]}") > "$out/logs/told"
        awk '/^taken/ && ++n <= 12' "$out/logs/told"
        awk '/^refused/' "$out/logs/told" | tac)
    echo "$FUZZ_PARSER: $count more seeds, $total bytes"
done
