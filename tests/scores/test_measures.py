"""By-laws: what counts, what is fulfilled, what is late, and what is not known."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from indicators.register.model import Law
from indicators.scores.law import score_law
from indicators.scores.measures import measures_score
from indicators.scores.result import MeasureResult, MeasuresScore, Status

AT = date(2026, 9, 30)
ADOPTED = date(2014, 1, 1)


def fact(state: str, day: date | None = None, act: str | None = None, mark: str = "A") -> dict[str, Any]:
    return {"date": day, "state": state, "act": act, "verification": mark}


def act(name: str, day: date | None, **more: Any) -> dict[str, Any]:
    return {"id": name, "kind": "order", "dates": [day] if day else [], "verification": "A", **more}


@pytest.fixture(scope="session")
def measure(part: Any) -> Any:
    def build(name: str, *facts: dict[str, Any], **more: Any) -> dict[str, Any]:
        base = {"id": name, "title": part.text("synthetic"), "kind": "order", "responsible": part.text("synthetic")}
        if "due" in more:
            more["due_source"] = part.source()
        return {**base, "facts": facts, "verification": "A", **more}

    return build


@pytest.fixture(scope="session")
def listed(law_of: Any) -> Any:
    def build(*measures: dict[str, Any], completeness: str = "complete", **more: Any) -> Law:
        listing = {"completeness": completeness, "verification": "A"}
        return law_of(measures=measures, measures_list=listing, **more)

    return build


@pytest.fixture(scope="session")
def one(measure: Any, listed: Any) -> Any:
    """The row of a single measure."""

    def run(*facts: dict[str, Any], at: date = AT, acts: Any = (), law: Any = None, **more: Any) -> MeasureResult:
        return measures_score(listed(measure("m", *facts, **more), acts=acts, **(law or {})), at).rows[0]

    return run


def counts(score: MeasuresScore) -> tuple[int, int, int]:
    return score.expected, score.fulfilled, score.unknown


class TestTraffickingLaw:
    """Z2400000110: two by-laws found, four not established in the sources read."""

    @pytest.fixture
    def law(self, measure: Any, listed: Any) -> Law:
        found = [
            measure("risk-assessment", fact("in_force", date(2024, 10, 24), "V2400035288")),
            measure("referral", fact("in_force", date(2024, 10, 22), "V2400035289")),
        ]
        unknown = [measure(f"unknown-{n}", fact("unknown")) for n in range(4)]
        acts = [
            act("V2400035288", date(2024, 10, 24)) | {"dates": [date(2024, 10, 23), date(2024, 10, 24)]},
            act("V2400035289", date(2024, 10, 22)),
        ]
        return listed(*found, *unknown, acts=acts, adopted=date(2024, 7, 5))

    def test_bounds_stand_for_the_rate(self, law: Law) -> None:
        score = measures_score(law, AT)
        assert counts(score) == (6, 2, 4)
        assert (score.rate_low, score.rate_high) == (pytest.approx(2 / 6), 1.0)
        assert score.category is None  # partial or applied: not established

    def test_the_pillar_has_bounds_and_no_number(self, law: Law, observed: Any) -> None:
        result = score_law(law, observed({}), AT, AT)
        pillar = result.pillars[0]
        assert (pillar.score, pillar.status) == (None, Status.INSUFFICIENT_DATA)
        assert (pillar.low, pillar.high) == (pytest.approx(100 / 3), 100.0)
        assert (result.total.low, result.total.high) == (pytest.approx(100 / 3), 100.0)

    def test_the_later_signature_of_a_joint_order_adopts_it(self, law: Law) -> None:
        row = measures_score(law, AT).rows[0]
        assert (row.adopted, row.delay_days) == (date(2024, 10, 24), 111)


def test_a_law_that_delegates_nothing_applies_directly(listed: Any, observed: Any) -> None:
    law = listed()
    score = measures_score(law, AT)
    assert (score.category, score.rate_low) == ("direct", None)
    assert score_law(law, observed({}), AT, AT).total.status is Status.NO_TARGET


def test_a_partial_list_gives_counts_and_no_rate(measure: Any, listed: Any, observed: Any) -> None:
    law = listed(measure("m", fact("in_force", date(2015, 1, 1))), completeness="partial")
    score = measures_score(law, AT)
    assert counts(score) == (1, 1, 0)
    assert (score.category, score.rate_low, score.rate_high) == (None, None, None)
    total = score_law(law, observed({}), AT, AT).total
    assert (total.coverage, total.children, total.not_scorable) == (None, 0, 1)


@pytest.mark.parametrize(
    ("states", "category"),
    [
        (["in_force", "published"], "applied"),
        (["in_force", "drafting"], "partial"),
        (["drafting", "signed"], "not_applied"),
        (["in_force", "lapsed", "not_needed"], "applied"),
        (["lapsed"], "direct"),
        (["in_force", "drafting", "unknown"], "partial"),
        (["drafting", "unknown"], None),
    ],
)
def test_category(states: list[str], category: str | None, measure: Any, listed: Any) -> None:
    rows = [measure(f"m{n}", fact(s, date(2015, 1, 1))) for n, s in enumerate(states)]
    assert measures_score(listed(*rows), AT).category == category


class TestStateMachine:
    STEPS = (
        fact("drafting", date(2014, 3, 1)),
        fact("consultation", date(2014, 6, 1)),
        fact("in_force", date(2015, 1, 1)),
        fact("annulled", date(2018, 1, 1)),
        fact("in_force", date(2018, 7, 1)),
    )

    @pytest.mark.parametrize(
        ("day", "state"),
        [
            (date(2014, 2, 28), "unknown"),
            (date(2014, 3, 1), "drafting"),
            (date(2014, 12, 31), "consultation"),
            (date(2015, 1, 1), "in_force"),
            (date(2018, 3, 1), "annulled"),
            (date(2026, 1, 1), "in_force"),
        ],
    )
    def test_any_past_day_can_be_asked(self, one: Any, day: date, state: str) -> None:
        assert one(*reversed(self.STEPS), at=day).state == state

    def test_of_two_facts_of_one_day_the_last_listed_holds(self, one: Any) -> None:
        day = date(2015, 1, 1)
        assert one(fact("signed", day), fact("published", day)).state == "published"

    @pytest.mark.parametrize("mark", ["C", "open"])
    def test_what_is_only_inferred_is_not_known(self, one: Any, mark: str) -> None:
        row = one(fact("in_force", date(2015, 1, 1), mark=mark))
        assert (row.state, row.fulfilled, row.counted) == ("unknown", False, True)

    def test_an_inferred_pairing_stays_outside_the_rate(self, one: Any) -> None:
        assert not one(fact("in_force", date(2015, 1, 1)), verification="C").counted

    def test_a_duty_that_the_law_gave_up_is_no_longer_owed(self, one: Any, part: Any) -> None:
        provision = {"id": "p", "ref": part.text("p"), "repealed": date(2024, 7, 8), "verification": "A"}
        asked = {"provisions": ["p"], "law": {"provisions": [provision]}}
        assert one(fact("drafting", date(2015, 1, 1)), at=date(2024, 7, 7), **asked).counted
        after = one(fact("drafting", date(2015, 1, 1)), at=date(2024, 7, 8), **asked)
        assert (after.state, after.counted) == ("lapsed", False)

    def test_a_yearly_act_is_owed_anew(self, one: Any) -> None:
        row = {"yearly": True, "acts": [act("a", date(2025, 2, 3))]}
        given = fact("in_force", date(2025, 2, 3), "a")
        assert one(given, at=date(2025, 12, 31), **row).state == "in_force"
        assert one(given, at=date(2026, 9, 30), **row).state == "unknown"

    def test_reports_have_a_rate_of_their_own(self, one: Any) -> None:
        assert not one(fact("published", date(2015, 1, 1)), kind="report").counted


class TestChains:
    """V2300033860 of 2023-12-29 was replaced by V2500036008 of 2025-04-18."""

    ACTS = (
        act("first", date(2023, 12, 29), repealed=date(2025, 4, 28)),
        act("second", date(2025, 4, 18), replaces=["first"]),
    )

    def test_the_duty_passes_to_the_successor_and_the_delay_does_not_grow(self, one: Any) -> None:
        early, late = fact("in_force", date(2023, 12, 29), "first"), fact("in_force", date(2025, 4, 18), "second")
        for facts in ([early], [late], [early, late]):
            row = one(*facts, acts=self.ACTS)
            assert (row.act, row.adopted, row.first_adopted) == ("second", date(2025, 4, 18), date(2023, 12, 29))
            assert row.delay_days == (date(2023, 12, 29) - ADOPTED).days

    def test_on_an_earlier_day_the_first_act_stands(self, one: Any) -> None:
        row = one(fact("in_force", date(2023, 12, 29), "first"), acts=self.ACTS, at=date(2024, 6, 1))
        assert row.act == "first"

    def test_repealed_without_a_known_successor_is_not_known(self, one: Any) -> None:
        gone = fact("in_force", date(2023, 12, 29), "first")
        assert one(gone, acts=self.ACTS[:1], at=date(2025, 4, 27)).state == "in_force"
        assert one(gone, acts=self.ACTS[:1], at=date(2025, 4, 28)).state == "unknown"

    def test_no_delay_is_told_where_an_earlier_act_is_only_inferred(self, one: Any) -> None:
        row = one(
            fact("in_force", date(2014, 3, 27), "first", mark="C"),
            fact("in_force", date(2024, 11, 27), "second"),
            acts=[act("first", date(2014, 3, 27)), act("second", date(2024, 11, 27))],
        )
        assert (row.fulfilled, row.delay_days) == (True, None)

    @pytest.mark.parametrize("earlier", [fact("signed", date(2015, 12, 29), "first", "C"), fact("signed", mark="open")])
    def test_no_delay_is_told_where_an_earlier_signature_is_not_established(self, one: Any, earlier: Any) -> None:
        row = one(
            earlier,
            fact("in_force", date(2016, 10, 19), "second"),
            acts=[act("first", date(2015, 12, 29)), act("second", date(2016, 10, 19), replaces=["first"])],
        )
        assert (row.fulfilled, row.delay_days) == (True, None)

    def test_no_delay_is_told_where_the_chain_begins_outside_the_register(self, one: Any) -> None:
        row = one(
            fact("in_force", date(2016, 10, 19), "a"), acts=[act("a", date(2016, 10, 19), replaces=["order-18-2015"])]
        )
        assert (row.fulfilled, row.delay_days) == (True, None)


class TestClock:
    DUE = date(2026, 6, 30)

    @pytest.mark.parametrize(
        ("at", "clock"),
        [
            (date(2026, 1, 1), "not_due"),
            (date(2026, 4, 1), "due_soon"),
            (date(2026, 6, 30), "due_soon"),
            (date(2026, 7, 1), "overdue"),
        ],
    )
    def test_open(self, one: Any, at: date, clock: str) -> None:
        assert one(fact("drafting", date(2014, 2, 1)), due=self.DUE, at=at).clock == clock

    @pytest.mark.parametrize(("day", "clock"), [(date(2026, 6, 30), "done_on_time"), (date(2026, 7, 1), "done_late")])
    def test_done(self, one: Any, day: date, clock: str) -> None:
        assert one(fact("in_force", day, "a"), due=self.DUE, acts=[act("a", day)]).clock == clock

    def test_nobody_is_called_late_on_what_is_not_known(self, one: Any) -> None:
        assert one(fact("unknown"), due=self.DUE).clock == "unknown"

    def test_no_deadline(self, one: Any) -> None:
        assert one(fact("drafting", date(2014, 2, 1))).clock == "no_deadline"

    def test_deferred_until_the_law_takes_effect(self, one: Any) -> None:
        row = one(
            fact("drafting", date(2014, 2, 1)),
            law={"in_force": {"date": date(2026, 10, 1), "verification": "A"}},
        )
        assert row.clock == "deferred_by_law"


def test_needed_leaves_out_what_is_not_yet_due(measure: Any, listed: Any, observed: Any) -> None:
    """Two of four out, one open past its date, one open before it: 50 points, 75 needed."""
    law = listed(
        measure("a", fact("in_force", date(2015, 1, 1))),
        measure("b", fact("in_force", date(2015, 1, 1))),
        measure("c", fact("drafting", date(2015, 1, 1)), due=date(2020, 1, 1)),
        measure("d", fact("drafting", date(2015, 1, 1)), due=date(2028, 1, 1)),
    )
    total = score_law(law, observed({}), AT, AT).total
    assert (total.score, total.needed, total.status) == (50.0, 75.0, Status.BEHIND)
