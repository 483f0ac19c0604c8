#!/bin/sh
# SPDX-License-Identifier: MIT
# Puts the tables of the last ./dev bench into docs/PERFORMANCE.md, between its markers; the words around them are
# written by hand.   performance.sh [RESULTS.json]     RESULTS.json: build/bench/results.json unless given
set -eu
root=$(CDPATH='' cd -- "$(dirname "$0")/../.." && pwd)
python=/usr/bin/python3
[ -x "$python" ] || python=python3
exec "$python" -B "$root/tests/bench/report.py" "${1:-$root/build/bench/results.json}" --into "$root/docs/PERFORMANCE.md"
