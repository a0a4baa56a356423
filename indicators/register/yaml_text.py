"""YAML 1.2 text to plain data, and the line of each part of it.

libyaml reads the text, ten times as fast as a reader in Python. What it finds is put together here
and not by a loader of its library, since those follow YAML 1.1 (``no`` is false, ``12:30`` is 750),
keep no lines, let a later key replace an earlier one, and crash on a text that is nested too deep.
Anchors, aliases and tags are refused: what a file says stands where it is read.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import yaml

DEEPEST = 50
"""Levels that a text may be nested; a law file has eight."""

Place = tuple[str | int, ...]
"""Keys and positions from the top of the text down to a part of it."""


class YamlTextError(ValueError):
    """Text that is not the YAML read here; ``line`` counts from 1."""

    def __init__(self, line: int, problem: str):
        self.line, self.problem = line, problem
        super().__init__(f"line {line}: {problem}")


_PLAIN: tuple[tuple[re.Pattern[str], Callable[[str], Any]], ...] = (
    (re.compile(r"(~|null|Null|NULL)?"), lambda text: None),
    (re.compile(r"true|True|TRUE|false|False|FALSE"), lambda text: text.lower() == "true"),
    (re.compile(r"[-+]?[0-9]+"), int),
    (re.compile(r"0o[0-7]+|0x[0-9a-fA-F]+"), lambda text: int(text, 0)),
    (re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?"), float),
    (re.compile(r"[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)"), lambda text: float(text.replace(".", ""))),
)
"""What an unquoted scalar stands for: the core schema of YAML 1.2.2, section 10.3.2. A day stays text."""


def read(text: str) -> Any:
    """Mappings with text keys, lists, texts, numbers, booleans and None; None for an empty text.

    Raises YamlTextError with the line of the first mistake.
    """
    return _built(text)[0]


def line(text: str, place: Place) -> int:
    """Line, counted from 1, of the deepest part of ``place`` that stands in a text that :func:`read` reads."""
    lines = _built(text)[1]
    return next((lines[place[:n]] for n in range(len(place), 0, -1) if place[:n] in lines), 1)


def _built(text: str) -> tuple[Any, dict[Place, int]]:
    lines: dict[Place, int] = {}
    open_parts: list[_Part] = [_Part((), [], "")]
    try:
        for event in yaml.parse(text, Loader=yaml.CSafeLoader):
            _take(event, open_parts, lines)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise YamlTextError(1 if mark is None else mark.line + 1, str(error.problem)) from error
    except yaml.YAMLError as error:
        raise YamlTextError(1, " ".join(str(error).split())) from error
    documents = open_parts[0].held
    if len(documents) > 1:
        raise YamlTextError(lines[(1,)], "a second document begins here: write one to a file")
    return (documents[0] if documents else None), {place[1:]: number for place, number in lines.items()}


class _Part:
    """A mapping or list that is being read, and the key under which the next value goes."""

    __slots__ = ("held", "key", "place")

    def __init__(self, place: Place, held: Any, key: str | None):
        self.place, self.held, self.key = place, held, key


def _take(event: Any, open_parts: list[_Part], lines: dict[Place, int]) -> None:
    number = event.start_mark.line + 1
    if isinstance(event, yaml.NodeEvent) and (event.anchor is not None or getattr(event, "tag", None) is not None):
        raise YamlTextError(number, "anchors, aliases and tags are not read: write the value out")
    if isinstance(event, yaml.ScalarEvent):
        part = open_parts[-1]
        is_key = isinstance(part.held, dict) and part.key is None
        _put(event.value if is_key else _scalar(event), number, part, lines)
    elif isinstance(event, yaml.MappingStartEvent | yaml.SequenceStartEvent):
        held: Any = {} if isinstance(event, yaml.MappingStartEvent) else []
        place = _put(held, number, open_parts[-1], lines)
        if len(open_parts) > DEEPEST:
            raise YamlTextError(number, f"nested more than {DEEPEST} levels deep")
        open_parts.append(_Part(place, held, None))
    elif isinstance(event, yaml.MappingEndEvent | yaml.SequenceEndEvent):
        open_parts.pop()


def _scalar(event: Any) -> Any:
    if event.implicit[0]:
        for pattern, meaning in _PLAIN:
            if pattern.fullmatch(event.value):
                return meaning(event.value)
    return event.value


def _put(value: Any, number: int, part: _Part, lines: dict[Place, int]) -> Place:
    """Put a key or a value of line ``number`` into the part that is open; gives the value's place."""
    if isinstance(part.held, list):
        place = (*part.place, len(part.held))
        part.held.append(value)
    elif part.key is None:
        if isinstance(value, dict | list):
            raise YamlTextError(number, "a key is to be one word or text")
        part.key = value
        if part.key in part.held:
            raise YamlTextError(number, f"duplicate key {part.key!r}")
        place = (*part.place, part.key)
        part.held[part.key] = None
    else:
        place = (*part.place, part.key)
        part.held[part.key], part.key = value, None
        return place
    lines[place] = number
    return place
