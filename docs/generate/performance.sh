#!/bin/sh
# SPDX-License-Identifier: MIT
# Puts the tables of the last ./dev bench into docs/PERFORMANCE.md, between its markers; the words around them are
# written by hand.   performance.sh [RESULTS.json [--section TITLE]...]
# RESULTS.json: build/bench/results.json unless given. --section: one table alone (report.py --help).
set -eu
root=$(CDPATH='' cd -- "$(dirname "$0")/../.." && pwd)
python=/usr/bin/python3
[ -x "$python" ] || python=python3
results=${1:-$root/build/bench/results.json}
[ $# -eq 0 ] || shift
exec "$python" -B "$root/tests/bench/report.py" "$results" --into "$root/docs/PERFORMANCE.md" "$@"
