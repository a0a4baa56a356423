"""Corrections: known errors of a source, each with its reason and a guard against its own age.

A correction is data beside the law, never code. It names the values that the source published
(``expect``) and stops being applied, loudly, on the day on which the source publishes anything
else: then somebody either closes it (``until``) or corrects it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date as Day
from typing import Annotated, Literal

from pydantic import Field, StringConstraints, model_validator

from indicators.register import period as periods
from indicators.register.findings import Finding
from indicators.register.model import Identifier, Line, Model, Period, SeriesRef, Source, Text
from indicators.register.observation import NATION

Figure = Annotated[str, StringConstraints(pattern=r"^-?\d+(\.\d+)?$")]

__all__ = ["CORRECTIONS_FILE", "Correction", "correction_findings"]

CORRECTIONS_FILE = "corrections.yaml"
"""Optional file of a country's register: a list of :class:`Correction`."""


class Correction(Model):
    """One known error of one series and area, and what is done about it until the source mends it.

    * ``drop``: the rows of the periods leave the series; with ``keep``, all but the row that was
      published so (for a period that the source gives with several values).
    * ``override``: the value becomes that of ``values``, with the precision in which it stands there.
    * ``scale``: the value is multiplied by ``factor`` (a file in thousands instead of units).
    * ``flag``: the value stays and gets the status ``status``.
    """

    id: Identifier
    series: Identifier
    area: Identifier = NATION
    action: Literal["drop", "override", "scale", "flag"]
    expect: dict[Period, tuple[Line, ...]] = Field(
        min_length=1, description="by period, every value exactly as the source published it, repeated rows included"
    )
    keep: dict[Period, Line] = Field(default_factory=dict, description="drop: the published value that stays")
    values: dict[Period, Figure] = Field(default_factory=dict, description="override: the right value by period")
    factor: float | None = Field(None, gt=0, allow_inf_nan=False, description="scale: right value = published x factor")
    status: Literal["e", "p", "b"] | None = Field(None, description="flag: estimate, provisional or break")
    since: Day | None = Field(None, description="releases known from this day on; None: all")
    until: Day | None = Field(None, description="first day on which a release was right; None: not mended yet")
    reason: Text
    reported_to: Text | None = Field(None, description="None: not reported yet")
    reported_on: Day | None = None
    source: Source = Field(description="where it was read that the published value is wrong, and which is right")

    @property
    def periods(self) -> tuple[str, ...]:
        """The periods that are corrected, in order of time."""
        return tuple(sorted(self.expect, key=periods.time))

    def concerns(self, known_from: Day) -> bool:
        """Whether a release that became known on this day has the error."""
        return (self.since is None or self.since <= known_from) and (self.until is None or known_from < self.until)

    @model_validator(mode="after")
    def _whole(self) -> Correction:
        takes = {"drop": "keep", "override": "values", "scale": "factor", "flag": "status"}
        for action, field in takes.items():
            if self.action != action and getattr(self, field):
                raise ValueError(f"{field} belongs to the action {action}, not to {self.action}")
        needed = takes[self.action]
        if self.action != "drop" and not getattr(self, needed):
            raise ValueError(f"the action {self.action} needs {needed}")
        if self.action == "override" and self.values.keys() != self.expect.keys():
            raise ValueError("values and expect name the same periods")
        if self.action != "drop" and any(len(rows) != 1 for rows in self.expect.values()):
            raise ValueError(f"expect names one value a period: {self.action} cannot choose between several rows")
        for period, kept in self.keep.items():
            if self.expect.get(period, ()).count(kept) == 0:
                raise ValueError(f"keep {period}: {kept!r} is none of the expected values")
        if (self.reported_to is None) != (self.reported_on is None):
            raise ValueError("reported_to and reported_on go together")
        if self.since is not None and self.until is not None and self.until <= self.since:
            raise ValueError("until must be after since")
        return self


def correction_findings(corrections: Sequence[Correction], series: Mapping[str, SeriesRef]) -> Iterator[Finding]:
    """Broken rules of ``corrections.yaml``: each entry is established, about a known series, and alone."""
    seen: set[str] = set()
    for n, entry in enumerate(corrections):
        if entry.id in seen:
            yield Finding((n, "id"), f"duplicate id {entry.id!r}: it must be unique and never change")
        seen.add(entry.id)
        ref = series.get(entry.series)
        if ref is None:
            yield Finding((n, "series"), f"no law has a series {entry.series!r}: add it, or correct the id")
        elif ref.regular:
            for period in entry.periods:
                if periods.frequency(period) != ref.frequency:
                    yield Finding((n, "expect"), f"{period} is not of the series' frequency {ref.frequency}")
        if not entry.source.verification.printable:
            message = "a figure is corrected only on established facts (A or B): wait, or write the break in the law"
            yield Finding((n, "source"), message)
        for other in corrections[:n]:
            same = (entry.series, entry.area) == (other.series, other.area)
            both = sorted(entry.expect.keys() & other.expect.keys())
            if same and both and _overlap(entry, other):
                yield Finding((n, "expect"), f"{both[0]} is corrected by {other.id!r} already: close one with until")


def _overlap(one: Correction, other: Correction) -> bool:
    """Whether some day lies in the lives of both."""
    start = max(one.since or Day.min, other.since or Day.min)
    return start < min(one.until or Day.max, other.until or Day.max)
