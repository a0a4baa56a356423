"""What every dialect of SDMX data messages is read into: observations of the series that was chosen."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

TIME = "TIME_PERIOD"
VALUE = "OBS_VALUE"
STATUS = ("OBS_STATUS", "OBS_FLAG")
SECRECY = "CONF_STATUS"
UNITS = ("UNIT_MEASURE", "UNIT", "BASE_PER", "SCALE")
"""Components that make another series of the same key when they change."""
MULTIPLIER = "UNIT_MULT"
"""The power of ten of a figure. It may change from figure to figure: the series stays the same."""

ACTIONS = {
    "": "I",
    "I": "I",
    "A": "A",
    "M": "M",
    "R": "R",
    "D": "D",
    "Information": "I",
    "Append": "A",
    "Merge": "M",
    "Replace": "R",
    "Delete": "D",
}
"""Actions as SDMX-CSV and as SDMX-ML and SDMX-JSON write them."""

Choose = Callable[[Mapping[str, str], str], bool]
"""Says whether a series, given by its components and the action upon it, is the wanted one.

Asked once a series, not once a value. A deletion may leave components empty: it then means all.
"""


class NotSdmx(ValueError):
    """The message is none that this reader knows; the text says where and why."""


class Datum(NamedTuple):
    """One observation of a chosen series as written: ``period`` empty where a deletion names none,
    ``value`` and ``multiplier`` empty where there is none, ``unit`` the codes of :data:`UNITS`, empty
    where the message has no such component."""

    action: str
    period: str
    value: str
    flags: str
    secrecy: str
    unit: tuple[str, ...] = ()
    multiplier: str = ""
