# SPDX-License-Identifier: MIT
"""Markdown as far as claims need it: headings with the anchors GitHub gives them, sentences, and the marks that name a
claim (<!-- claim: same-bytes --> behind the sentence, several ids with commas between).

Code, fenced or indented or between backticks, is no promise; neither is a heading, a file name or the address of a link.
A list item, a table row and a paragraph each begin a new sentence. Pinned by check_test.py.
"""
import re
from typing import NamedTuple

# What makes a sentence a promise: the words with their inflections (guarantees, nondeterminism, reproduced, ...), and how
# the same is said without them.
PROMISE = re.compile(r"\b(?:guarantee\w*|(?:non-?)?determinis\w*|byte[- ]identical\w*|reproduc\w*|tamper\w*"
                     r"|byte for byte|same bytes|promis\w+|proves that|never)", re.IGNORECASE)

HEADING = re.compile(r"(#{1,6})\s+(.*?)\s*#*\s*$")
FENCE = re.compile(r"\s*(```|~~~)")
NEW_BLOCK = re.compile(r"\s*(?:[-*+]\s|\d+[.)]\s|\|)")
MARK = re.compile(r"<!--\s*claim:\s*(.*?)\s*-->", re.DOTALL)
COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
MARK_TOKEN = re.compile("\x01(.*?)\x02")
# An end, what closes with it, and the marks behind it; then white space and what a sentence may begin with.
SENTENCE_END = re.compile("[.!?:;]?[.!?][)*_\"'`\\]]*(?:\\s*\x01[^\x02]*\x02)*(?=\\s+[\"'(*_`\\[\\d]*[A-Z\\d`*\\[])")


class Sentence(NamedTuple):
    line: int
    text: str
    claims: tuple
    anchors: tuple  # of the headings above it, the nearest last


class Document(NamedTuple):
    anchors: frozenset
    sentences: tuple

    def marks(self):
        """(claim id, sentence) for each mark."""
        return [(claim, sentence) for sentence in self.sentences for claim in sentence.claims]


def slug(heading):
    """GitHub's anchor of a heading's text."""
    text = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", COMMENT.sub("", heading)).replace("`", "")
    return re.sub(r"[^\w\- ]", "", text.strip().lower()).replace(" ", "-")


def promise_word(sentence):
    """The word that makes a sentence a promise, or None."""
    prose = re.sub(r"`[^`]*`", " ", sentence)
    prose = re.sub(r"\]\([^)]*\)", "] ", prose)
    prose = re.sub(r"\S+\.(?:md|json|h|py)\b", " ", prose)
    found = PROMISE.search(prose)
    return found.group() if found else None


def shield_marks(text):
    """Marks as one token that no line end splits; other comments blanked, line by line as long as before."""
    def token(match):
        return "\x01" + re.sub(r"\s+", " ", match.group(1)) + "\x02" + "\n" * match.group().count("\n")

    return COMMENT.sub(lambda m: "\n" * m.group().count("\n"), MARK.sub(token, text))


def blocks(lines):
    """(kind, first line, text) with kind "heading" or "prose"; code is left out."""
    block, start, fence, blank_before, in_list = [], 0, None, True, False
    for number, line in enumerate(lines, 1):
        opening = FENCE.match(line)
        if fence or opening:
            if block:
                yield "prose", start, "\n".join(block)
            block = []
            fence = None if fence and opening and opening.group(1) == fence else fence or opening.group(1)
            continue
        heading = HEADING.match(line)
        is_code = line.startswith("    ") and blank_before and not in_list and not block
        begins = heading or not line.strip() or is_code or NEW_BLOCK.match(line)
        if begins and block:
            yield "prose", start, "\n".join(block)
            block = []
        blank_before = not line.strip() or (is_code and blank_before)
        if heading:
            yield "heading", number, line
            in_list, blank_before = False, True
        elif line.strip() and not is_code:
            in_list = bool(NEW_BLOCK.match(line)) or (in_list and line.startswith("  "))
            if not block:
                start = number
            block.append(line)
    if block:
        yield "prose", start, "\n".join(block)


def sentences_of(start, text, anchors):
    position = 0
    while position < len(text):
        end = SENTENCE_END.search(text, position)
        stop = end.end() if end else len(text)
        part = text[position:stop]
        line = start + text.count("\n", 0, position + len(part) - len(part.lstrip()))
        claims = tuple(name for token in MARK_TOKEN.findall(part) for name in re.split(r"[,\s]+", token) if name)
        words = " ".join(MARK_TOKEN.sub("", part).split())
        if words or claims:
            yield Sentence(line, words, claims, anchors)
        position = stop


def read(path):
    open_headings, seen, sentences, anchors = [], {}, [], set()
    for kind, line, text in blocks(shield_marks(path.read_text(encoding="utf-8")).split("\n")):
        if kind == "prose":
            sentences += sentences_of(line, text, tuple(anchor for _, anchor in open_headings))
            continue
        marks, title = HEADING.match(text).groups()
        anchor = slug(MARK_TOKEN.sub("", title))
        seen[anchor] = seen.get(anchor, -1) + 1
        if seen[anchor]:
            anchor += f"-{seen[anchor]}"
        open_headings = [(level, name) for level, name in open_headings if level < len(marks)] + [(len(marks), anchor)]
        anchors.add(anchor)
    return Document(frozenset(anchors), tuple(sentences))
