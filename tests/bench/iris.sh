#!/bin/sh
# SPDX-License-Identifier: MIT
# iris.sh BUILD_FOLDER: see iris.py.
set -eu
python=/usr/bin/python3
[ -x "$python" ] || python=python3
exec "$python" "$(dirname "$0")/iris.py" "$1/tools/runforge/runforge"
