#!/bin/sh
# SPDX-License-Identifier: MIT
# kernels.sh BUILD_FOLDER [OPTION...]: builds bench_kernels there and shows what it measures; see kernels.py.
set -eu
python=/usr/bin/python3
[ -x "$python" ] || python=python3
build=$1
shift
cmake -DRUNFORGE_BUILD_BENCHMARKS=ON "$build" >/dev/null
cmake --build "$build" --target bench_kernels >/dev/null || {
  echo "kernels.sh: no bench_kernels: './dev deps bench' installs what it needs" >&2
  exit 1
}
exec "$python" "$(dirname "$0")/kernels.py" "$build/tests/bench/bench_kernels" "$@"
