#!/bin/sh
# SPDX-License-Identifier: MIT
# Builds train.c of this folder against an installed RunForge with the compiler alone, once per form.   gcc.sh PREFIX
set -eux
prefix=$1

# doc: gcc shared
cc train.c -I"$prefix/include" -L"$prefix/lib" -lrunforge -Wl,-rpath,"$prefix/lib" -o train_shared
# doc: end

# doc: gcc static
cc train.c -I"$prefix/include" "$prefix/lib/librunforge.a" -lsodium -lz -lzstd -lstdc++ -lm -pthread -o train_static
# doc: end

# doc: gcc one archive
cc train.c -I"$prefix/include" "$prefix/lib/librunforge-one.a" -lstdc++ -lm -pthread -o train_one_archive
# doc: end
