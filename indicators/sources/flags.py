"""Observation flags of the SDMX world as statuses of the register."""

from __future__ import annotations

from functools import lru_cache

CODES = {
    # SDMX code list CL_OBS_STATUS
    "A": "",  # normal
    "B": "b",  # break in series
    "D": "",  # definition differs: the figure is official, the remark stands in the metadata
    "E": "e",  # estimate
    "F": "e",  # forecast
    "G": "e",  # experimental
    "H": "m",  # holiday or weekend
    "I": "e",  # imputed
    "J": "",  # derogation
    "K": "m",  # included in another category
    "L": "m",  # exists, was not collected
    "M": "m",  # cannot exist
    "N": "",  # not significant
    "O": "m",  # missing
    "P": "p",  # provisional
    "Q": "c",  # suppressed
    "S": "",  # strike or another special event
    "U": "e",  # low reliability
    "V": "p",  # not validated
    "W": "",  # includes data of another category
    # Eurostat's flags
    "b": "b",  # break in series
    "c": "c",  # confidential
    "d": "",  # definition differs
    "e": "e",  # estimate
    "f": "e",  # forecast
    "n": "",  # not significant
    "p": "p",  # provisional
    "r": "",  # revised
    "s": "e",  # estimate of Eurostat
    "u": "e",  # low reliability
    "z": "m",  # not applicable
    ":": "m",  # not available
}

FREE = frozenset({"", "F"})
"""CONF_STATUS of figures that may be published."""

_GRAVEST = ("c", "m", "b", "p", "e", "")


@lru_cache(maxsize=256)
def read_status(flags: str) -> str:
    """The register's status for one or more flags; of several the gravest, because there is room for one.

    Flags written together (``bp``) or apart (``B,P``) mean the same. ValueError for an unknown flag.
    """
    letters = [flag for flag in flags if flag not in " ,;"]
    unknown = "".join(flag for flag in letters if flag not in CODES)
    if unknown:
        raise ValueError(f"unknown observation flag {unknown[:40]!r}")
    return min((CODES[flag] for flag in letters), key=_GRAVEST.index, default="")
