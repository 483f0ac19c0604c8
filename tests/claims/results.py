# SPDX-License-Identifier: MIT
"""Whether the tests that claims name ran and passed in a build, by the JUnit report that ctest left there.

A name that ends in * stands for all tests that begin so, at least one. Pinned by check_test.py.
"""
import fnmatch
import re
import xml.etree.ElementTree

REPORT = "tests.xml"
# The status of a test that passed.
PASSED = "run"


def read(path):
    """{test: status}; ctest says "run" of one that passed, "fail", "notrun" or "disabled" of others."""
    return {case.get("name"): case.get("status") for case in xml.etree.ElementTree.parse(path).iter("testcase")}


def matching(name, names):
    if not name.endswith("*"):
        return [name] if name in names else []
    return [other for other in names if other.startswith(name[:-1])]


def expression(names):
    """A regular expression for `ctest -R` that takes these tests and no others."""
    def escaped(name):
        text = re.sub(r"([.*+?()\[\]^$|\\])", r"\\\1", name.rstrip("*"))
        return text + ("" if name.endswith("*") else "$")

    return "^(" + "|".join(escaped(name) for name in names) + ")"


def tests_of(register):
    return list(dict.fromkeys(test for claim in register.claims for test in claim.tests))


def last_built(build):
    """When something was compiled or linked last, by ninja's log: start, end, time of the output in ns, output, command."""
    log = build / ".ninja_log"
    if not log.is_file():
        return 0
    entries = [line.split("\t") for line in log.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    # These two are made anew by a build that builds nothing.
    return max((int(entry[2]) / 1e9 for entry in entries
                if entry[3] != "build.ninja" and not entry[3].endswith("cmake.verify_globs")), default=0)


def newest_script(root):
    """When a test that is not built was changed last."""
    scripts = [path for suffix in ("py", "sh", "js") for path in (root / "tests").rglob(f"*.{suffix}")
               if "node_modules" not in path.parts]
    return max((path.stat().st_mtime for path in scripts), default=0)


def check(root, register, build):
    report = build / REPORT
    if not report.is_file():
        return [f"{report}: there is no report of the tests of this build; `./dev test` makes it"]
    if max(last_built(build), newest_script(root)) > report.stat().st_mtime:
        return [f"{report}: something was built or a test was changed after the tests ran; run `./dev test` again"]
    statuses = read(report)
    problems = []
    for claim in register.claims:
        for test in claim.tests:
            at = f"docs/claims.json: {claim.id}: the test {test}"
            found = matching(test, statuses)
            if not found:
                near = fnmatch.filter(sorted(statuses), f"*{test.rsplit('.', 1)[-1].rstrip('*')}*")[:3]
                hint = f"; near it are {', '.join(near)}" if near else ""
                problems.append(f"{at} did not run in this build: name a test that ctest knows{hint}")
            for name in found:
                if statuses[name] == "notrun":
                    problems.append(f"{at} was skipped here ({name}); a skipped test proves nothing: "
                                    "install what it asks for, or name another test")
                elif statuses[name] != PASSED:
                    problems.append(f"{at} did not pass ({name}: {statuses[name]}); mend it before the promise is made")
    return problems
