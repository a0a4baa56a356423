"""The line of waiting by-laws: only of a whole list, with its number, and never of what is not established."""

from __future__ import annotations

from typing import Any

import pytest

from reports.model import LawEdition, MeasureRow
from reports.view.law import law_view
from reports.view.waiting import waiting_chart
from reports.view.words import Words
from tests.reports.synthetic_edition import ADOPTED, law_edition, measure


def row(**more: Any) -> MeasureRow:
    """An invented by-law that was adopted 200 days after the law, unless told otherwise."""
    base = {"state": "in_force", "clock": "no_deadline", "fulfilled": True, "counted": True, "delay_days": 200,
            "due": None, "verification": "A"}  # fmt: skip
    return measure(1).model_copy(update={**base, **more})


def open_row(days: int = 4594) -> MeasureRow:
    return row(state="not_started", fulfilled=False, adopted=None, act_id=None, delay_days=days)


def unknown() -> MeasureRow:
    return row(state="unknown", fulfilled=False, adopted=None, delay_days=None)


def of(*rows: MeasureRow, completeness: str = "complete") -> LawEdition:
    named = tuple(each.model_copy(update={"id": f"by-law-{n}"}) for n, each in enumerate(rows))
    return law_edition(completeness=completeness).model_copy(update={"measures": named})


def test_the_title_has_its_fraction_and_the_subtitle_its_number() -> None:
    chart = waiting_chart(of(*[row(delay_days=100 * n) for n in range(1, 5)], open_row(), unknown()), Words("en"))
    assert chart is not None
    assert chart.title.replace("\u00a0", " ") == "1 of 5 by-laws still not adopted after 12 years 6 months"
    assert "n = 5. 1 more is not established and left out." in chart.subtitle
    assert "half adopted after 9 months" in chart.alt.replace("\u00a0", " ")


def test_where_every_duty_is_met_the_last_one_is_the_finding() -> None:
    chart = waiting_chart(of(*[row(delay_days=100 * n) for n in range(1, 6)]), Words("en"))
    assert chart is not None
    assert chart.title.replace("\u00a0", " ") == "5 by-laws, the last adopted after 16 months"


@pytest.mark.parametrize(
    ("rows", "completeness"),
    [
        ([row()] * 8, "partial"),
        ([row()] * 8, "not_read"),
        ([row()] * 4, "complete"),
        ([row()] * 5 + [unknown()] * 3, "complete"),
        ([open_row()] * 6, "complete"),
        ([row(counted=False)] * 8, "complete"),
        ([row(verification="C")] * 8, "complete"),
    ],
)
def test_no_line_of_an_incomplete_list_or_of_too_few(rows: list[MeasureRow], completeness: str) -> None:
    edition = of(*rows, completeness=completeness)
    assert waiting_chart(edition, Words("en")) is None
    assert law_view(edition, "en")[0]["measures"]["waiting"] is None


def test_an_act_older_than_the_law_was_no_wait() -> None:
    older = row(delay_days=None, adopted=ADOPTED.replace(year=2010))
    satisfied = row(delay_days=None, state="satisfied_by_existing_act", adopted=None)
    chart = waiting_chart(of(*[older] * 3, satisfied, row(delay_days=400)), Words("en"))
    assert chart is not None
    assert chart.title.replace("\u00a0", " ") == "5 by-laws, the last adopted after 13 months"
    assert "half" not in chart.alt, "half were adopted before the law: there was nothing to wait for"
