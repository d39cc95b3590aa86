#!/bin/sh
# Runs each fuzz target for some seconds (15 by default), beginning with the committed inputs. New inputs are kept in
# target/fuzz/corpus for the next run. Fails if a target crashed, hung (10 s for one input) or used more than 2 GiB.
#
#   fuzz/run.sh [SECONDS] [TARGET...]
#   CARGO_PROFILE_DEV_OPT_LEVEL=2 fuzz/run.sh 3600     a longer build, several times as many inputs
#
# It needs only a C++ compiler for libFuzzer. Every rustc can instrument for coverage; a stable one must be allowed to.
# Only this project's own code is instrumented: its dependencies are those that the tests were built with.
set -eu
cd "$(dirname "$0")"
seconds=${1:-15}
[ $# -eq 0 ] || shift

skipped() {
    echo "fuzzing is SKIPPED: $1" >&2
    exit 0
}

command -v c++ >/dev/null 2>&1 || skipped "libFuzzer needs a C++ compiler"
# With /dev/null as its output, rustc would replace that device by a file.
tried=$(mktemp -d)
trap 'rm -r "$tried"' EXIT
echo 'fn main() {}' | ./rustc.sh rustc --emit=metadata -o "$tried/metadata" - >/dev/null 2>&1 ||
    skipped "this rustc has no coverage instrumentation (rustup toolchain install nightly)"

RUSTC_WORKSPACE_WRAPPER=$PWD/rustc.sh cargo build --package hecha-fuzz
work=$(cargo metadata --no-deps --format-version 1 | sed 's/.*"target_directory":"\([^"]*\)".*/\1/')
program=$work/debug/fuzz
work=$work/fuzz

fuzz() {
    found=$work/corpus/$1
    artifacts=artifacts/$1
    log=$work/$1.log
    mkdir -p "$found" "$artifacts"
    if FUZZ_TARGET=$1 "$program" "$found" "corpus/$1" -artifact_prefix="$artifacts/" \
        -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 -max_len=16384 -print_final_stats=1 \
        >"$log" 2>&1; then
        echo "$1: $(sed -n 's/^stat::number_of_executed_units: *//p' "$log") executions, no crash," \
            "slowest $(sed -n 's/^stat::slowest_unit_time_sec: *//p' "$log") s," \
            "peak $(sed -n 's/^stat::peak_rss_mb: *//p' "$log") MB"
    else
        echo "$1: CRASHED; the input is in fuzz/$artifacts, the end of $log:" >&2
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
