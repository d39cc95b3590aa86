#!/bin/sh
# Runs every fuzz target for so many seconds each (15 unless told), from the committed seeds; what is found on the
# way is kept in target/corpus for the next run. Ends with an error where a target crashed.
#
#   fuzz/run.sh [SECONDS] [TARGET...]
set -eu
cd "$(dirname "$0")"
seconds=${1:-15}
[ $# -eq 0 ] || shift

if ! command -v cargo-fuzz >/dev/null 2>&1; then
    echo "fuzzing is skipped: cargo-fuzz is missing (cargo install cargo-fuzz --locked)" >&2
    exit 0
fi
# The instrumentation is there in every compiler; a stable one only has to be allowed to use it. A compiler renames
# what it wrote into place: told to write to /dev/null, it would put a file there for the whole system.
tried=$(mktemp -d)
trap 'rm -r "$tried"' EXIT
if ! echo 'fn main() {}' | RUSTC_BOOTSTRAP=1 rustc -Cpasses=sancov-module -Zunstable-options --crate-type bin \
    --emit=metadata -o "$tried/metadata" - >/dev/null 2>&1; then
    echo "fuzzing is skipped: this rustc has no coverage instrumentation (rustup toolchain install nightly)" >&2
    exit 0
fi
if ! command -v c++ >/dev/null 2>&1; then
    echo "fuzzing is skipped: libFuzzer needs a C++ compiler" >&2
    exit 0
fi

export RUSTC_BOOTSTRAP=1
cargo fuzz build --sanitizer none
targets=${*:-$(cargo fuzz list)}
failed=""
for target in $targets; do
    found=target/corpus/$target
    mkdir -p "$found"
    log=target/$target.log
    if cargo fuzz run --sanitizer none "$target" "$found" "corpus/$target" -- \
        -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 -max_len=16384 -print_final_stats=1 \
        >"$log" 2>&1; then
        echo "$target: $(sed -n 's/^stat::number_of_executed_units: *//p' "$log") executions, no crash"
    else
        echo "$target: CRASHED; the end of fuzz/$log:" >&2
        tail -n 40 "$log" >&2
        failed="$failed $target"
    fi
done
if [ -n "$failed" ]; then
    echo "crashed:$failed; the inputs are in fuzz/artifacts" >&2
    exit 1
fi
