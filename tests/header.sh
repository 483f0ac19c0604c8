#!/bin/sh
# SPDX-License-Identifier: MIT
# A public header compiles alone, twice, and without a warning, by each compiler there is: runforge.h in each language version, the
# C++ wrapper in the first and the last one, as the tests of the wrapper are C++20.
# usage: header.sh HEADER INCLUDE_DIR SCRATCH_DIR
set -eu
header=$1
include=$2
scratch=$3
case $header in
  *.hpp)
    compilers='g++ clang++' cpp='c++17 c++2b' least=2
    warnings='-Wconversion -Wshadow -Wundef' use= ;;
  *)
    compilers='gcc clang g++ clang++' cpp='c++98 c++11 c++14 c++17 c++20 c++2b' least=9
    warnings=-Wpadded use='rf_hooks hooks = RF_HOOKS_INIT;' ;;
esac
mkdir -p "$scratch"
printf '#include <runforge/%s>\n#include <runforge/%s>\n%s\n' "$header" "$header" "$use" >"$scratch/header.c"
cp "$scratch/header.c" "$scratch/header.cpp"
tried=0
for compiler in $compilers; do
  if ! command -v "$compiler" >/dev/null 2>&1; then
    echo "NOT TRIED: $compiler is not installed"
    continue
  fi
  case $compiler in
    *++) suffix=cpp standards=$cpp ;;
    *) suffix=c standards='c99 c11 c17' ;;
  esac
  for standard in $standards; do
    # shellcheck disable=SC2086  # one word per warning
    "$compiler" -std="$standard" -pedantic-errors -Wall -Wextra $warnings -Werror \
      -I"$include" -fsyntax-only "$scratch/header.$suffix"
    echo "ok: $compiler -std=$standard"
    tried=$((tried + 1))
  done
done
[ "$tried" -ge "$least" ] || { echo "only $tried combinations could be tried" >&2; exit 1; }
