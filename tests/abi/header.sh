#!/bin/sh
# SPDX-License-Identifier: MIT
# The public header compiles alone, twice, and without a warning, in each language version by each compiler there is.
# usage: header.sh INCLUDE_DIR SCRATCH_DIR
set -eu
include=$1
scratch=$2
mkdir -p "$scratch"
printf '#include <runforge/runforge.h>\n#include <runforge/runforge.h>\nrf_hooks hooks = RF_HOOKS_INIT;\n' >"$scratch/header.c"
cp "$scratch/header.c" "$scratch/header.cpp"
tried=0
for pair in gcc:c clang:c g++:cpp clang++:cpp; do
  compiler=${pair%%:*}
  suffix=${pair##*:}
  if ! command -v "$compiler" >/dev/null 2>&1; then
    echo "NOT TRIED: $compiler is not installed"
    continue
  fi
  if [ "$suffix" = c ]; then standards='c99 c11 c17'; else standards='c++98 c++11 c++14 c++17 c++20 c++23'; fi
  for standard in $standards; do
    [ "$compiler" != clang++ ] || [ "$standard" != c++23 ] || standard=c++2b
    "$compiler" -std="$standard" -pedantic-errors -Wall -Wextra -Wpadded -Werror \
      -I"$include" -fsyntax-only "$scratch/header.$suffix"
    echo "ok: $compiler -std=$standard"
    tried=$((tried + 1))
  done
done
[ "$tried" -ge 9 ] || { echo "only $tried combinations could be tried" >&2; exit 1; }
