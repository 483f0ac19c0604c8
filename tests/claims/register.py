# SPDX-License-Identifier: MIT
"""docs/claims.json against the tree: documents, schemas, artifacts, the C interface and the list of mutants.

A problem is one line that says where, what is wrong and what to do. Pinned by check_test.py.
"""
import json
import pathlib
import re
from typing import NamedTuple, Optional

import documents

REGISTER = "docs/claims.json"
MUTANTS = "tests/mutants/mutants.json"
EXPORTS = "tests/abi/exports.txt"
USE_OF_MUTANT = re.compile(r"\bRF_MUTANT\(\s*(\w+)")
MACRO = "lib/core/mutant.hpp"

FIELDS = {"id", "statement", "docs", "schema", "tests", "abi", "artifact", "mutant", "no_mutant"}
LISTS = ("docs", "schema", "tests", "abi")


class Claim(NamedTuple):
    id: str
    statement: str
    docs: list
    schema: list
    tests: list
    abi: list
    artifact: Optional[str]
    mutant: Optional[str]
    no_mutant: Optional[str]


class Register(NamedTuple):
    guarded: list
    claims: list

    def ids(self):
        return {claim.id for claim in self.claims}


def once(pairs):
    """A JSON object whose names each come once."""
    names = [name for name, _ in pairs]
    twice = {name for name in names if names.count(name) > 1}
    if twice:
        raise ValueError(f"{', '.join(sorted(twice))} stands there twice")
    return dict(pairs)


