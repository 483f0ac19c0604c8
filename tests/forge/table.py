# SPDX-License-Identifier: MIT
"""docs/formats/forgeries.md: which command finds a change of which member, made from what the forger tried."""
import collections
import re

HEAD = """# Which layer finds which change

`./dev forge --table docs/formats/forgeries.md` makes this page. It changes one place of a run at a time, makes every digest fit
again, as somebody without the signing key can, and runs each command on the result.

- The first column names the place. `*` is any position in an array, `NAME` is any name, and `zz_unknown` is a member that does not
  exist.
- The columns of the commands show which of the changes at this place the command found: **all** of them, `some` of them or `none`.
  The word `told` means that the command accepted the run and reported the change in a note.
- The last column names the first check that found a change: a layer of `verify` ([verify.md](verify.md) describes what each layer
  checks) or `reproduce`. If the changes at a place were found by different checks, the most frequent one is first.
- Three words in the last column are for changes that no check found. *true record*: the change was made in the configuration or
  the reading options, and the record that it gave is the record of a training with these. *told*: `verify` holds and reports in a
  note what does not fit. *nobody*: only a signature, which covers every file ([signatures.md](signatures.md)), shows the change.
"""
PAIRS = """
## The same change made in every file that holds the fact

| what is changed | `verify` | `verify --data` | `reproduce` | found by |
|---|---|---|---|---|
"""
ROW = re.compile(r"^\| `(.*?)` \| (\S+) \| (\S+) \| (\S+) \| (.*) \|$")
FOUND, TOLD, NOT = "**all**", "told", "none"


def row_of(mutation):
    """Document and row that a mutation belongs to."""
    if mutation.document == "pair":
        if mutation.kind.startswith("transplanted"):
            return "", "all results of a training with other hyperparameters"
        if match := re.match(r"hyperparameter \w+ (said to be the caller's|.*?( unasked)?$)", mutation.kind):
            told = match[1] if match[1].startswith("said") else "of another value" + (match[2] or "")
            return "", f"hyperparameter {told}"
        return "", re.sub(r" ([+-]?[\d.]+(e-?\d+)?)(?= |$)", " N", re.sub(r" \(\d+\)$", "", mutation.kind))
    return mutation.document, mutation.folded or "/"


def found(finding):
    """{command: what it made of it}"""
    outcome = finding.outcome
    def word(is_found, is_told=False):
        return FOUND if is_found else TOLD if is_told else NOT
    return {"verify": word(outcome.verify != "holds", finding.mutation.kind == "renamed" and finding.group == "told"),
            "data": word(outcome.data != "holds", finding.group == "told"),
            "reproduce": word(outcome.reproduce not in ("holds", "") or outcome.data == "reading")}


def asked(findings):
    return [finding for finding in findings if finding.outcome.verify not in ("unchanged", "")
            and not finding.mutation.kind.startswith("laid out") and not finding.case.keys and not finding.case.past]


def cells(findings):
    verdicts = [found(finding) for finding in findings]
    words = [{verdict[command] for verdict in verdicts} for command in ("verify", "data", "reproduce")]
    return [next(iter(made)) if len(made) == 1 else "some" for made in words]


def text(findings):
    rows = collections.defaultdict(list)
    for finding in asked(findings):
        rows[row_of(finding.mutation)].append(finding)
    out, now = HEAD, None
    for (document, name), members in sorted(rows.items(), key=lambda row: (row[0][0] == "", row[0])):
        if document != now:
            now = document
            out += f"\n## {document}\n\n| place | `verify` | `verify --data` | `reproduce` | found by |\n|---|---|---|---|---|\n" \
                if document else PAIRS
        groups = collections.Counter(finding.group for finding in members)
        names = ", ".join(sorted(groups, key=lambda group: (-groups[group], group)))
        name = name.replace("|", "\\|")
        out += f"| `{name}` | {' | '.join(cells(members))} | {names} |\n"
    return out


def read(content):
    """{(document, row): cells} of a table."""
    rows, document = {}, ""
    for line in content.splitlines():
        if line.startswith("## "):
            document = "" if "in every file" in line else line[3:]
        elif match := ROW.match(line):
            rows[(document, match[1].replace("\\|", "|"))] = match.groups()[1:4]
    return rows


def contradictions(content, findings):
    """What the forger saw and the table does not say."""
    rows = read(content)
    for finding in asked(findings):
        row, verdict = row_of(finding.mutation), found(finding)
        if row not in rows:
            yield f"{row[0]}:{row[1]} has no row"
            continue
        for command, word in zip(("verify", "data", "reproduce"), rows[row]):
            was_asked = command != "reproduce" or finding.outcome.reproduce
            if was_asked and word not in ("some", verdict[command]):
                yield f"{row[0]}:{row[1]}: {command}: the table says {word}, {finding.case.name} {finding.mutation.kind} is otherwise"
