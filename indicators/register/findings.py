"""A broken rule of a register file, before it is given its line."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Finding:
    """A broken rule and the path to it inside the file."""

    loc: tuple[Any, ...]
    message: str