def load(root):
    """(register, problems); without a register nothing else can be checked."""
    try:
        content = json.loads((root / REGISTER).read_text(encoding="utf-8"), object_pairs_hook=once)
        entries = content["claims"]
        guarded = content["guarded"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        return Register([], []), [f"{REGISTER}: {error!r}; it is an object with \"guarded\" and \"claims\""]
    claims, problems = [], []
    for entry in entries:
        name = entry.get("id", "?")
        at = f"{REGISTER}: {name}"
        if not re.fullmatch(r"[a-z][a-z0-9-]*", str(name)):
            problems.append(f"{at}: an id is lower-case words with hyphens between")
        for unknown in sorted(set(entry) - FIELDS):
            problems.append(f"{at}: unknown member {unknown!r}; there are {', '.join(sorted(FIELDS))}")
        wrong = [key for key in LISTS if not isinstance(entry.get(key, []), list)]
        problems += [f"{at}: {key} is a list" for key in wrong]
        for key in ("statement", "docs", "tests"):
            if not entry.get(key):
                problems.append(f"{at}: a claim needs {key}: claim, documentation and test are what is traced")
        if bool(entry.get("mutant")) == bool(entry.get("no_mutant")):
            problems.append(f"{at}: give either \"mutant\", a fault of {MUTANTS} that its first test must notice, or "
                            "\"no_mutant\", the reason why there is none")
        lists = {key: [] if key in wrong else entry.get(key, []) for key in LISTS}
        claims.append(Claim(name, entry.get("statement", ""), **lists, artifact=entry.get("artifact"),
                            mutant=entry.get("mutant"), no_mutant=entry.get("no_mutant")))
    names = [claim.id for claim in claims]
    problems += [f"{REGISTER}: {name}: two claims have this id" for name in sorted({n for n in names if names.count(n) > 1})]
    return Register(guarded, claims), problems


def check_guarded(root, register):
    """Promises without a claim, unknown ids, and marks at places that the claim does not name."""
    places = {claim.id: claim.docs for claim in register.claims}
    for name in register.guarded:
        path = root / name
        if not path.is_file():
            yield f"{REGISTER}: the guarded file {name} does not exist; take it out or put it back"
            continue
        for begins in re.finditer(r"^[ \t]*<!--\s*claim:", path.read_text(encoding="utf-8"), re.MULTILINE):
            line = path.read_text(encoding="utf-8").count("\n", 0, begins.start()) + 1
            yield f"{name}:{line}: a mark that begins a line cuts its paragraph in two; put it behind the sentence's last word"
        for sentence in documents.read(path).sentences:
            at = f"{name}:{sentence.line}"
            word = documents.promise_word(sentence.text)
            if word and not sentence.claims:
                yield (f"{at}: \"{word}\" promises something and no claim stands behind it: \"{shortened(sentence.text)}\". "
                       f"End the sentence with <!-- claim: ID -->, the id of a claim of {REGISTER}, or say it without the word")
            for claim in sentence.claims:
                if claim not in places:
                    yield f"{at}: the mark names the claim '{claim}', which {REGISTER} does not have; add it, or mend the mark"
                elif not any(f"{name}#{anchor}" in places[claim] for anchor in sentence.anchors):
                    nearest = sentence.anchors[-1] if sentence.anchors else ""
                    yield f"{at}: the claim '{claim}' is marked here; name the place in its docs: \"{name}#{nearest}\""


def check_docs(root, register):
    """Each place a claim names exists and carries the claim's mark."""
    read = {}
    for claim in register.claims:
        for place in claim.docs:
            at = f"{REGISTER}: {claim.id}: docs: {place}"
            name, _, anchor = place.partition("#")
            if not (root / name).is_file():
                yield f"{at}: there is no file {name}"
                continue
            document = read.setdefault(name, documents.read(root / name))
            if anchor not in document.anchors:
                yield f"{at}: no heading of {name} has the anchor #{anchor}; it has #{', #'.join(sorted(document.anchors))}"
            elif not any(marked == claim.id and anchor in sentence.anchors for marked, sentence in document.marks()):
                yield f"{at}: no sentence there carries <!-- claim: {claim.id} -->; mark the sentence that makes this promise"


def resolve(value, pointer):
    """The value that a JSON pointer names; KeyError where there is none."""
    for token in pointer.split("/")[1:]:
        token = token.replace("~1", "/").replace("~0", "~")
        if isinstance(value, list):
            value = dict(enumerate(value))
            token = int(token) if token.isdigit() else token
        if not isinstance(value, dict):
            raise KeyError(token)
        value = value[token]
    return value


def check_schemas(root, register):
    cited = set()
    for claim in register.claims:
        for place in claim.schema:
            name, _, pointer = place.partition("#")
            cited.add(name)
            try:
                resolve(json.loads((root / name).read_text(encoding="utf-8")), pointer)
            except (OSError, ValueError):
                yield f"{REGISTER}: {claim.id}: schema: there is no schema {name}"
            except KeyError as missing:
                yield (f"{REGISTER}: {claim.id}: schema: {name} has nothing at {pointer or '#'}: no {missing}; "
                       "mend the pointer, or give the field back to the schema")
    for path in sorted((root / "schemas").glob("*.json")):
        name = path.relative_to(root).as_posix()
        if name not in cited:
            yield f"{name}: no claim covers this artifact; name one of its fields in the schema list of a claim in {REGISTER}"


def check_artifacts(root, build, register):
    for claim in register.claims:
        if not claim.artifact:
            continue
        in_build = claim.artifact.startswith("build:")
        path = build / claim.artifact[len("build:"):] if in_build else root / claim.artifact
        if not path.exists():
            what = "was not left behind by its tests" if in_build else "is not in the tree"
            yield f"{REGISTER}: {claim.id}: artifact: {claim.artifact} {what}; name what is there, or mend the test that makes it"


def check_interface(root, register):
    exports = (root / EXPORTS).read_text(encoding="utf-8").split()
    covered = set()
    for claim in register.claims:
        covered.update(claim.abi)
        for name in claim.abi:
            if name not in exports:
                yield f"{REGISTER}: {claim.id}: abi: {name} is not exported ({EXPORTS}); take it out"
    for name in exports:
        if name not in covered:
            yield f"{EXPORTS}: no claim covers {name}; list it under \"abi\" of the claim in {REGISTER} that tells what it promises"


def check_mutants(root, register):
    """The list, the places in the code and the claims name the same mutants."""
    try:
        listed = json.loads((root / MUTANTS).read_text(encoding="utf-8"), object_pairs_hook=once)
    except (OSError, ValueError) as error:
        yield f"{MUTANTS}: {error}; it is an object: the name of each mutant with what it does"
        return
    places = {}
    for top in ("lib", "bindings"):
        for path in sorted((root / top).rglob("*.[ch]pp")):
            name = path.relative_to(root).as_posix()
            if name != MACRO:
                for mutant in USE_OF_MUTANT.findall(path.read_text(encoding="utf-8")):
                    places.setdefault(mutant, []).append(name)
    named = {claim.mutant: claim.id for claim in register.claims if claim.mutant}
    for mutant in sorted(set(listed) | set(places) | set(named)):
        where = places.get(mutant, [])
        if mutant not in listed:
            yield f"{(where or [REGISTER])[0]}: the mutant '{mutant}' is not listed; add it to {MUTANTS} with what it does"
        elif not where:
            yield f"{MUTANTS}: '{mutant}' is nowhere in the code; put RF_MUTANT({mutant}, ...) there, or take it out"
        if len(where) > 1:
            yield f"{', '.join(where)}: the mutant '{mutant}' sits in {len(where)} places; give each a name of its own"
        if mutant not in named:
            yield f"{MUTANTS}: no claim names '{mutant}'; name it in {REGISTER} at the claim whose test must notice it"


def shortened(text):
    return text if len(text) <= 100 else text[:100] + "..."


def check(root, build):
    """(register, problems) of everything that can be seen without running anything."""
    root, build = pathlib.Path(root), pathlib.Path(build)
    register, problems = load(root)
    if register.claims:
        for part in (check_guarded(root, register), check_docs(root, register), check_schemas(root, register),
                     check_artifacts(root, build, register), check_interface(root, register), check_mutants(root, register)):
            problems += part
    return register, problems
