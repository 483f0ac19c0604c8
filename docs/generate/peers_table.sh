#!/bin/sh
# SPDX-License-Identifier: MIT
# Measures who keeps the bits of a model (tests/determinism/peers.py) and puts the tables into docs/DETERMINISM.md,
# between their markers. Takes minutes.   peers_table.sh [TOOL]     TOOL: the runforge program, else that of the release build
set -eu
root=$(CDPATH='' cd -- "$(dirname "$0")/../.." && pwd)
python=/usr/bin/python3
[ -x "$python" ] || python=python3
exec "$python" -B "$root/tests/determinism/peers.py" "${1:-$root/build/release/tools/runforge/runforge}" \
  --into "$root/docs/DETERMINISM.md"
