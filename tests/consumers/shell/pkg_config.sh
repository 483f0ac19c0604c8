#!/bin/sh
# SPDX-License-Identifier: MIT
# Builds train.c of this folder against an installed RunForge by pkg-config, once per form.   pkg_config.sh PREFIX
set -eux
export PKG_CONFIG_PATH="$1/lib/pkgconfig"

# doc: pkg-config shared
cc train.c $(pkg-config --cflags --libs runforge) -o train_shared
# doc: end

# doc: pkg-config static
cc -static train.c $(pkg-config --static --cflags --libs runforge) -o train_static
# doc: end

# doc: pkg-config one archive
cc train.c $(pkg-config --cflags --libs runforge-one) -o train_one_archive
# doc: end
