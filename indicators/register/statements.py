"""What people say of a law: comments of the committee's staff and replies of the bodies that were asked.

One Markdown file a statement, ``statements/<law id>/<name>.md`` in the country's folder: a head
between two lines ``---``, then the text under ``# kk``, ``# ru`` and ``# en``, in as many of the
three languages as there are. A comment may use the small Markdown of
:mod:`indicators.register.markdown`; a reply is verbatim, so nothing in it is markup.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date as Day
from pathlib import Path
from typing import Literal, Self

from pydantic import Field, model_validator

from indicators.register.markdown import Block, MarkdownError, plain_blocks, read_blocks
from indicators.register.model import Identifier, Law, Model, Text
from indicators.register.parse import Problem, hidden, parse_body

__all__ = ["FOLDER", "LIMITS", "Language", "Statement", "StatementFile", "read_statements"]

FOLDER = "statements"
"""Optional folder of a country's register."""

LIMITS = {"comment": 1500, "reply": 6000}
"""Most characters of a statement in one language, by kind."""
LONGEST_WORD = 60
"""Longest run of characters without a space: a longer one would leave the page."""
LARGEST_FILE = 100_000
"""Bytes."""

Language = Literal["kk", "ru", "en"]
FindingKind = Literal[
    "score", "status", "caveat", "target_changed", "by_laws", "milestone", "pace", "change", "cross_check", "check",
    "no_data", "ended", "quarantined", "stale", "regions", "by_laws_detail", "recent_change", "target_document",
    "reference_target", "unconfirmed_target", "revision",
]  # fmt: skip
"""Kinds of findings that a statement may speak of, as the reports name them."""

_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,79}\.md")
_HEADING = re.compile(r"#{1,6}(\s|$)")


class About(Model):
    """The finding that a statement speaks of: its kind and, where one stands for each, the indicator."""

    kind: FindingKind
    indicator: Identifier | None = None


class _Head(Model):
    """The head of a file."""

    kind: Literal["comment", "reply"]
    author: Text = Field(description="the office that speaks, never a person's name")
    date: Day | None = Field(None, description="of a comment: written; of a reply: received (none yet: leave it out)")
    requested: Day | None = Field(None, description="of a reply: the day on which it was asked for")
    due: Day | None = Field(None, description="of a reply: its deadline")
    until: Day | None = Field(None, description="last day of knowledge on which it is printed")
    finding: About | None = None

    @model_validator(mode="after")
    def _dated(self) -> Self:
        if self.kind == "comment":
            if self.date is None:
                raise ValueError("a comment bears the day on which it was written: add `date`")
            if self.requested is not None or self.due is not None:
                raise ValueError("`requested` and `due` are of a reply: remove them or write `kind: reply`")
            return self
        if self.requested is None or self.due is None:
            raise ValueError("a reply says when it was asked for and by when: add `requested` and `due`")
        if self.due < self.requested:
            raise ValueError(f"the reply is due on {self.due}, before it was asked for on {self.requested}")
        if self.date is not None and self.date < self.requested:
            raise ValueError(f"the reply is dated {self.date}, before it was asked for on {self.requested}")
        return self


class Statement(_Head):
    """A statement with its texts; a reply that has not come has none."""

    id: str = Field(description="law and file: Z090000165_/2026-07-03-pace")
    law: str
    texts: dict[Language, tuple[Block, ...]]

    def known(self, as_of: Day) -> Statement | None:
        """The statement as known on a day: None before it was made, and a reply without its text before it came."""
        begun = self.date if self.kind == "comment" else self.requested
        if begun is None or begun > as_of or (self.until is not None and as_of > self.until):
            return None
        if self.date is not None and self.date > as_of:
            return self.model_copy(update={"date": None, "texts": {}})
        return self


@dataclass(frozen=True, slots=True)
class StatementFile:
    """A file of the folder: its bytes, and its statement where it holds one."""

    path: Path
    law: str
    body: bytes
    statement: Statement | None
    problems: tuple[Problem, ...]


def read_statements(root: Path, laws: Mapping[str, Law]) -> list[StatementFile]:
    """Every file below ``statements`` of a country's folder, in order; what is wrong with each as its problems."""
    folder = root / FOLDER
    if not folder.is_dir():
        return []
    return [_read(path, root, laws) for path in sorted(folder.rglob("*")) if not path.is_dir()]


def _read(path: Path, root: Path, laws: Mapping[str, Law]) -> StatementFile:
    law = path.parent.name

    def refused(message: str) -> StatementFile:
        return StatementFile(path, law, b"", None, (Problem(str(path), 1, message),))

    if path.parent.parent != root / FOLDER or not path.resolve().is_relative_to(root.resolve()):
        return refused(f"a statement stands in a folder of its own law: {FOLDER}/<law id>/<name>.md")
    if law not in laws:
        return refused(f"there is no law {law!r} in this register: name the folder after the law's id")
    if not _NAME.fullmatch(path.name):
        return refused("name the file in lower-case Latin letters, figures and hyphens, with the suffix .md")
    try:
        with path.open("rb") as file:
            body = file.read(LARGEST_FILE + 1)
    except OSError as error:
        return refused(f"cannot be read ({error.strerror}): check the path and its permissions")
    if len(body) > LARGEST_FILE:
        return refused(f"longer than {LARGEST_FILE:,} bytes: a statement is at most {LIMITS['reply']:,} characters")
    try:
        text = body.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        line = body.count(b"\n", 0, error.start) + 1
        return StatementFile(path, law, body, None, (Problem(str(path), line, "not UTF-8 text: save it as UTF-8"),))
    statement, problems = _parsed(path, laws[law], unicodedata.normalize("NFC", text))
    return StatementFile(path, law, body, statement, tuple(problems))


