"""Why a cell of a result has no number; every gap of a result bears one of these."""

from __future__ import annotations

from enum import IntEnum


class CellState(IntEnum):
    """State of one cell; only ``OK`` has a number."""

    OK = 0
    MISSING = 1  # the panel has no value
    NOT_APPLICABLE = 2  # outside the denominator
    NO_SPAN = 3  # the formula has nothing to divide by: constant indicator, one unit, target at the minimum
    UNDEFINED = 4  # a negative number under a mean or logarithm that knows none, or one too large for a number
    INSUFFICIENT = 5  # too little of the group is covered
    MANDATORY_MISSING = 6  # a child without which the group has no number
    NO_WEIGHT = 7  # every child that is known weighs nothing

    @property
    def label(self) -> str:
        """The state in lower case, as it is printed."""
        return self.name.lower()
