"""Units and scales: a figure in the unit of its source, read in the unit in which a law counts.

Conversion is pint's, in exact decimals, over the units of ``units.txt``. Nothing converted is stored:
observations keep value, unit and power of ten as published, and are converted when they are read.
pint is loaded by whoever converts; reading a register in which nothing is converted does without.
"""

from __future__ import annotations

import re
from decimal import Decimal
from functools import cache
from pathlib import Path
from tokenize import TokenError
from typing import Any, Final

from indicators.register.model import Indicator, SeriesRef, Unit

DEFINITIONS: Final = Path(__file__).with_name("units.txt")
"""The units that a ``measure`` may be written with."""

_MEASURE = re.compile(r"(?=.*[A-Za-z])(?!.*\*\*(?![1-3](?!\d)))[A-Za-z0-9_*/(). ]{1,80}", re.ASCII)
_FAULTS = (TokenError, SyntaxError, ArithmeticError, TypeError, ValueError, AssertionError)
"""What pint raises on a text that it cannot read, besides its own errors."""
_REMEDY = "write both measures with units of indicators/register/units.txt, or take a series in the law's unit"


class UnitsDiffer(ValueError):
    """Two units between which nothing converts, or a ``measure`` that is no unit; names law, series and units."""


def measured(text: str) -> Any:
    """The quantity that a ``measure`` names, as ``GWh``, ``million KZT`` or ``person/1e5``; UnitsDiffer where none."""
    if not _MEASURE.fullmatch(text):
        raise UnitsDiffer(f"measure {text[:80]!r} is no unit: {_REMEDY}")
    import pint

    try:
        found = _registry().parse_expression(text)
    except (pint.errors.PintError, *_FAULTS) as error:
        raise UnitsDiffer(f"measure {text!r} is no unit ({error}): {_REMEDY}") from error
    if not isinstance(found, _registry().Quantity):
        raise UnitsDiffer(f"measure {text!r} is a number without a unit: {_REMEDY}")
    return found


@cache
def _registry() -> Any:
    import pint

    return pint.UnitRegistry(str(DEFINITIONS), non_int_type=Decimal, on_redefinition="raise")


@cache
def _ratio(published: str, wanted: str) -> Decimal:
    quotient = (measured(published) / measured(wanted)).to_base_units()
    if not quotient.dimensionless:
        raise UnitsDiffer(f"{published} is not convertible into {wanted}")
    factor: Decimal = Decimal(quotient.magnitude).normalize()
    return factor


def factor(published: Unit, wanted: Unit) -> Decimal:
    """By what a figure in ``published`` is multiplied to stand in ``wanted``; UnitsDiffer where nothing converts."""
    if published == wanted:
        return Decimal(1)
    for unit in (published, wanted):
        if unit.measure is None:
            raise UnitsDiffer(f"unit {unit.code} states no measure, so nothing converts it: {_REMEDY}")
    assert published.measure is not None and wanted.measure is not None  # the loop above
    return _ratio(published.measure, wanted.measure)


def unit_of(indicator: Indicator, series: SeriesRef | None) -> Unit | None:
    """The unit in which an indicator is scored and printed: its own, else its series'."""
    return indicator.unit or (series.unit if series is not None else None)


def conversion(indicator: Indicator, series: SeriesRef, law: str = "") -> Decimal:
    """By what a figure of ``series`` is multiplied for ``indicator``: 1 where it states no unit of its own.

    UnitsDiffer names law, series and units where nothing converts.
    """
    try:
        return Decimal(1) if indicator.unit is None else factor(series.unit, indicator.unit)
    except UnitsDiffer as error:
        where = f"law {law}, " if law else ""
        what = f"series {series.id} is in {series.unit.code}, indicator {indicator.id} in {indicator.unit.code}"  # type: ignore[union-attr]
        raise UnitsDiffer(f"{where}{what}: {error}") from error


def converted(value: float, by: Decimal) -> float:
    """A figure times ``by``, exact in decimals: 0.1 times 10 is 1."""
    return value if by == 1 else float(Decimal(repr(value)) * by)


def decimals_moved(by: Decimal) -> int:
    """How many decimals a conversion adds to (or takes from) the published ones.

    Where ``by`` is no power of ten the coarser one is told: precision is never gained by arithmetic.
    """
    power_of_ten = by.normalize().as_tuple().digits == (1,)
    return -by.adjusted() if power_of_ten else -(by.adjusted() + 1)
