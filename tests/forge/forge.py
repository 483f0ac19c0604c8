#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""A forger as a test: edits runs one lie at a time, makes every digest right again, and sees who finds the lie.

usage: forge.py LIBRARY [--sample N | --all | --seconds N] [--seed S] [--jobs N] [--case NAME]... [--only REGEX] [--table FILE]
                [--work DIR] [--list]

LIBRARY is the shared library. Each forgery meets verify, verify with the data and, where both hold, reproduce (some also where they
do not: a hostile record must not harm who checks it). What holds then must stand on a list of allowed.py, or be the true record
of the configuration that it asks for: then training from that configuration, which is done here without reproduce, gives its
bytes. The sample is the same on every machine: it goes round
family, document and kind, and --seed picks another one.
"""
import argparse
import collections
import hashlib
import json
import os
import pathlib
import pickle
import re
import shutil
import sys
import tempfile
import time
import typing

import cases as base
import mutations as singles
import pairs
import table
from allowed import NOBODY, REPRODUCE_ALONE, TOLD, entry_for
from library import INTEGRITY, MISMATCH, OK, UNSUPPORTED, Library, Refused
from seal import EXECUTION, MODEL, RUN, RUN_ID_TIME, Model, canonical, has, parse

# What follows from the version that wrote a record, and prose.
OF_A_VERSION = {"artifacts", "input_digest", "message", "result_digest", "runforge_version", "schema_version", "sha256", "summary"}
MADE_UP_VERSIONS = ["0.0.9", "99.0.0"]
TABLE = pathlib.Path(__file__).resolve().parents[2] / "docs" / "formats" / "forgeries.md"
SAMPLE = 10000
LEFT_TO_SIGN = 8  # one forgery in so many is signed as well
REPRODUCED_ALL_THE_SAME = 4  # one forgery in so many that verify refuses is reproduced all the same: it must end well


class Outcome(typing.NamedTuple):
    verify: str       # "holds", or who refused
    data: str
    reproduce: str    # "" where it was not asked
    true: bool        # training from its own configuration gives it
    signed: str       # "", "signs" or "refuses"
    trouble: str      # an answer that is none
    message: str
    told: tuple = ()  # what verify with the data says of a record that holds


def refused_by(status, report):
    """Which layer refused, from the report of verify."""
    failed = [layer["layer"] for layer in report.get("layers", []) if layer["status"] == "failed"]
    if status == UNSUPPORTED:
        return "unsupported"
    if status == MISMATCH:
        return "mismatch"
    return failed[0] if failed else "refused"


def wrong_claims(status, report, may_be_verified):
    """What a report says that its status does not."""
    claim, verdict = report.get("claim"), report.get("verdict")
    expected = {OK: ({"holds_together", "verified"}, "passed"), INTEGRITY: ({"failed"}, "failed"), UNSUPPORTED: ({"unsupported"}, None),
                MISMATCH: ({"holds_together"}, "passed")}.get(status)
    if report and expected and (claim not in expected[0] or verdict != expected[1]):
        yield f"status {status} with the claim {claim} and the verdict {verdict}"
    if claim == "verified" and not may_be_verified:
        yield "VERIFIED"
    if claim == "verified" and "file_spelling" in [note["about"] for note in report["notes"]]:
        yield "VERIFIED for another file"


def one_in(count, mutation):
    """Whether this forgery is one of so many, the same ones everywhere."""
    return int.from_bytes(hashlib.sha256(f"{count}/{mutation.name}".encode()).digest()[:8], "big") % count == 0


def same(older, newer):
    """Whether all that an older version says is said by a newer one: what each makes of its own version is left out."""
    if isinstance(older, dict) and isinstance(newer, dict):
        return all(name in OF_A_VERSION or name in newer and same(value, newer[name]) for name, value in older.items())
    if isinstance(older, list) and isinstance(newer, list):
        return len(older) == len(newer) and all(map(same, older, newer))
    return older == newer


def tells_the_same(forged, files):
    """The same for a record of an older version, which this library does not write."""
    model = Model(files[MODEL])
    return (all(same(document, parse(files[name])) for name, document in forged.documents.items() if name != EXECUTION)
            and same(forged.model.description, model.description)
            and {name: tensor.content for name, tensor in forged.model.tensors.items()}
            == {name: tensor.content for name, tensor in model.tensors.items()})


def occurrence(run):
    """What execution.v1.json says beside what follows from the results."""
    document = run.documents.get(EXECUTION, {})
    return {name: value[:RUN_ID_TIME] if name == "run_id" else value for name, value in document.items() if name != "run_digest"}


class Court:
    """Judges forgeries of all cases; holds each case's datasets by the options they were read with."""

    def __init__(self, library, folder, complete):
        self.library, self.folder, self.complete = library, folder, complete
        self.datasets = {}
        self.signer = library.signer(bytes(32))

    def dataset(self, case, record):
        """The data as the forged record says it was read, or None with the refusal; columns where the run came from columns."""
        if case.columns:
            return self.columns(case), ""
        source = ("dataset", "source", "options")
        options = canonical(record["dataset"]["source"]["options"]) if has(record, source) else "{}"
        key = (str(case.data), options)
        if key not in self.datasets:
            if len(self.datasets) > 40:
                self.library.free("dataset", self.datasets.pop(next(iter(self.datasets)))[0])
            try:
                self.datasets[key] = (self.library.load(case.data, options), "")
            except Refused as refusal:
                self.datasets[key] = (None, str(refusal))
        return self.datasets[key]

    def columns(self, case):
        if case.name not in self.datasets:
            self.datasets[case.name] = (self.library.from_columns(case.columns), "")
        return self.datasets[case.name][0]

    def judge(self, case, mutation):
        forged = case.run.copy()
        mutation.apply(forged)
        content = forged.seal()
        if content == case.sealed and not forged.entries and not forged.folder_name and mutation.document != "control":
            return Outcome("unchanged", "", "", False, "", "", "")
        parent = os.path.join(self.folder, "forged")
        shutil.rmtree(parent, ignore_errors=True)
        os.mkdir(parent)
        folder = forged.write(parent, content)
        return self.ask(case, mutation, forged, folder)

    def ask(self, case, mutation, forged, folder):
        troubles, messages, notes = [], [], []

        def verified(dataset):
            status, report, told = self.library.verify(folder, dataset, case.keys)
            troubles.extend(wrong_claims(status, report, self.may_be_verified(case, folder) and bool(dataset)))
            if status == OK:
                notes[:] = [note["about"] for note in report.get("notes", [])] + ["found_now"] * bool(report.get("found_now"))
                return "holds"
            messages.append(f"{told[0]}: {told[1]}" if told else "")
            if status not in (INTEGRITY, UNSUPPORTED, MISMATCH):
                troubles.append(f"verify answered {status} {told}")
            return refused_by(status, report)

        verify = verified(None)
        dataset, refusal = self.dataset(case, forged.documents[RUN])
        messages.append(refusal)
        data = verified(dataset) if dataset else "reading"
        if data == "holds" and verify != "holds":
            troubles.append(f"verify finds it ({verify}), and with the data does not")
        reproduce, true = "", False
        if dataset and (data == "holds" or self.complete or one_in(REPRODUCED_ALL_THE_SAME, mutation)):
            reproduce = self.reproduced(folder, dataset, notes, messages, troubles)
            true = data == "holds" == reproduce and self.is_true(case, forged, dataset, folder)
        signed = self.signed(case, mutation, folder, verify, troubles)
        return Outcome(verify, data, reproduce, true, signed, "; ".join(troubles), next((text for text in messages if text), ""),
                       tuple(sorted(set(notes))) if data == "holds" else ())

    def may_be_verified(self, case, folder):
        """A key stands behind run.json, which is as it was signed."""
        record = pathlib.Path(folder, RUN)
        return bool(case.keys) and record.is_file() and record.read_bytes() == case.sealed[RUN]

    def reproduced(self, folder, dataset, notes, messages, troubles):
        status, report, told = self.library.reproduce(folder, dataset)
        if status == OK:
            if {"file_spelling", "no_file_named"} & set(notes) and not report.get("notes"):
                troubles.append("reproduce does not tell of another file")
            return "holds"
        messages.append(f"{told[0]}: {told[1]}" if told else "")
        if status >= 100:
            troubles.append(f"reproduce answered {status} {told}")
        return {UNSUPPORTED: "unsupported", MISMATCH: "mismatch"}.get(status, "different")

    def is_true(self, case, forged, dataset, folder):
        """Whether training from the configuration that the forgery asks for gives the forgery, which says nothing else of the
        occurrence than the run did and has other results."""
        if occurrence(forged) != occurrence(case.run) or sorted(os.listdir(folder)) != sorted(os.listdir(case.folder)):
            return False
        if pathlib.Path(folder, RUN).read_bytes() == pathlib.Path(case.folder, RUN).read_bytes():
            return False
        try:
            run = self.library.train(dataset, canonical(forged.documents[RUN]["requested_config"]))
        except (Refused, KeyError):
            return False
        files = self.library.result_files(run)
        self.library.free("run", run)
        if set(files) != {*(name for name in forged.documents if name != EXECUTION), MODEL}:
            return False
        if case.past:
            return tells_the_same(forged, files)
        return all(pathlib.Path(folder, name).read_bytes() == content for name, content in files.items())

    def signed(self, case, mutation, folder, verify, troubles):
        """A key signs what verify finds whole, and nothing else."""
        if not one_in(LEFT_TO_SIGN, mutation):
            return ""
        whole = verify == "holds" or case.keys and self.library.verify(folder)[0] == OK
        signs = self.library.sign(folder, self.signer) == OK
        if signs and not whole:
            troubles.append(f"signed although {verify} failed")
        return "signs" if signs else "refuses"


