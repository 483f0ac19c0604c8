#!/bin/sh
# SPDX-License-Identifier: MIT
# Writes docs/formats/codes.md from the table in lib/core/codes.hpp and the status names of the public header.
# `codes.sh --check` fails when the page is not what it would write (ctest docs.codes_are_up_to_date).
set -eu
cd "$(dirname "$0")/../.."
page=docs/formats/codes.md

write_page() {
  cat <<'END'
# Codes

Every code that RunForge can give. `docs/generate/codes.sh` makes this page from `lib/core/codes.hpp`. A code keeps its meaning for
ever; later versions may add codes. A diagnostic is listed in `diagnostics` of `run.json` and of the reports of `inspect` and
`predict`, and stops nothing. An error ends the call: the C functions return its status, and the command line tool exits with it.

END
  awk '
    # RF_E_CONFIG = 2 of the public header, by number.
    FNR == NR {
      if (match($0, /RF_(OK|E_[A-Z_]+) *=? *\(?(\(rf_status\))? *[0-9]+/)) {
        split(substr($0, RSTART, RLENGTH), word, /[^A-Z_0-9]+/)
        number = substr($0, RSTART, RLENGTH)
        sub(/.*[^0-9]/, "", number)
        constant[number] = word[1]
      }
      next
    }
    /^enum class Status/ { in_status = 1 }
    in_status && match($0, /k[A-Za-z]+ = [0-9]+/) {
      split(substr($0, RSTART, RLENGTH), part, / = /)
      status[part[1]] = part[2]
    }
    in_status && /^};/ { in_status = 0 }
    /^#define RF_CODES\(/ { in_table = 1; next }
    in_table && /^$/ { in_table = 0 }
    in_table { sub(/[ ]*\\$/, ""); text = text $0 }
    END {
      print "## Diagnostics\n\n| code | since | meaning |\n|---|---|---|"
      count = split(text, entry, "RF_CODE\\(")
      for (i = 2; i <= count; ++i) {
        split(entry[i], quoted, "\"")
        match(entry[i], /", *k[A-Za-z]+,/)
        kind = substr(entry[i], RSTART, RLENGTH)
        gsub(/[^A-Za-z]/, "", kind)
        code = quoted[2]
        since = quoted[4]
        meaning = quoted[6]
        if (kind == "kOk") {
          printf "| `%s` | %s | %s |\n", code, since, meaning
        } else {
          if (!seen) print "\n## Errors\n\n| code | status | since | meaning |\n|---|---|---|---|"
          seen = 1
          printf "| `%s` | %s `%s` | %s | %s |\n", code, status[kind], constant[status[kind]], since, meaning
        }
      }
    }' include/runforge/runforge.h lib/core/codes.hpp
}

if [ "${1:-}" = --check ]; then
  write_page | diff -u "$page" - || {
    echo "$page is out of date: run docs/generate/codes.sh" >&2
    exit 1
  }
else
  write_page >"$page"
fi
