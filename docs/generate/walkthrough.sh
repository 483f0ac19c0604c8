#!/bin/sh
# SPDX-License-Identifier: MIT
# Writes docs/WALKTHROUGH.md: every command in it is run, and what it printed is what stands there. The time of the
# run and what a machine adds are fixed by --timestamp and --no-execution-details, so the page is the same everywhere.
#   walkthrough.sh [--check] [TOOL]     TOOL: the runforge program, else that of the release build
# With --check it fails when the page is not what it would write (ctest docs.walkthrough_is_up_to_date).
set -eu
root=$(CDPATH='' cd -- "$(dirname "$0")/../.." && pwd)
page=$root/docs/WALKTHROUGH.md
check=no
if [ "${1:-}" = --check ]; then
  check=yes
  shift
fi
tool=${1:-$root/build/release/tools/runforge/runforge}
[ -x "$tool" ] || { echo "walkthrough.sh: no program $tool; build it first" >&2; exit 1; }

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/bin" "$work/here"
ln -s "$(CDPATH='' cd -- "$(dirname "$tool")" && pwd)/$(basename "$tool")" "$work/bin/runforge"
PATH=$work/bin:$PATH
cp "$root/tests/data/titanic.csv" "$work/here"
cd "$work/here"

# Shows a command and what it prints; a command that fails shows its exit status.
run() {
  printf '    $ %s\n' "$1"
  if sh -c "$1" >"$work/out" 2>&1; then status=0; else status=$?; fi
  sed 's/^/    /; s/ *$//' "$work/out"
  [ "$status" -eq 0 ] || printf '    (exit status %s)\n' "$status"
  echo
}

write_page() {
  cat <<'END'
# Walkthrough

One training from a CSV file to a record that a stranger can check. The commands shown here printed all of the output:
`docs/generate/walkthrough.sh` writes this page, and a test fails when the page is out of date.

The data is the passenger list of the Titanic, `tests/data/titanic.csv`.

## Look before you train

END
  run 'runforge inspect --data titanic.csv --label Survived'
  cat <<'END'
Rows with a missing value are dropped unless you say otherwise, and here that would cost most of the table. So fill the
missing values, and leave out the columns that identify a passenger instead of describing one.

## Train

END
  run 'runforge train --data titanic.csv --label Survived --missing fill --ignore PassengerId --ignore Name --ignore Ticket --ignore Cabin --timestamp 2026-01-01T00:00:00Z --no-execution-details'
  run_dir=$(echo runs/*)
  cat <<'END'
(`--timestamp` and `--no-execution-details` make this page the same on every machine; you do not need them.)

## Read the record

END
  run "runforge show $run_dir"
  cat <<'END'
## Check it with tools that know nothing of RunForge

END
  run "cd $run_dir && sha256sum -c SHA256SUMS"
  run "sha256sum titanic.csv; grep fingerprint $run_dir/run.json"
  cat <<'END'
## Check it with RunForge

END
  run "runforge verify $run_dir --data titanic.csv"
  cat <<'END'
It holds together, and `verify` says no more: anybody could have invented a run that is not signed. With other data the command ends
with an error:

END
  run "sed '2s/,22,/,23,/' titanic.csv >other.csv; runforge verify $run_dir --data other.csv"
  cat <<'END'
## Train again and compare

The same data, configuration and seed give the same bytes, here with another number of threads and into another directory.

END
  run "runforge train --data titanic.csv --label Survived --missing fill --ignore PassengerId --ignore Name --ignore Ticket --ignore Cabin --threads 3 --out again --quiet"
  run "diff -r $run_dir again/* -x execution.v1.json -x SHA256SUMS && echo no difference"
  cat <<'END'
`runforge reproduce` does the same from the record alone, and the person who does it can confirm it under a key. With the data
and that key the run is verified.

END
  run "runforge keygen --out reviewer.key | head -2"
  run "runforge reproduce $run_dir --data titanic.csv --sign reviewer.key | head -1"
  run "runforge verify $run_dir --data titanic.csv --reproduced-by reviewer.key.pub | tail -1"
  cat <<'END'
## Predict

The model reads new files the way its training file was read. Here is the same file again, first lines only.

END
  run "runforge predict --model $run_dir --data titanic.csv --proba --out predicted.csv && head -4 predicted.csv"
  cat <<'END'
## When something is wrong

An error names the place and suggests what to do, and programs learn the kind of error from the exit status.

END
  run 'runforge train --data titanic.csv --label survived'
  run 'runforge train --data titanic.csv --label Survived --param C=-1'
  run 'runforge train --data titanic.csv --label Survived --model random_forrest'
  cat <<'END'
The same from C is in [examples/c](../examples/c); every function is described in
[runforge.h](../include/runforge/runforge.h).
END
}

write_page >"$work/page.md"
if [ "$check" = yes ]; then
  diff -u "$page" "$work/page.md" || {
    echo "docs/WALKTHROUGH.md is out of date: run docs/generate/walkthrough.sh" >&2
    exit 1
  }
else
  cp "$work/page.md" "$page"
fi
