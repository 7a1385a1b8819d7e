#!/bin/bash
# Fuzzes every parser of foreign bytes in turn: fuzz/fuzz.sh SECONDS [PARSER…]. Ends with 1 if one
# crashes, hangs for 10 s, takes more than 512 MiB, or takes bytes that it would not write.
# What was learned is kept in .build-fuzz/corpus; what a parser died of stands in .build-fuzz/found.
set -euo pipefail
cd "$(dirname "$0")/.."
seconds=$1
shift
out=$PWD/.build-fuzz
mkdir -p "$out/found"

# SwiftPM cannot link a libFuzzer program (it renames main), so the few modules are built here.
flags=(-O -swift-version 6 -package-name toride -parse-as-library -sanitize=fuzzer,address
    -enable-upcoming-feature ExistentialAny -enable-upcoming-feature MemberImportVisibility
    -enable-upcoming-feature InternalImportsByDefault -I "$out" -I Sources/CZstd)
for module in Model Compression Format; do
    swiftc "${flags[@]}" -wmo -emit-module -emit-module-path "$out/$module.swiftmodule" \
        -module-name "$module" -emit-object -o "$out/$module.o" Sources/"$module"/*.swift
done
swiftc "${flags[@]}" fuzz/Fuzz.swift "$out"/{Model,Compression,Format}.o -lzstd -o "$out/fuzz"

parsers=("$@")
if [ ${#parsers[@]} -eq 0 ]; then
    mapfile -t parsers < <(sed -n 's/^    Parser(name: "\([a-z0-9-]*\)".*/\1/p' fuzz/Fuzz.swift)
fi
failed=0
for parser in "${parsers[@]}"; do
    corpus=$out/corpus/$parser
    mkdir -p "$corpus"
    seeds=fuzz/seeds/$parser
    [ -d "$seeds" ] || seeds=
    log=$out/$parser.log
    if FUZZ_PARSER=$parser SWIFT_BACKTRACE=enable=no "$out/fuzz" -max_total_time="$seconds" \
        -timeout=10 -rss_limit_mb=512 -max_len=65536 -print_final_stats=1 -verbosity=1 \
        -artifact_prefix="$out/found/$parser-" "$corpus" ${seeds:+"$seeds"} > "$log" 2>&1; then
        result=sound
    else
        result=FAILED
        failed=1
    fi
    runs=$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")
    peak=$(sed -n 's/^stat::peak_rss_mb: *//p' "$log")
    echo "$parser: $result · ${runs:-?} inputs in $seconds s · peak ${peak:-?} MiB ·" \
        "$(find "$corpus" -type f | wc -l) kept"
done
exit $failed