def _parsed(path: Path, law: Law, text: str) -> tuple[Statement | None, list[Problem]]:
    lines = text.split("\n")
    hidden = [Problem(str(path), number, message) for number, message in _hidden_characters(lines)]
    if hidden:
        return None, hidden
    end = next((n for n, line in enumerate(lines) if n and line.rstrip() == "---"), None)
    if lines[0].rstrip() != "---" or end is None:
        message = "the file begins with its head: kind, author and date between two lines of ---"
        return None, [Problem(str(path), 1, message)]
    # an empty line in place of the first --- keeps the numbers of the lines
    head = parse_body(path, "\n".join(["", *lines[1:end]]).encode(), _Head)
    if head.problems:
        return None, list(head.problems)
    value: _Head = head.value
    problems = []
    about = value.finding
    if about is not None and about.indicator is not None and about.indicator not in {i.id for i in law.indicators}:
        known = ", ".join(i.id for i in law.indicators) or "none"
        message = f"the law has no indicator {about.indicator!r}; there are: {known}"
        problems.append(Problem(str(path), head.line(("finding", "indicator")), message))
    texts: dict[Language, tuple[Block, ...]] = {}
    try:
        for language, start, section in _sections(lines, end + 1):
            if language in texts:
                raise MarkdownError(start, f"the text in {language!r} is given twice")
            texts[language] = _blocks(value.kind, section, start)
    except MarkdownError as error:
        problems.append(Problem(str(path), error.line, str(error)))
        return None, problems
    if not texts and (value.kind == "comment" or value.date is not None):
        message = "there is no text: write it under # kk, # ru or # en"
        problems.append(Problem(str(path), end + 1, message))
    if texts and value.date is None:
        message = "the reply has a text and no day: add the `date` on which it was received"
        problems.append(Problem(str(path), 1, message))
    if problems:
        return None, problems
    identifier = f"{law.id}/{path.stem}"
    return Statement(**value.model_dump(), id=identifier, law=law.id, texts=texts), []


def _hidden_characters(lines: Collection[str]) -> Iterator[tuple[int, str]]:
    """Characters that are not seen, or that turn the order of what is read."""
    for number, line in enumerate(lines, start=1):
        for position, name in hidden(line):
            yield number, f"column {position + 1} holds {name}, which is not seen: remove it"


def _sections(lines: list[str], start: int) -> Iterator[tuple[Language, int, list[str]]]:
    """Language, index of its first line and lines of each text of a file."""
    language: Language | None = None
    first, held = start, list[str]()
    for number, line in enumerate(lines[start:], start=start):
        if _HEADING.match(line):
            if language is not None:
                yield language, first, held
            language = _language(line, number)
            first, held = number + 1, []
        elif language is None and line.strip():
            raise MarkdownError(number + 1, "say the language of the text first: # kk, # ru or # en")
        else:
            held.append(line)
    if language is not None:
        yield language, first, held


def _language(line: str, number: int) -> Language:
    match line.strip():
        case "# kk":
            return "kk"
        case "# ru":
            return "ru"
        case "# en":
            return "en"
    raise MarkdownError(number + 1, f"{line.strip()[:40]!r}: the only headings are the languages # kk, # ru and # en")


def _blocks(kind: str, section: list[str], start: int) -> tuple[Block, ...]:
    """A text as blocks; MarkdownError with the file's own line where it is too long or cannot be printed."""
    text = "\n".join(section).expandtabs(4)
    length, limit = len(text.strip()), LIMITS[kind]
    if length > limit:
        raise MarkdownError(start, f"{length:,} characters, and a {kind} has at most {limit:,}: shorten it")
    if not length:
        raise MarkdownError(start, "the text is empty: write it or remove its heading")
    try:
        blocks = read_blocks(text) if kind == "comment" else plain_blocks(text)
    except MarkdownError as error:
        raise MarkdownError(start + error.line, str(error)) from error
    for word in " ".join(block.text for block in blocks).split():
        if len(word) > LONGEST_WORD:
            line = next((n for n, row in enumerate(section, start=1) if word[:LONGEST_WORD] in row), 1)
            advice = "write a long address as a link, [title](https://…)" if kind == "comment" else "break it"
            message = f"{word[:20]!r}… has {len(word)} characters without a space, and {LONGEST_WORD} fit: {advice}"
            raise MarkdownError(start + line, message)
    return blocks
