#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Every promise of the documentation is traced: claim -> documentation -> schema -> test -> artifact, by docs/claims.json.

usage: check.py --build FOLDER [--mutants FOLDER] [--root FOLDER] [--print-tests]

Fails, with a line that says what to do, when
  a guarded document promises something in a sentence without a claim, or marks one that is not there;
  what a claim names does not exist, or its test did not run and pass in this very build;
  an artifact, a function of the C interface or a mutant is covered by no claim;
  and with --mutants: when the first test of a claim does not fail under the claim's mutant.
`./dev test` runs all but the last, `./dev claims` everything. --print-tests gives a `ctest -R` expression of all tests
that claims name. Pinned by the ctest test claims.check_selftest.
"""
import argparse
import pathlib
import sys

import mutants
import register
import results


def main(words):
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--root", type=pathlib.Path, default=pathlib.Path(__file__).resolve().parents[2])
    parser.add_argument("--build", type=pathlib.Path, required=True)
    parser.add_argument("--mutants", type=pathlib.Path)
    parser.add_argument("--print-tests", action="store_true")
    arguments = parser.parse_args(words)
    if arguments.print_tests:
        print(results.expression(results.tests_of(register.load(arguments.root)[0])))
        return 0
    claims, problems = register.check(arguments.root, arguments.build)
    problems += results.check(arguments.root, claims, arguments.build)
    if arguments.mutants:
        problems += mutants.check(claims, arguments.mutants)
    for problem in problems:
        print(f"claims: {problem}", file=sys.stderr)
    if problems:
        print(f"claims: {len(problems)} to mend; docs/CONTRIBUTING.md says how a claim is made", file=sys.stderr)
        return 1
    n_mutants = len({claim.mutant for claim in claims.claims if claim.mutant})
    print(f"claims: {len(claims.claims)} claims hold, by {len(results.tests_of(claims))} tests"
          + (f"; their tests notice all {n_mutants} mutants" if arguments.mutants else ""))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
