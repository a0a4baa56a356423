"""One register file: YAML text to a model, every problem with its line and remedy."""

from __future__ import annotations

import difflib
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from pydantic import BaseModel, TypeAdapter, ValidationError

from indicators.register import model, yaml_text
from indicators.register.yaml_text import YamlTextError

_HIDDEN = ("Cc", "Cf", "Co", "Cs", "Cn", "Zl", "Zp")  # controls, bidirectional marks, zero widths, no characters


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """Something in a register file that must be mended, with its place."""

    file: str
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.message}"


@dataclass(frozen=True, slots=True)
class Parsed:
    """A file that was read: its bytes, its text and its value.

    ``value`` is None where the file does not hold what it should; ``problems`` then says why.
    """

    path: Path
    body: bytes
    text: str
    value: Any
    problems: tuple[Problem, ...]

    def line(self, loc: tuple[Any, ...]) -> int:
        """Line of the deepest part of ``loc`` that stands in the file."""
        return yaml_text.line(self.text, loc)


def parse(path: Path, shape: Any) -> Parsed:
    """The file as a ``shape`` (a model, or a list of models); never raises for what is in the file."""
    try:
        body = path.read_bytes()
    except OSError as error:
        return _failed(path, b"", 1, f"cannot be read ({error.strerror}): check the path and its permissions")
    return parse_body(path, body, shape)


# Reading a law takes longer than most of what is then done with it: a process reads the same bytes once.
@lru_cache(maxsize=1024)
def parse_body(path: Path, body: bytes, shape: Any) -> Parsed:
    """What :func:`parse` makes of a file with these bytes."""
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = body.count(b"\n", 0, error.start) + 1
        return _failed(path, body, line, f"not UTF-8 text (byte {error.start}): save the file as UTF-8")
    try:
        data = yaml_text.read(text)
    except YamlTextError as error:
        remedy = "compare the indentation, colons and quotes with a neighbouring entry"
        return _failed(path, body, error.line, f"not YAML: {error.problem}: {remedy}")
    if data is None:
        return _failed(path, body, 1, "the file is empty: fill it in or remove it")
    try:
        value = TypeAdapter(shape).validate_python(data)
    except ValidationError as error:
        problems = tuple(
            Problem(str(path), yaml_text.line(text, item["loc"]), f"{_where(item['loc'])}: {_gentle(item)}")
            for item in error.errors(include_url=False)
        )
        return Parsed(path, body, text, None, problems)
    unseen = tuple(
        Problem(str(path), yaml_text.line(text, loc), f"{_where(loc)} holds {name}, which is not seen: remove it")
        for loc, name in _unseen(data, ())
    )
    return Parsed(path, body, text, value, unseen)


def hidden(text: str) -> Iterator[tuple[int, str]]:
    """Position and name of every character that is not seen, or that turns the order of what is read."""
    for position, character in enumerate(text):
        if character not in "\t\n" and unicodedata.category(character) in _HIDDEN:
            yield position, f"U+{ord(character):04X} ({unicodedata.name(character, 'no name')})"


def _unseen(data: Any, loc: tuple[Any, ...]) -> Iterator[tuple[tuple[Any, ...], str]]:
    """Place and name of every such character in the texts of a file, those written as ``\\u200b`` included."""
    if isinstance(data, str):
        if not data.isprintable():  # most texts are settled here
            yield from ((loc, name) for _, name in hidden(data))
    elif isinstance(data, dict):
        for key, part in data.items():
            yield from _unseen(part, (*loc, key))
    elif isinstance(data, list):
        for number, part in enumerate(data):
            yield from _unseen(part, (*loc, number))


def _failed(path: Path, body: bytes, line: int, message: str) -> Parsed:
    return Parsed(path, body, "", None, (Problem(str(path), line, message),))


def _where(loc: tuple[Any, ...]) -> str:
    return ".".join(str(part) for part in loc) or "file"


def _gentle(item: Any) -> str:
    """Pydantic's complaint in the words of someone who edits a law file."""
    kind, given = item["type"], item.get("input")
    if kind == "extra_forbidden":
        if item["loc"][-1] in _fields():
            return "this field does not belong here: look at the indentation, and under which list the entry stands"
        close = difflib.get_close_matches(str(item["loc"][-1]), _fields(), n=1)
        guess = f"did you mean {close[0]!r}? " if close else ""
        return f"unknown field: {guess}`oryndau laws schema` lists the fields"
    if kind == "missing":
        return "missing: this field is required"
    if kind == "string_type" and isinstance(given, int | float):
        return f'must be text: write it in quotes, "{given}"'
    if kind == "string_pattern_mismatch":
        return f"{given!r} is not of the form that stands here ({item['ctx']['pattern']})"
    text = item["msg"].removeprefix("Value error, ")
    return f"{text} (found {given!r})" if isinstance(given, str | int | float) else text


@cache
def _fields() -> tuple[str, ...]:
    """Every field name of the model, to guess what a misspelt one meant."""
    shapes: Iterator[type[BaseModel]] = (
        shape for shape in vars(model).values() if isinstance(shape, type) and issubclass(shape, BaseModel)
    )
    return tuple(sorted({name for shape in shapes for name in shape.model_fields}))
