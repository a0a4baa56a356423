"""Damage to a JSON answer: any of its parts replaced by junk, or lost."""

from __future__ import annotations

import copy
import json
from typing import Any

from hypothesis import strategies as st

JUNK = st.none() | st.booleans() | st.text("abc<", max_size=4) | st.lists(st.none(), max_size=2) | st.just({"a": "b"})


def paths(tree: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Paths to every part of a document."""
    inner = tree.items() if isinstance(tree, dict) else enumerate(tree) if isinstance(tree, list) else ()
    return [path, *(p for key, part in inner for p in paths(part, (*path, key)))]


def damaged(document: Any, path: tuple[Any, ...], junk: Any, drop: bool) -> bytes:
    """The document as JSON with the part at ``path`` dropped, or replaced by ``junk``."""
    damaged_copy = copy.deepcopy(document)
    part: Any = damaged_copy
    for key in path[:-1]:
        part = part[key]
    if drop:
        del part[path[-1]]
    else:
        part[path[-1]] = junk
    return json.dumps(damaged_copy).encode()
