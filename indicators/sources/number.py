"""Published numbers as text: their value and the precision they were published with."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from decimal import Decimal

_NUMBER = re.compile(r"^[+-]?\d+(?:\.(\d*))?(?:[eE]([+-]?\d{1,3}))?$", re.ASCII)

_POWER = re.compile(r"^(?:[+-]?[0-3]?\d)?$", re.ASCII)


@dataclass(frozen=True, slots=True)
class Number:
    """A number as a source wrote it: the text, its value, and the decimals in the text."""

    text: str
    value: float
    decimals: int


def read_number(text: str, *, comma: bool = False) -> Number:
    """The number in ``text``; white space around it does not belong to it.

    ``comma`` allows the decimal comma of Kazakh and Russian spreadsheets. ``decimals`` counts the
    digits after the point, zeros included. ValueError where the text is no finite number:
    thousands separators, ``<0.1``, ``x`` and ``NaN`` are no numbers here, their meaning is the
    connector's to know.
    """
    bare = text.strip()
    plain = bare.replace(",", ".", 1) if comma else bare
    shape = _NUMBER.match(plain)
    if not shape:
        raise ValueError(f"{text!r} is not a number")
    value = float(plain)
    if not math.isfinite(value):
        raise ValueError(f"{text!r} is beyond the range of numbers")
    fraction, exponent = shape.groups(default="")
    return Number(bare, value, max(0, len(fraction) - int(exponent or 0)))


def read_multiplier(text: str) -> int:
    """The power of ten in ``text`` (UNIT_MULT), 0 where it is empty; ValueError where it is none."""
    if not _POWER.match(text):
        raise ValueError(f"the multiplier is {text[:40]!r}, not a power of ten such as 3 or -2")
    return int(text or 0)


def precision(number: Number, expected: int | None) -> int:
    """Decimals of a figure whose publisher's software drops or adds trailing zeros.

    Static site builders and spreadsheets keep floats: ``3.00`` becomes ``3.0`` and ``17`` becomes
    ``17.0``. Where the register knows the publication's decimals (``expected``), they hold unless
    the text itself shows more significant ones; otherwise the text is believed.
    """
    if expected is None:
        return number.decimals
    significant = -Decimal(number.text.replace(",", ".")).normalize().as_tuple().exponent  # type: ignore[operator]
    return max(expected, significant)
