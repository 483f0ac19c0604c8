#!/bin/sh
# SPDX-License-Identifier: MIT
# Writes docs/PARAMETERS.md.   parameters.sh [--check] [PROGRAM]
# PROGRAM: print_parameters, else that of the release build. With --check it fails when the page has drifted (ctest
# docs.parameters_are_up_to_date).
set -eu
root=$(CDPATH='' cd -- "$(dirname "$0")/../.." && pwd)
page=$root/docs/PARAMETERS.md
check=no
if [ "${1:-}" = --check ]; then
  check=yes
  shift
fi
program=${1:-$root/build/release/tests/docs/print_parameters}
[ -x "$program" ] || { echo "parameters.sh: no program $program; build it first" >&2; exit 1; }
if [ "$check" = yes ]; then
  "$program" | diff -u "$page" - || {
    echo "docs/PARAMETERS.md is out of date: run docs/generate/parameters.sh" >&2
    exit 1
  }
else
  "$program" >"$page"
fi
