#!/bin/sh
# The compiler with coverage instrumentation; cargo calls it for the packages of this workspace: rustc.sh rustc ARGUMENT...
export RUSTC_BOOTSTRAP=1
exec "$@" --cfg fuzzing -Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 \
    -Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table \
    -Cllvm-args=-sanitizer-coverage-trace-compares -Cllvm-args=-simplifycfg-branch-fold-threshold=0
