#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Every code block of docs/EMBEDDING.md is taken from a file that tests/consumers builds or runs: the lines between
`# docs: NAME` and `# docs: end` in the file that a comment above the block names.

usage: snippets.py [--write] [--self-test]

--write puts what the files say into the page. Pinned by the ctest tests consumers.snippets_are_what_is_built and
consumers.snippets_selftest.
"""
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "EMBEDDING.md"
BLOCK = re.compile(r"(?:<!-- from (?P<file>\S+): (?P<name>[^>]+) -->\n)?^```(?P<kind>\w*)\n(?P<text>.*?)^```$",
                   re.DOTALL | re.MULTILINE)


def region(text, name):
    """The lines of a region, or None."""
    found = re.search(rf"^(?:# |// )docs: {re.escape(name)}\n(.*?)^(?:# |// )docs: end$", text, re.DOTALL | re.MULTILINE)
    return found.group(1) if found else None


def compared(page, read):
    """The page with each block as its file says, and what was wrong with it."""
    problems = []

    def renewed(match):
        row = page.count("\n", 0, match.start()) + 1
        if not match["file"]:
            problems.append(f"line {row}: a code block without `<!-- from FILE: NAME -->` above it")
            return match.group()
        text = region(read(match["file"]), match["name"])
        if text is None:
            problems.append(f"line {row}: {match['file']} has no lines `docs: {match['name']}`")
            return match.group()
        if text != match["text"]:
            problems.append(f"line {row}: differs from {match['file']}, `docs: {match['name']}`")
        return f"<!-- from {match['file']}: {match['name']} -->\n```{match['kind']}\n{text}```"

    page_as_is = BLOCK.sub(renewed, page)
    if not BLOCK.search(page):
        problems.append("no code block at all")
    return page_as_is, problems


def self_test():
    file = "x\n# docs: one two\na\nb\n# docs: end\n"
    good = "<!-- from f: one two -->\n```sh\na\nb\n```\n"
    assert compared(good, lambda _: file) == (good, [])
    for bad in (good.replace("b\n", "c\n"), good.replace("one two", "one"), "```sh\na\n```\n", "text\n"):
        assert len(compared(bad, lambda _: file)[1]) == 1, bad
    assert compared(good.replace("b\n", "c\n"), lambda _: file)[0] == good


def main():
    if "--self-test" in sys.argv:
        self_test()
        return 0
    page, problems = compared(PAGE.read_text(encoding="utf-8"), lambda name: (ROOT / name).read_text(encoding="utf-8"))
    if "--write" in sys.argv:
        PAGE.write_text(page, encoding="utf-8")
        problems = [problem for problem in problems if "differs" not in problem]
    for problem in problems:
        print(f"{PAGE.relative_to(ROOT)}, {problem}", file=sys.stderr)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
