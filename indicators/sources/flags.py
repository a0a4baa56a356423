"""Observation flags of the SDMX world as statuses of the register."""

from __future__ import annotations

CODES = {
    "A": "",  # normal
    "B": "b",  # break in series
    "C": "c",  # confidential (Eurostat)
    "D": "",  # definition differs: the figure is official, the remark stands in the metadata
    "E": "e",  # estimate
    "F": "e",  # forecast
    "G": "e",  # experimental
    "I": "e",  # imputed
    "J": "",  # derogation
    "N": "",  # not significant
    "P": "p",  # provisional
    "R": "",  # revised (Eurostat)
    "S": "",  # strike and other special events (SDMX); an estimate of Eurostat (Eurostat)
    "U": "e",  # low reliability
    "V": "p",  # not validated
    "H": "m",  # holiday or weekend
    "K": "m",  # included in another category
    "L": "m",  # exists, was not collected
    "M": "m",  # cannot exist
    "O": "m",  # missing
    "Q": "c",  # suppressed
    "W": "m",  # includes data of another category
    "Z": "m",  # not applicable (Eurostat)
    ":": "m",  # not available (Eurostat)
}
"""SDMX code list CL_OBS_STATUS with the flags that Eurostat adds, in capitals."""

FREE = frozenset({"", "F"})
"""CONF_STATUS of figures that may be published."""

_GRAVEST = ("c", "m", "b", "p", "e", "")


def status(flags: str) -> str:
    """The register's status for one or more flags; of several the gravest, because there is room for one.

    Flags written together (``bp``) or apart (``B,P``) mean the same. ValueError for an unknown flag.
    """
    letters = [f for f in flags.upper() if f not in " ,;"]
    unknown = [f for f in letters if f not in CODES]
    if unknown:
        raise ValueError(f"unknown observation flag {''.join(unknown)!r}")
    return min((CODES[f] for f in letters), key=_GRAVEST.index, default="")
