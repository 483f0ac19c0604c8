#!/bin/sh
# SPDX-License-Identifier: MIT
# Runs the determinism matrix and writes its table between its markers in docs/DETERMINISM.md.
# matrix_table.sh [SUMMARY]: takes a summary that is there (build/matrix/summary.md) instead of running.
set -eu
root=$(CDPATH='' cd -- "$(dirname "$0")/../.." && pwd)
page=$root/docs/DETERMINISM.md
summary=${1:-$root/build/matrix/summary.md}
[ $# -gt 0 ] || "$root/dev" matrix

begin='<!-- matrix table: begin -->'
end='<!-- matrix table: end -->'
grep -qF "$begin" "$page" && grep -qF "$end" "$page" || { echo "matrix_table.sh: no markers in $page" >&2; exit 1; }
work=$(mktemp)
trap 'rm -f "$work"' EXIT
awk -v table="$summary" -v begin="$begin" -v end="$end" '
  $0 == end { inside = 0 }
  !inside { print }
  $0 == begin { inside = 1; while ((getline line < table) > 0) print line }' "$page" >"$work"
cp "$work" "$page"
