"""A synthetic law under watch, scored and frozen by the real rooms; every text says that it is synthetic."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from checks.rules import Severity
from checks.verdict import CheckResult, Outcome, Verdict
from indicators.register.load import Register
from indicators.register.model import Law, Profile, Region, SourceInfo
from indicators.register.observation import Observation, published_decimals, to_frame
from indicators.scores.law import score_law
from indicators.scores.revisions import Release, Reliability, reliability
from reports.edition import Provenance, build_law_edition
from reports.language import render
from reports.model import Finding, LawEdition

AT = date(2026, 9, 30)
SERIES = "synthetic/share"


def text(value: str) -> dict[str, str]:
    return {"kk": f"{value} (kk)", "ru": f"{value} (ru)", "en": value}


def target(period: str, value: float | None = None, **more: Any) -> dict[str, Any]:
    mark = more.pop("mark", "A")
    source = {"title": text("synthetic decree"), "verification": mark}
    more.setdefault("id", f"t-{period}")
    return {"period": period, "source": source, **({} if value is None else {"value": value}), **more}


def indicator(**more: Any) -> dict[str, Any]:
    base = {
        "id": "share",
        "pillar": "outcomes",
        "title": text("Synthetic share"),
        "why": text("synthetic"),
        "series": SERIES,
        "direction": "up",
        "baseline": {"period": "2014"},
    }
    return {**base, **more}


def series(**more: Any) -> dict[str, Any]:
    base = {
        "id": SERIES,
        "source": "synthetic-source",
        "dataset": "share",
        "title": text("synthetic series"),
        "unit": {"code": "PT", "name": text("%"), "percentage": True},
        "publication_lag_months": 24,
    }
    return {**base, **more}


def measure(name: str, state: str = "in_force", *, mark: str = "A", due: str | None = None) -> dict[str, Any]:
    found = state == "in_force"
    facts = {"state": state, "verification": mark, **({"date": "2015-05-05", "act": f"act-{name}"} if found else {})}
    source = {"title": text("synthetic order"), "verification": "A"}
    return {
        "id": name,
        "title": text(f"Synthetic rules {name}"),
        "kind": "order",
        "responsible": text("synthetic ministry"),
        "facts": [facts],
        "verification": mark,
        **({} if due is None else {"due": due, "due_source": source}),
    }


def law(
    indicators: Sequence[Mapping[str, Any]] = (),
    measures: Sequence[Mapping[str, Any]] = (),
    completeness: str = "not_read",
    **more: Any,
) -> Law:
    base = {
        "id": "SYNTHETIC-1",
        "kind": "law",
        "number": "1-I",
        "adopted": "2013-07-04",
        "enacted_under": "old",
        "titles": [{"text": text("On synthetic matters"), "verification": "A"}],
        "short_title": text("Synthetic matters"),
        "identity_verification": "A",
        "in_force": {"date": "2013-08-01", "verification": "A"},
        "measures_list": {"completeness": completeness, "verification": "A"},
        "measures": list(measures),
        "acts": [
            {"id": f"act-{m['id']}", "kind": "order", "number": "7", "dates": ["2015-05-05"], "verification": "A"}
            for m in measures
        ],
        "pillars": [
            {"id": "instruments", "title": text("By-laws")},
            {"id": "outcomes", "title": text("Outcomes")},
        ],
        "indicators": list(indicators),
        "series": [series()] if indicators else [],
    }
    return Law.model_validate({**base, **more})


def register(of: Law, *more: Law) -> Register:
    when = {"source": {"title": text("synthetic"), "verification": "A"}}
    chambers = [{"id": "house", "name": text("Synthetic house")}]
    profile = {
        "country": "KZ",
        "name": text("Synthetic country"),
        "languages": ["kk", "ru", "en"],
        "periods": [
            {"id": "old", "name": text("Old house"), "until": "2026-06-30", "chambers": chambers, **when},
            {"id": "new", "name": text("New house"), "since": "2026-07-01", "chambers": chambers, **when},
        ],
    }
    source = {
        "id": "synthetic-source",
        "protocol": "spreadsheet",
        "name": text("synthetic source"),
        "owner": text("synthetic office"),
        "licence": "synthetic",
    }
    regions = [
        {"code": "R-OLD", "name": text("Old region")},
        {"code": "R-TWO", "name": text("Second region")},
        {"code": "R-NEW", "name": text("New region"), "since": "2022-06-08"},
    ]
    return Register(
        root=Path("synthetic"),
        laws=(of, *more),
        profile=Profile.model_validate(profile),
        sources={"synthetic-source": SourceInfo.model_validate(source)},
        regions={r["code"]: Region.model_validate(r) for r in regions},
        version="r" * 64,
        law_hashes={law.id: "l" * 64 for law in (of, *more)},
        law_versions={law.id: "v" * 64 for law in (of, *more)},
    )


Points = Mapping[str, str]
"""Period to value as the source wrote it."""


@dataclass(frozen=True)
class Case:
    """What the store would say of the law's one series."""

    law: Law
    points: Points = field(default_factory=dict)
    regions: Mapping[tuple[str, str], str] = field(default_factory=dict)
    before: Points = field(default_factory=dict)
    flags: Points = field(default_factory=dict)
    failures: Sequence[tuple[str, str]] = ()
    quarantined: Sequence[str] = ()
    failed: Sequence[str] = ()

    def frame(self) -> pd.DataFrame:
        """The observations, as the store gives them."""
        rows = {("KZ", period): value for period, value in self.points.items()} | dict(self.regions)
        return to_frame(
            Observation(
                SERIES, area, period, float(value), self.flags.get(period, ""), value, published_decimals(value)
            )
            for (area, period), value in rows.items()
        ).assign(vintage="v1", known_from=date(2026, 4, 8), raw_sha256="a" * 64, grade="A")

    def edition(self, at: date = AT, as_of: date | None = None, previous: LawEdition | None = None) -> LawEdition:
        known, frame = as_of or at, self.frame()
        revised = [
            {"series": SERIES, "area": "KZ", "period": p, "value": float(self.points[p]), "previous": float(v)}
            for p, v in self.before.items()
        ]
        revisions = pd.DataFrame(revised, columns=["series", "area", "period", "value", "previous"])
        checks = [CheckResult("key_unique", Severity.CRITICAL, Outcome.PASSED, "synthetic")] + [
            CheckResult(name, Severity.WARNING, Outcome.FAILED, "synthetic", rows=({"area": "KZ", "period": period},))
            for name, period in self.failures
        ]
        verdict = Verdict.of(SERIES, None, "", checks)
        origin = Provenance("v1", date(2026, 4, 8), "a" * 64, date(2026, 4, 9), "https://example.org/synthetic")
        return build_law_edition(
            law=self.law,
            register=register(self.law),
            score=score_law(self.law, frame, at, known, failed=self.failed),
            observations=frame,
            revisions=revisions,
            verdicts={SERIES: verdict.to_json()} if self.points else {},
            provenance={SERIES: origin} if self.points else {},
            quarantined=self.quarantined,
            previous=previous,
            reliability=self._reliability(),
        )

    def _reliability(self) -> dict[str, Reliability]:
        """What the release before says of the latest value."""
        if not self.before:
            return {}
        old, new = ({p: float(v) for p, v in points.items()} for points in (self.before, self.points))
        releases = [Release(date(2025, 4, 8), old), Release(date(2026, 4, 8), new)]
        found = reliability(releases, max(new))
        return {} if found is None else {SERIES: found}


