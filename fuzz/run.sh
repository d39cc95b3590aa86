#!/bin/sh
# Runs each fuzz target for some seconds (15 by default), beginning with the committed inputs. New inputs are kept in
# fuzz/target/corpus for the next run. Fails if a target crashed, hung (10 s for one input) or used more than 2 GiB.
#
#   fuzz/run.sh [SECONDS] [TARGET...]
#
# It needs only a C++ compiler for libFuzzer. Every rustc can instrument for coverage; a stable one must be allowed to.
set -eu
cd "$(dirname "$0")"
seconds=${1:-15}
[ $# -eq 0 ] || shift

skipped() {
    echo "fuzzing is SKIPPED: $1" >&2
    exit 0
}

export RUSTC_BOOTSTRAP=1
command -v c++ >/dev/null 2>&1 || skipped "libFuzzer needs a C++ compiler"
# With /dev/null as its output, rustc would replace that device by a file.
tried=$(mktemp -d)
trap 'rm -r "$tried"' EXIT
echo 'fn main() {}' | rustc -Cpasses=sancov-module --emit=metadata -o "$tried/metadata" - >/dev/null 2>&1 ||
    skipped "this rustc has no coverage instrumentation (rustup toolchain install nightly)"

coverage="-Cpasses=sancov-module"
for flag in -sanitizer-coverage-level=4 -sanitizer-coverage-inline-8bit-counters -sanitizer-coverage-pc-table \
    -sanitizer-coverage-trace-compares -simplifycfg-branch-fold-threshold=0; do
    coverage="$coverage -Cllvm-args=$flag"
done
coverage="$coverage --cfg fuzzing"
host=$(rustc -vV | sed -n 's/^host: //p')
# With a target named, build scripts and macros are not instrumented.
RUSTFLAGS="$coverage" cargo build --release --target "$host"

fuzz() {
    found=target/corpus/$1
    artifacts=artifacts/$1
    log=target/$1.log
    mkdir -p "$found" "$artifacts"
    if FUZZ_TARGET=$1 "target/$host/release/fuzz" "$found" "corpus/$1" -artifact_prefix="$artifacts/" \
        -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 -max_len=16384 -print_final_stats=1 \
        >"$log" 2>&1; then
        echo "$1: $(sed -n 's/^stat::number_of_executed_units: *//p' "$log") executions, no crash," \
            "slowest $(sed -n 's/^stat::slowest_unit_time_sec: *//p' "$log") s," \
            "peak $(sed -n 's/^stat::peak_rss_mb: *//p' "$log") MB"
    else
        echo "$1: CRASHED; the input is in fuzz/$artifacts, the end of fuzz/$log:" >&2
        tail -n 40 "$log" >&2
        touch "$tried/crashed"
    fi
    rmdir "$artifacts" artifacts 2>/dev/null || true
}

# As many at once as there are processors.
running=0
for target in ${*:-$(ls corpus)}; do
    fuzz "$target" &
    running=$((running + 1))
    [ $((running % $(getconf _NPROCESSORS_ONLN))) -ne 0 ] || wait
done
wait
[ ! -e "$tried/crashed" ]
