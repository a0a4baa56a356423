"""One register file: YAML text to a model, every problem with its line and remedy."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from pydantic import BaseModel, TypeAdapter, ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.constructor import RoundTripConstructor
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from indicators.register import model


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
    """A file that was read: its bytes, its YAML tree (for line numbers) and its value.

    ``value`` is None where the file does not hold what it should; ``problems`` then says why.
    """

    path: Path
    body: bytes
    tree: Any
    value: Any
    problems: tuple[Problem, ...]

    def line(self, loc: tuple[Any, ...]) -> int:
        """Line of the deepest part of ``loc`` that stands in the file."""
        return _line(self.tree, loc)


class _DaysAsText(RoundTripConstructor):
    """Leaves days as text: the model reads them and, unlike YAML, names the line of 30 February."""


_DaysAsText.add_constructor("tag:yaml.org,2002:timestamp", RoundTripConstructor.construct_yaml_str)


def parse(path: Path, shape: Any) -> Parsed:
    """The file as a ``shape`` (a model, or a list of models); never raises for what is in the file."""
    try:
        body = path.read_bytes()
    except OSError as error:
        return _failed(path, b"", 1, f"cannot be read ({error.strerror}): check the path and its permissions")
    return _read(path, body, shape)


# Reading a law takes longer than most of what is then done with it: a process reads the same bytes once.
@lru_cache(maxsize=1024)
def _read(path: Path, body: bytes, shape: Any) -> Parsed:
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = body.count(b"\n", 0, error.start) + 1
        return _failed(path, body, line, f"not UTF-8 text (byte {error.start}): save the file as UTF-8")
    try:
        tree = _yaml().load(text)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        remedy = "compare the indentation, colons and quotes with a neighbouring entry"
        return _failed(path, body, (mark.line + 1) if mark else 1, f"not YAML: {error.problem}: {remedy}")
    except YAMLError as error:
        return _failed(path, body, 1, f"not YAML: {error}")
    if tree is None:
        return _failed(path, body, 1, "the file is empty: fill it in or remove it")
    try:
        value = TypeAdapter(shape).validate_python(_plain(tree))
    except ValidationError as error:
        problems = tuple(
            Problem(str(path), _line(tree, item["loc"]), f"{_where(item['loc'])}: {_gentle(item)}")
            for item in error.errors(include_url=False)
        )
        return Parsed(path, body, tree, None, problems)
    return Parsed(path, body, tree, value, ())


def _yaml() -> YAML:
    yaml = YAML(typ="rt")
    yaml.Constructor = _DaysAsText
    return yaml


def _failed(path: Path, body: bytes, line: int, message: str) -> Parsed:
    return Parsed(path, body, None, None, (Problem(str(path), line, message),))


def _where(loc: tuple[Any, ...]) -> str:
    return ".".join(str(part) for part in loc) or "file"


def _gentle(item: Any) -> str:
    """Pydantic's complaint in the words of someone who edits a law file."""
    kind, given = item["type"], item.get("input")
    if kind == "extra_forbidden":
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


def _plain(node: Any) -> Any:
    """Plain Python containers, so that the model never sees the YAML library's own types."""
    if isinstance(node, dict):
        return {str(key): _plain(value) for key, value in node.items()}
    if isinstance(node, list):
        return [_plain(value) for value in node]
    return node


def _line(tree: Any, loc: tuple[Any, ...]) -> int:
    line, node = 1, tree
    for part in loc:
        if isinstance(node, CommentedMap) and part in (node.lc.data or {}):
            line = node.lc.key(part)[0] + 1
        elif isinstance(node, CommentedSeq) and isinstance(part, int) and part < len(node):
            line = node.lc.item(part)[0] + 1
        else:
            break
        node = node[part]
    return line
