#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The code in docs/guides and docs/EMBEDDING.md is code that a test compiles and runs: each block stands behind a line that names its source,

    <!-- from: examples/python/train.py cancel -->

and is what stands there between the comments `doc: cancel` and `doc: end`, moved to the left. Links lead to files that
there are.

usage: snippets.py [--write | --self-test]    --write copies the sources into the pages
"""
import pathlib
import re
import sys
import textwrap

ROOT = pathlib.Path(__file__).resolve().parents[2]
PAGES = [ROOT / "docs/README.md", ROOT / "docs/EMBEDDING.md", ROOT / "examples/README.md", *sorted((ROOT / "docs/guides").glob("*.md"))]
STALE = "; snippets.py --write copies it"
# Commands and what a program prints; everything else is code and has a source.
NO_SOURCE = {"sh", "text"}
BLOCK = re.compile(r"(?:<!-- from: (?P<file>\S+) (?P<name>[\w -]+?) -->\n)?"
                   r"```(?P<language>\w*)\n(?P<code>.*?)```\n", re.DOTALL)
LINK = re.compile(r"\[[^\]]*\]\((?!https?:)([^)#\s]+)(?:#[\w-]*)?\)")


def section(text, name):
    """What stands between the comments `doc: name` and `doc: end`; None where there is not exactly one."""
    mark = r"^[ \t]*(?://|#|--|/\*) doc: {}(?: \*/)?\n"
    found = re.findall(mark.format(re.escape(name)) + r"(.*?)" + mark.format("end"), text, re.MULTILINE | re.DOTALL)
    return textwrap.dedent(found[0]).strip("\n") + "\n" if len(found) == 1 else None


def check(page, text, read):
    """Faults of a page, and the page as it should be."""
    faults = []

    def current(match):
        line = text.count("\n", 0, match.start()) + 1
        if match["file"] is None:
            if match["language"] not in NO_SOURCE:
                faults.append(f"{page}:{line}: code without a source")
            return match.group()
        try:
            code = section(read(match["file"]), match["name"])
        except FileNotFoundError:
            code = None
        if code is None:
            faults.append(f"{page}:{line}: {match['file']} has not one section \"{match['name']}\"")
            return match.group()
        if code != match["code"]:
            faults.append(f"{page}:{line}: not what stands in {match['file']}{STALE}")
        start, end = match.start("code") - match.start(), match.end("code") - match.start()
        return match.group()[:start] + code + match.group()[end:]

    return faults, BLOCK.sub(current, text)


def broken_links(page, text):
    for target in LINK.findall(BLOCK.sub("", text)):
        if not (page.parent / target).exists():
            yield f"{page.relative_to(ROOT)}: there is no {target}"


def self_test():
    sources = {"a.py": "x\n    # doc: one\n    first\n      second\n    # doc: end\n",
               "b.c": "/* doc: two */\ncode;\n/* doc: end */\n"}
    good = ("<!-- from: a.py one -->\n```python\nfirst\n  second\n```\n\n"
            "<!-- from: b.c two -->\n```c\ncode;\n```\n\n```sh\nls\n```\n")
    planted = [("  second", " second"), ("a.py one", "a.py other"), ("from: b.c two", "from: none.c two"),
               ("<!-- from: b.c two -->\n", "")]

    def read(name):
        if name not in sources:
            raise FileNotFoundError
        return sources[name]

    faults, same = check("page", good, read)
    unnoticed = [f"a good page: {fault}" for fault in faults] + (["a good page was changed"] if same != good else [])
    unnoticed += [f"{new!r} in place of {old!r} was not noticed" for old, new in planted
                  if not check("page", good.replace(old, new), read)[0]]
    if check("page", good.replace("code;", "old;"), read)[1] != good:
        unnoticed.append("old code was not replaced")
    print("\n".join(unnoticed) or "every planted fault was named")
    return bool(unnoticed)


def main():
    if sys.argv[1:] == ["--self-test"]:
        return self_test()
    told = []
    n_blocks = 0
    for page in PAGES:
        text = page.read_text(encoding="utf-8")
        faults, wanted = check(page.relative_to(ROOT), text, lambda name: (ROOT / name).read_text(encoding="utf-8"))
        if sys.argv[1:] == ["--write"] and wanted != text:
            page.write_text(wanted, encoding="utf-8")
            faults = [fault for fault in faults if not fault.endswith(STALE)]
        told += faults + list(broken_links(page, text))
        n_blocks += text.count("<!-- from: ")
    print("\n".join(told) or f"{n_blocks} blocks of code on {len(PAGES)} pages are what their sources say")
    return bool(told)


if __name__ == "__main__":
    sys.exit(main())