class Workshop:
    """The builders of synthetic cases, for tests that cannot import this file."""

    law = staticmethod(law)
    indicator = staticmethod(indicator)
    series = staticmethod(series)
    target = staticmethod(target)
    measure = staticmethod(measure)
    register = staticmethod(register)
    case = Case
    at = AT

    def single(self, points: Points, *targets: dict[str, Any], **more: Any) -> Case:
        """A law with one indicator."""
        names = ("regional", "decimals", "ended", "breaks", "first_period", "years_comparable")
        if "no_series_reason" not in more:  # there the unit is the indicator's own
            names += ("unit",)
        own = {k: more.pop(k) for k in names if k in more}
        if "counted_in" in more:
            more["unit"] = more.pop("counted_in")
        inside = {
            k: more.pop(k) for k in ("before", "regions", "flags", "failures", "quarantined", "failed") if k in more
        }
        one = law([indicator(targets=list(targets), **more)], series=[series(**own)])
        return Case(one, points, **inside)

    def said(self, edition: LawEdition, kind: str) -> list[str]:
        """English sentences of the findings of a kind."""
        return [render(finding.sentence, "en") for finding in self.findings(edition, kind)]

    def findings(self, edition: LawEdition, kind: str) -> list[Finding]:
        return [finding for finding in edition.findings if finding.kind == kind]


@pytest.fixture(scope="session")
def made() -> Workshop:
    """Builders of synthetic laws, cases and editions."""
    return Workshop()
