#!/bin/bash
# Fuzzes every parser of foreign bytes: fuzz/fuzz.sh SECONDS [PARSER…], SECONDS of a processor for each,
# FUZZ_JOBS of them side by side (2 where it is not set). Ends with 1 if one crashes, hangs for 10 s, takes more than 512 MiB, or
# breaks a promise (Sources/Fuzzing). What was learned stays in .build-fuzz/corpus, what a parser died
# of in .build-fuzz/found; fuzz/keep.sh makes seeds of the one, and a mended one of the other is a
# seed too.
set -euo pipefail
cd "$(dirname "$0")/.."
export seconds=$1 out=$PWD/.build-fuzz
shift
mkdir -p "$out/found" "$out/logs"

# SwiftPM builds the module as it builds every other, with coverage counters and the address
# sanitizer. It cannot link a libFuzzer program, for that brings a main of its own: so we do.
swift build -c release --scratch-path "$out/build" --target Fuzzing --sanitize address \
    -Xswiftc -sanitize=fuzzer,address -Xcc -fsanitize=fuzzer-no-link
objects=()
while read -r object; do
    module=$(basename "$(dirname "$object")" .build)
    # What a source left that is gone is not linked.
    if [ ! -d "Sources/$module" ] || [ -e "Sources/$module/$(basename "$object" .o)" ]; then
        objects+=("$object")
    fi
done < <(find "$(readlink -f "$out/build/release")" -path '*.build/*.o')
swiftc -use-ld=lld -sanitize=fuzzer,address "${objects[@]}" -lcrypto -lzstd -lpq -lsqlite3 -lcurl -o "$out/fuzz"

parsers=("$@")
[ ${#parsers[@]} -gt 0 ] || mapfile -t parsers < <(ls fuzz/seeds)

fuzz_one() {
    local parser=$1 corpus=$out/corpus/$1 log=$out/logs/$1 result=sound leaks=1
    # Foundation's XMLParser loses 72 bytes with each document that is not well-formed.
    [ "$parser" != s3-document ] || leaks=0
    mkdir -p "$corpus"
    rm -f "$log.row"
    # Bounded in memory and in what it writes (blocks of 1 KiB); a parser that hangs ends by -timeout.
    # Its time is counted in seconds of a processor, not of the clock: half an hour on a machine that
    # has other work would else be any number of minutes. USR1 asks libFuzzer to end with its figures.
    ulimit -f 65536
    FUZZ_PARSER=$parser SWIFT_BACKTRACE=enable=no ASAN_OPTIONS=quarantine_size_mb=16 \
        "$out/fuzz" -timeout=10 -detect_leaks=$leaks -rss_limit_mb=512 -max_len=65536 \
        -print_final_stats=1 -verbosity=0 -artifact_prefix="$out/found/$parser-" \
        "$corpus" "fuzz/seeds/$parser" > "$log" 2>&1 &
    local fuzzer=$! cpu=0 now
    trap 'kill -USR1 $fuzzer 2>/dev/null' EXIT
    while now=$(ps -o cputimes= -p $fuzzer); do
        cpu=$((now))
        [ $cpu -lt "$seconds" ] || kill -USR1 $fuzzer 2>/dev/null || true
        sleep 1
    done
    wait $fuzzer || result=FAILED
    awk -v parser="$parser" -v result="$result" -v cpu=$cpu -v kept="$(find "$corpus" -type f | wc -l)" '
        /^stat::number_of_executed_units:/ { inputs = $2 }
        /^stat::peak_rss_mb:/ { peak = $2 }
        END { printf "%-16s %-7s %10s %7.0f %6s %8s\n", parser, result, inputs ? inputs : "?",
            cpu, peak ? peak : "?", kept }' "$log" | tee "$out/logs/$parser.row" >&2
}
export -f fuzz_one

printf '%s\n' "${parsers[@]}" | xargs -P "${FUZZ_JOBS:-2}" -I {} bash -c 'fuzz_one {}'
echo "$seconds s of a processor each"
printf '%-16s %-7s %10s %7s %6s %8s\n' parser result inputs 'CPU s' MiB kept
failed=0
for parser in "${parsers[@]}"; do
    cat "$out/logs/$parser.row"
    ! grep -q FAILED "$out/logs/$parser.row" || failed=1
done
if [ $failed -ne 0 ]; then
    echo "what a parser died of lies in $out/found, its words in $out/logs" >&2
fi
exit $failed