# ---------------------------------------------------------------- which forgeries

def all_mutations(case, versions, told, every_element):
    around = singles.Around(case.column_names(), versions, told)
    yield from singles.mutations(case.run, around, every_element)
    yield from pairs.pairs(case.run, around, case.donors)


def order(seed, case, mutation):
    return hashlib.sha256(f"{seed}/{case.name}/{mutation.name}".encode()).digest()


def sample(found, count, seed):
    """`count` of (case, mutation), going round family, document and kind; the order within these is by a digest of the name."""
    groups = collections.defaultdict(list)
    for case, mutation in found:
        groups[(case.family, mutation.document, mutation.kind)].append((order(seed, case, mutation), case, mutation))
    queues = [sorted(group, key=lambda entry: entry[0]) for group in groups.values()]
    queues.sort(key=lambda queue: queue[0][0])
    chosen = []
    for turn in range(max(map(len, queues), default=0)):
        chosen += [queue[turn] for queue in queues if turn < len(queue)]
        if len(chosen) >= count:
            break
    return [(case, mutation) for _, case, mutation in chosen[:count]]


# ---------------------------------------------------------------- judging in processes of their own

def work(library_path, folder, part, complete, deadline):
    """Judges every (place, case, mutation) of `part` and keeps (place, outcome) in a file; a place alone before each."""
    court = Court(Library(library_path), folder, complete)
    with open(os.path.join(folder, "outcomes"), "ab") as out:
        for place, case, mutation in part:
            if deadline and time.monotonic() > deadline:
                break
            pickle.dump((place, None), out)
            out.flush()
            try:
                outcome = court.judge(case, mutation)
            except Exception as problem:  # pylint: disable=broad-except  # the forger's own fault, told with its name
                outcome = Outcome("", "", "", False, "", f"forger failed: {type(problem).__name__}: {problem}", "")
            pickle.dump((place, outcome), out)


