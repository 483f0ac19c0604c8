#!/bin/sh
# SPDX-License-Identifier: MIT
# Writes the table of errors and times of core/math between its markers in docs/DETERMINISM.md.   math_table.sh [PROGRAM]
# PROGRAM: math_errors of a release build, else bench_math in build/release, which is built. Times want a quiet machine.
# That the errors have not drifted is checked by the ctest tests numeric.errors_of_<function>_are_those_of_the_page.
set -eu
root=$(CDPATH='' cd -- "$(dirname "$0")/../.." && pwd)
page=$root/docs/DETERMINISM.md
program=${1:-$root/build/release/tests/bench/bench_math}
if [ $# -eq 0 ]; then
  cd "$root"
  { cmake --preset release -DRUNFORGE_BUILD_BENCHMARKS=ON && cmake --build --preset release --target bench_math; } >/dev/null
fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
{
  if grep -qw avx512vl /proc/cpuinfo; then avx512=with; else avx512=without; fi
  echo "Times: $(uname -m) $avx512 AVX-512, $(getconf GNU_LIBC_VERSION 2>/dev/null || echo 'C library unknown')."
  echo
  echo '| function | inputs | largest error (ULP) | at x | largest error where the result is subnormal | baseline, ns | avx2, ns | avx512, ns | C library, ns |'
  echo '|---|---|---|---|---|---|---|---|---|'
  "$program" --time
} >"$work/table"

begin='<!-- math table: begin -->'
end='<!-- math table: end -->'
grep -qF "$begin" "$page" && grep -qF "$end" "$page" || { echo "math_table.sh: no markers in $page" >&2; exit 1; }
awk -v table="$work/table" -v begin="$begin" -v end="$end" '
  $0 == end { inside = 0 }
  !inside { print }
  $0 == begin { inside = 1; while ((getline line < table) > 0) print line }' "$page" >"$work/page"
cp "$work/page" "$page"
