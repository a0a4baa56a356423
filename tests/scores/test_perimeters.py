"""One synthetic register counted by every named perimeter."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from indicators.register.model import Law
from indicators.scores.forms import eu_transposition, it_upg, us_dodd_frank
from indicators.scores.measures import measures_score
from indicators.scores.perimeters import FR_GOVERNMENT, FR_SENATE, PERIMETERS, senate_cut_off
from indicators.scores.rates import Rate

AT = date(2026, 9, 30)


@pytest.fixture(scope="module")
def law(law_of: Any, part: Any) -> Law:
    """Nine measures: three out (one late), one proposed, two overdue, one not due, one lapsed, one unknown."""

    def measure(
        name: str, state: str, day: date | None, due: date | None = None, kind: str = "order"
    ) -> dict[str, Any]:
        done = state == "in_force"
        return {
            "id": name, "title": part.text("synthetic"), "kind": kind, "responsible": part.text("synthetic"),
            "facts": [{"date": day, "state": state, "act": name if done else None, "verification": "A"}],
            "verification": "A", **({"due": due, "due_source": part.source()} if due else {}),
        }  # fmt: skip

    out = {"on-time": date(2015, 1, 1), "late": date(2017, 1, 1), "no-deadline": date(2015, 1, 1)}
    due = date(2016, 1, 1)
    return law_of(
        measures_list={"completeness": "complete", "verification": "A"},
        measures=[
            measure("on-time", "in_force", out["on-time"], due, "decree"),
            measure("late", "in_force", out["late"], due),
            measure("no-deadline", "in_force", out["no-deadline"], None, "designation"),
            measure("proposed", "consultation", date(2020, 1, 1)),
            measure("overdue-long", "drafting", date(2015, 1, 1), date(2024, 9, 30), "decree"),
            measure("overdue", "drafting", date(2015, 1, 1), date(2024, 10, 1)),
            measure("later", "drafting", date(2015, 1, 1), date(2028, 1, 1)),
            measure("gone", "lapsed", date(2020, 1, 1)),
            measure("unknown", "unknown", None, due),
            measure("report", "in_force", date(2015, 1, 1), due, "report"),
        ],
        acts=[{"id": n, "kind": "order", "dates": [d], "verification": "A"} for n, d in out.items()]
        + [{"id": "report", "kind": "other", "dates": [date(2015, 1, 1)], "verification": "A"}],
    )


@pytest.mark.parametrize(
    ("name", "expected", "fulfilled", "unknown"),
    [("kz-default", 8, 3, 1), ("fr-senate", 7, 2, 1), ("fr-government", 2, 1, 0)],
)
def test_each_perimeter_counts_its_own_kinds(law: Law, name: str, expected: int, fulfilled: int, unknown: int) -> None:
    score = measures_score(law, AT, PERIMETERS[name])
    assert (score.perimeter, score.expected, score.fulfilled, score.unknown) == (name, expected, fulfilled, unknown)


def test_italian_form_disposes_of_what_lapsed(law: Law, law_of: Any) -> None:
    direct = law_of(measures_list={"completeness": "complete", "verification": "A"})
    unread = law_of()
    found = it_upg([law, direct, unread], AT)
    assert (found.rate, found.unknown, found.nothing_to_adopt) == (Rate(4, 9), 1, 1)


def test_american_form_tells_progress_and_deadlines(law: Law) -> None:
    found = us_dodd_frank([law], AT)
    assert (found.final, found.proposed, found.not_proposed, found.unknown, found.total) == (3, 1, 3, 1, 8)
    assert (found.passed_and_met, found.passed_and_missed, found.deadline_unknown) == (1, 3, 1)
    assert (found.not_passed, found.no_deadline) == (1, 2)


def test_european_form_counts_what_is_late_and_long_late(law: Law) -> None:
    found = eu_transposition([law], AT)
    assert (found.deficit, found.long_overdue, found.unknown) == (Rate(2, 8), 1, 1)


@pytest.mark.parametrize(
    ("promulgated", "cut_off"),
    [
        (date(2020, 10, 1), date(2022, 3, 31)),
        (date(2021, 8, 22), date(2022, 3, 31)),
        (date(2021, 9, 30), date(2022, 3, 31)),
        (date(2021, 10, 1), date(2023, 3, 31)),
    ],
)
def test_the_senate_looks_on_31_march_after_the_session(promulgated: date, cut_off: date) -> None:
    assert senate_cut_off(promulgated) == cut_off


def test_the_government_leaves_out_young_laws(law_of: Any) -> None:
    law = law_of(adopted=date(2026, 3, 30))
    assert not FR_GOVERNMENT.admits(law, date(2026, 9, 30))
    assert FR_GOVERNMENT.admits(law, date(2026, 10, 1))
    assert FR_SENATE.admits(law, date(2026, 3, 30))