def kept(folder):
    """What a worker kept, and the place at which it stopped."""
    outcomes, last = {}, None
    with open(folder / "outcomes", "rb") as file:
        while True:
            try:
                last, outcome = pickle.load(file)
            except (EOFError, pickle.UnpicklingError):
                return outcomes, last
            if outcome:
                outcomes[last] = outcome


def start(library_path, folder, part, complete, deadline):
    child = os.fork()
    if child == 0:
        status = 1
        try:
            work(library_path, folder, part, complete, deadline)
            status = 0
        finally:
            os._exit(status)
    return child


def judge_all(library_path, folder, chosen, jobs, complete, seconds):
    """{place: outcome}. Where a library crashes, its process is started again behind the forgery that it met."""
    deadline = time.monotonic() + seconds if seconds else None
    running, outcomes = {}, {}
    for job in range(jobs):
        place = folder / f"job{job}"
        place.mkdir()
        part = [(place, *pair) for place, pair in enumerate(chosen) if place % jobs == job]
        running[start(library_path, place, part, complete, deadline)] = (place, part)
    while running:
        child, status = os.wait()
        place, part = running.pop(child)
        found, last = kept(place)
        if status and last is not None and last not in found:
            found[last] = Outcome("", "", "", False, "", f"the process ended with {status}", "")
            rest = [entry for entry in part if entry[0] > last]
            (place / "outcomes").unlink()
            running[start(library_path, place, rest, complete, deadline)] = (place, rest)
        outcomes.update(found)
    return outcomes


