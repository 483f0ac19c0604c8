#!/bin/sh
# SPDX-License-Identifier: MIT
# Measures what a host pays for RunForge before it trains (tests/bench/sizes.py) and puts the table into docs/PERFORMANCE.md,
# between its markers.   sizes.sh [BUILD]     BUILD: build/release unless given, which is then built with all forms
set -eu
root=$(CDPATH='' cd -- "$(dirname "$0")/../.." && pwd)
python=/usr/bin/python3
[ -x "$python" ] || python=python3
if [ $# -eq 0 ]; then
  cd "$root"
  { cmake --preset release -DBUILD_SHARED_LIBS=OFF -DRUNFORGE_BOTH_LIBRARIES=ON -DRUNFORGE_ONE_ARCHIVE=ON &&
    cmake --build --preset release; } >/dev/null
fi
exec "$python" -B "$root/tests/bench/sizes.py" "${1:-$root/build/release}" --into "$root/docs/PERFORMANCE.md"
