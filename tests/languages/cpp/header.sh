#!/bin/sh
# SPDX-License-Identifier: MIT
# The C++ wrapper compiles alone and twice, without a warning, in the first and the last language
# version by each compiler there is; the tests of the wrapper are C++20.
# usage: header.sh INCLUDE_DIR SCRATCH_DIR
set -eu
include=$1
scratch=$2
mkdir -p "$scratch"
{
  echo '#include <runforge/runforge.hpp>'
  echo '#include <runforge/runforge.hpp>'
} >"$scratch/header.cpp"
tried=0
for compiler in g++ clang++; do
  if ! command -v "$compiler" >/dev/null 2>&1; then
    echo "NOT TRIED: $compiler is not installed"
    continue
  fi
  for standard in c++17 c++2b; do
    "$compiler" -std="$standard" -pedantic-errors -Wall -Wextra -Wconversion -Wshadow -Wundef -Werror \
      -I"$include" -fsyntax-only "$scratch/header.cpp"
    echo "ok: $compiler -std=$standard"
    tried=$((tried + 1))
  done
done
[ "$tried" -ge 2 ] || { echo "only $tried combinations could be tried" >&2; exit 1; }