# ---------------------------------------------------------------- the verdict

class Finding(typing.NamedTuple):
    case: typing.Any
    mutation: typing.Any
    outcome: Outcome
    group: str  # who finds it


def finder(case, mutation, outcome):
    """Who finds a forgery: a layer, reproduce, nobody; and whether that is on the lists."""
    if outcome.verify != "holds":
        return outcome.verify, True, None
    if outcome.data != "holds":
        return outcome.data, True, None
    if outcome.reproduce != "holds":
        entry = entry_for(REPRODUCE_ALONE, case, mutation)
        return "reproduce", entry is not None, entry
    entry = entry_for(TOLD, case, mutation)
    if entry and entry.told in outcome.told:
        return "told", True, entry
    entry = entry_for(NOBODY, case, mutation)
    if outcome.true and not entry:
        return "true record", True, None
    return "nobody", entry is not None, entry


def grouped(findings):
    """Lines of what is on no list: the folded name, how often, an example."""
    groups = collections.defaultdict(list)
    for finding in findings:
        mutation = finding.mutation
        kind = mutation.kind if mutation.document == "pair" else ""
        groups[(finding.group, mutation.document, mutation.folded, kind)].append(finding)
    for (group, document, folded, kind), members in sorted(groups.items()):
        kinds = sorted({finding.mutation.kind for finding in members})
        names = sorted({finding.case.name for finding in members})
        yield (f"{group}: {document}:{folded} [{', '.join(kinds[:6])}{', ...' if len(kinds) > 6 else ''}] "
               f"{len(members)} times, in {', '.join(names[:3])}{', ...' if len(names) > 3 else ''}")


def controls(library_path, made, folder):
    """Problems with what must hold: runs as they were written, and runs sealed again without a lie."""
    folder.mkdir()
    court = Court(Library(library_path), str(folder), True)
    unchanged = singles.Mutation("control", "", "unchanged", lambda run: None)
    for case in made:
        sealed = case.sealed
        for name, content in sealed.items():
            if (pathlib.Path(case.folder) / name).read_bytes() != content:
                yield f"{case.name}: sealing an unchanged run changes {name}"
        outcome = court.judge(case, unchanged)
        if (outcome.verify, outcome.data, outcome.reproduce) != ("holds",) * 3 or outcome.trouble:
            yield f"{case.name}: an unchanged run is refused: {outcome}"


