# SPDX-License-Identifier: MIT
"""Whether the tests notice: each mutant is switched on in the build that has them, and the first test of each claim
that names it must fail there, as it must pass without any. RUNFORGE_MUTANT chooses, read by tests/mutants/choice.c.

The tests are started as ctest would start them, from its own description of them. Pinned by check_test.py.
"""
import concurrent.futures
import json
import os
import re
import subprocess
import time
from typing import NamedTuple

import results

CHOICE = "RUNFORGE_MUTANT"


class Test(NamedTuple):
    command: list
    folder: str
    environment: dict
    seconds: float
    skip_status: int
    skip_text: str


def first(value):
    return value[0] if isinstance(value, list) else value


def known_tests(build):
    """{name: test} of a build, from `ctest --show-only`."""
    done = subprocess.run(["ctest", "--test-dir", str(build), "--show-only=json-v1"], capture_output=True, text=True)
    if done.returncode != 0:
        raise RuntimeError(done.stderr.strip() or "ctest cannot tell the tests of this build")
    tests = {}
    for entry in json.loads(done.stdout)["tests"]:
        properties = {item["name"]: item["value"] for item in entry.get("properties", [])}
        environment = dict(line.partition("=")[::2] for line in properties.get("ENVIRONMENT", []))
        tests[entry["name"]] = Test(entry.get("command", []), properties.get("WORKING_DIRECTORY", str(build)), environment,
                                    float(properties.get("TIMEOUT", 300)), int(properties.get("SKIP_RETURN_CODE", -1)),
                                    first(properties.get("SKIP_REGULAR_EXPRESSION", "")))
    return tests


def run(test, mutant):
    """"passed", "failed" or "skipped". What hangs has failed."""
    environment = {name: value for name, value in os.environ.items() if name != CHOICE}
    environment.update(test.environment, **({CHOICE: mutant} if mutant else {}))
    try:
        done = subprocess.run(test.command, cwd=test.folder, env=environment, timeout=test.seconds,
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    except subprocess.TimeoutExpired:
        return "failed"
    text = done.stdout.decode("utf-8", "replace")
    if done.returncode == test.skip_status or (test.skip_text and re.search(test.skip_text, text)):
        return "skipped"
    return "passed" if done.returncode == 0 else "failed"


def outcomes(jobs, tests):
    """{(test, mutant): outcome}, each told as it comes."""
    def one(job):
        name, mutant = job
        began = time.monotonic()
        outcome = run(tests[name], mutant)
        print(f"  {mutant or 'no mutant'}: {name}: {outcome}, {time.monotonic() - began:.1f} s", flush=True)
        return outcome

    with concurrent.futures.ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        return dict(zip(jobs, pool.map(one, jobs)))


def check(register, build):
    try:
        tests = known_tests(build)
    except (RuntimeError, OSError, ValueError) as error:
        return [f"{build}: {error}; `./dev claims` builds it"]
    problems, wanted = [], []
    for claim in register.claims:
        if not claim.mutant or not claim.tests:
            continue
        found = results.matching(claim.tests[0], tests)
        if not found or not tests[found[0]].command:
            problems.append(f"docs/claims.json: {claim.id}: {claim.tests[0]} is not in {build}: see which programs are "
                            "built by claimed_tests in tests/claims/CMakeLists.txt, or put another test first")
            continue
        wanted.append((claim, found[0]))
    plain = [(name, None) for name in dict.fromkeys(name for _, name in wanted)]
    pairs = list(dict.fromkeys((name, claim.mutant) for claim, name in wanted))
    outcome = outcomes(plain + pairs, tests)
    for name, _ in plain:
        if outcome[name, None] != "passed":
            problems.append(f"{name}: {outcome[name, None]} in {build} with no mutant switched on; it must pass there, "
                            "or its failures say nothing")
    for claim, name in wanted:
        if outcome[name, None] == "passed" and outcome[name, claim.mutant] != "failed":
            problems.append(f"docs/claims.json: {claim.id}: with the mutant '{claim.mutant}' switched on {name} still "
                            f"{outcome[name, claim.mutant]}: it cannot notice this fault. Sharpen the test, or put first "
                            f"the one that does ({CHOICE}={claim.mutant} switches it on in {build})")
    return problems
