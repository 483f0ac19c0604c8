#!/bin/sh
# SPDX-License-Identifier: MIT
# emulated_cpu.sh QEMU CPU RUNNABLE_KERNELS TABLES TEST_CORE FILTER
# On the emulated CPU exactly TABLES run, and the tests of core that FILTER names pass; none may be skipped.
set -eu
qemu=$1 cpu=$2 runnable_kernels=$3 tables=$4 test_core=$5 filter=$6
found=$("$qemu" -cpu "$cpu" "$runnable_kernels" 2>/dev/null)
if [ "$found" != "$tables" ]; then
  echo "on $cpu expected kernels '$tables', found '$found'" >&2
  exit 1
fi
output=$(mktemp)
trap 'rm -f "$output"' EXIT
status=0
"$qemu" -cpu "$cpu" "$test_core" --gtest_brief=1 --gtest_filter="$filter" >"$output" 2>&1 || status=$?
grep -v 'TCG doesn.t support' "$output" || true
if [ "$status" -ne 0 ] || grep -q SKIPPED "$output" || ! grep -q 'PASSED  . [1-9]' "$output"; then
  echo "on $cpu: the tests '$filter' did not all run and pass (status $status)" >&2
  exit 1
fi