def report(findings, everything):
    """Prints what was found and returns whether all is as it should be."""
    counted = collections.Counter(finding.group for finding in findings)
    print("forge: " + ", ".join(f"{group} {count}" for group, count in counted.most_common()))
    signed = collections.Counter(finding.outcome.signed for finding in findings if finding.outcome.signed)
    print("forge: asked for a signature: " + ", ".join(f"{word} {count}" for word, count in sorted(signed.items())))
    bad, used = [], collections.Counter()
    for finding in findings:
        _, fine, entry = finder(finding.case, finding.mutation, finding.outcome)
        used[entry] += 1
        if not fine:
            bad.append(finding)
    troubles = [finding for finding in findings if finding.outcome.trouble]
    layouts = [finding for finding in findings if finding.mutation.kind.startswith("laid out") and finding.outcome.verify == "holds"]
    if bad:
        print(f"forge: {len(bad)} forgeries hold that are on no list:")
        print("\n".join("  " + line for line in grouped(bad)))
    for finding in troubles:
        print(f"  {finding.case.name} {finding.mutation.name}: {finding.outcome.trouble}")
    for finding in layouts:
        print(f"  {finding.case.name} {finding.mutation.name}: the layout is not looked at")
    if everything:
        for entry in (*REPRODUCE_ALONE, *TOLD, *NOBODY):
            if not used[entry]:
                print(f"  listed and never needed: {entry.why}: {entry.pattern}")
    return not bad and not troubles and not layouts


def told_otherwise(findings):
    """Problems with the table in the documents, each told once."""
    problems = sorted(set(table.contradictions(TABLE.read_text(encoding="utf-8"), findings)))
    for problem in problems:
        print(f"forge: {TABLE.name}: {problem}")
    if problems:
        print("forge: `./dev forge --table docs/formats/forgeries.md` makes it anew")
    return problems


def scratch_parent():
    return "/dev/shm" if os.access("/dev/shm", os.W_OK) else None


def run(arguments):
    folder = pathlib.Path(tempfile.mkdtemp(prefix="runforge_forge_", dir=arguments.work or scratch_parent()))
    try:
        library = Library(arguments.library)
        made = base.make(library, folder, arguments.case)
        problems = list(controls(arguments.library, made, folder / "controls"))
        for problem in problems:
            print(f"forge: {problem}")
        everything = arguments.all or (bool(arguments.table) and not arguments.sample)  # --all: also each element of each tensor
        versions = [*base.versions(), *MADE_UP_VERSIONS]
        told = {told["code"]: told for case in made for told in case.run.documents[RUN]["diagnostics"]}
        found = [(case, mutation) for case in made for mutation in all_mutations(case, versions, told, arguments.all)
                 if re.search(arguments.only, mutation.name)]
        chosen = found if everything else sample(found, arguments.sample or (len(found) if arguments.seconds else SAMPLE), arguments.seed)
        if arguments.list:
            print("\n".join(f"{case.name} {mutation.name}" for case, mutation in chosen))
            return 0
        began = time.monotonic()
        outcomes = judge_all(arguments.library, folder, chosen, arguments.jobs, bool(arguments.table), arguments.seconds)
        findings = [Finding(*chosen[place], outcome, finder(*chosen[place], outcome)[0])
                    for place, outcome in sorted(outcomes.items())]
        print(f"forge: {len(findings)} of {len(found)} forgeries of {len(made)} runs, seed {arguments.seed}, "
              f"{time.monotonic() - began:.0f} s")
        if arguments.dump:
            with open(arguments.dump, "w", encoding="utf-8") as out:
                for finding in findings:
                    mutation = finding.mutation
                    out.write(json.dumps([finding.case.name, mutation.name, mutation.folded, finding.group, *finding.outcome]) + "\n")
        if arguments.table:
            pathlib.Path(arguments.table).write_text(table.text(findings), encoding="utf-8")
        elif TABLE.exists():
            problems += told_otherwise(findings)
        return 0 if report(findings, everything and not arguments.only and not arguments.case) and not problems else 1
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("library")
    parser.add_argument("--sample", type=int, help=f"how many forgeries; default: {SAMPLE}, and all with --table")
    parser.add_argument("--all", action="store_true")
    parser.add_argument("--seconds", type=float)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--case", action="append")
    parser.add_argument("--only", default="")
    parser.add_argument("--table")
    parser.add_argument("--dump", help="one line of JSON for each forgery")
    parser.add_argument("--work", help="folder to work in; default: one in memory")
    parser.add_argument("--list", action="store_true", help="names of the forgeries, without judging them")
    sys.exit(run(parser.parse_args()))


if __name__ == "__main__":
    main()
