#!/bin/sh
# Runs every fuzz target for so many seconds each (15 unless told), from the committed seeds; what is found on the
# way is kept in fuzz/target/corpus for the next run. Ends with an error where a target crashed, hung (10 s for one
# input) or took too much memory (2 GiB).
#
#   fuzz/run.sh [SECONDS] [TARGET...]
#
# It needs a C++ compiler for libFuzzer and nothing else: the instrumentation is what cargo-fuzz would ask for, and
# it is there in every rustc, of which a stable one only has to be allowed to use it.
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
# A compiler renames what it wrote into place: told to write to /dev/null, it would put a file there for the whole system.
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
RUSTFLAGS="$coverage" cargo build --release --bins --target "$host"

targets=${*:-$(ls fuzz_targets | sed 's/\.rs$//')}
failed=""
for target in $targets; do
    found=target/corpus/$target
    artifacts=artifacts/$target
    log=target/$target.log
    mkdir -p "$found" "$artifacts"
    if "target/$host/release/$target" "$found" "corpus/$target" -artifact_prefix="$artifacts/" \
        -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 -max_len=16384 -print_final_stats=1 \
        >"$log" 2>&1; then
        echo "$target: $(sed -n 's/^stat::number_of_executed_units: *//p' "$log") executions, no crash," \
            "slowest $(sed -n 's/^stat::slowest_unit_time_sec: *//p' "$log") s," \
            "peak $(sed -n 's/^stat::peak_rss_mb: *//p' "$log") MB"
        rmdir "$artifacts" 2>/dev/null || true
    else
        echo "$target: CRASHED; the end of fuzz/$log:" >&2
        tail -n 40 "$log" >&2
        failed="$failed $target"
    fi
done
rmdir artifacts 2>/dev/null || true
if [ -n "$failed" ]; then
    echo "crashed:$failed; the inputs are in fuzz/artifacts" >&2
    exit 1
fi
