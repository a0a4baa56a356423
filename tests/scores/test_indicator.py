"""One indicator end to end: what a reader of the table would be told."""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indicators.register.model import Law
from indicators.register.observation import Observation
from indicators.scores.law import score_law
from indicators.scores.result import IndicatorScore, LawScore, Missing, Point, Status

AT = date(2026, 9, 30)


@pytest.fixture(scope="session")
def score(law_of: Any, observed: Any, part: Any) -> Any:
    """Scores one synthetic indicator: series fields, indicator fields, values."""

    def run(
        values: dict[str, Any],
        *,
        at: date = AT,
        as_of: date = AT,
        decimals: int = 2,
        series: dict[str, Any] | None = None,
        failed: tuple[str, ...] = (),
        down: tuple[str, ...] = (),
        extra: tuple[Observation, ...] = (),
        **more: Any,
    ) -> IndicatorScore:
        law = law_of(indicators=[part.indicator(**more)], series=[part.series(**(series or {}))])
        frame = observed({"synthetic/s": values}, decimals=decimals, extra=extra)
        return score_law(law, frame, at, as_of, failed, down).indicators[0]

    return run


def test_renewables_law(renewables: tuple[Law, pd.DataFrame]) -> None:
    result = score_law(*renewables, AT, AT)
    found = result.indicators[0]
    assert (found.period, found.value, found.needed_value) == ("2023", 4.99, pytest.approx(4.8))
    assert found.status is Status.ON_TRACK
    assert found.needed_pace == pytest.approx(1.43)
    assert found.recent_pace == pytest.approx(0.7358, abs=1e-4)  # median of the slopes of 2019-2023
    assert found.acceleration == pytest.approx(1.9434, abs=1e-4)
    assert [(m.period, m.mark) for m in found.milestones] == [
        ("2020", "achieved"),
        ("2025", "no_data"),
        ("2030", "pending"),
    ]
    assert found.target_date == date(2030, 12, 31)
    assert result.total.score == pytest.approx(30.389, abs=1e-3)


@given(st.randoms(use_true_random=False))
@settings(max_examples=20)
def test_order_of_rows_does_not_matter(renewables: tuple[Law, pd.DataFrame], rng: Any) -> None:
    law, frame = renewables
    order = list(range(len(frame)))
    rng.shuffle(order)
    assert score_law(law, frame.iloc[order], AT, AT) == score_law(law, frame, AT, AT)


class TestPrecision:
    """Fatal injuries, 8-8-1: published to two decimals, targets 0.035 (2024) and 0.023 (2030)."""

    INJURIES: ClassVar = {"2015": 0.05, "2016": 0.05, "2017": 0.04, "2021": 0.03, "2022": 0.03, "2023": 0.04}

    def labour(self, score: Any, part: Any, values: dict[str, float], *targets: Any, **more: Any) -> IndicatorScore:
        return score(
            values, direction="down", baseline={"period": "2015"}, targets=[part.target(*t) for t in targets], **more
        )

    def test_a_target_within_the_rounding_of_the_value(self, score: Any, part: Any) -> None:
        found = self.labour(score, part, self.INJURIES, ("2024", 0.035))
        assert (found.status, found.score, found.ratio) == (Status.NOT_DISTINGUISHABLE, None, None)

    def test_a_needed_value_within_the_rounding_of_the_value(self, score: Any, part: Any) -> None:
        found = self.labour(score, part, self.INJURIES, ("2024", 0.035), ("2030", 0.023))
        assert found.needed_value == pytest.approx(0.036667, abs=1e-6)
        assert found.status is Status.NOT_DISTINGUISHABLE

    def test_the_final_target_alone_is_far_enough_to_tell(self, score: Any, part: Any) -> None:
        """0.04 is certainly not 0.023; on the straight path to it, 0.026 was needed by 2023."""
        found = self.labour(score, part, self.INJURIES, ("2024", 0.023))
        assert found.status is Status.FAR_BEHIND

    def test_before_the_path_moves_the_first_target_is_what_counts(self, score: Any, part: Any) -> None:
        found = score(
            {"2023": 0.04}, direction="down", baseline={"period": "2023"}, targets=[part.target("2024", 0.035)]
        )
        assert found.status is Status.NOT_DISTINGUISHABLE

    def test_more_decimals_settle_it(self, score: Any, part: Any) -> None:
        found = self.labour(score, part, {"2015": 0.05, "2023": 0.036}, ("2024", 0.035), decimals=3)
        assert found.status is Status.ON_TRACK

    def test_the_target_itself_published_is_the_target_reached(self, score: Any, part: Any) -> None:
        assert self.labour(score, part, self.INJURIES, ("2024", 0.04)).status is Status.ACHIEVED

    def test_rounding_that_changes_no_status_changes_nothing(self, score: Any, part: Any) -> None:
        """24 % to no decimals on a path at 24.3: on track at 23.5 and at 24.5 alike."""
        found = score(
            {"2013": 0.0, "2023": 24.0},
            decimals=0,
            baseline={"period": "2013"},
            targets=[part.target("2030", 41.31)],
        )
        assert found.needed_value == pytest.approx(24.3)
        assert found.status is Status.ON_TRACK

    def test_a_service_that_drops_trailing_zeros_keeps_its_precision(self, score: Any, part: Any) -> None:
        """3 stands for 3.00 where the other values have two decimals."""
        frame_values = {"2014": 0.62, "2019": 2.61}
        whole = Observation("synthetic/s", "KZ", "2020", 3.0, published="3", decimals=0)
        found = score(
            frame_values,
            at=date(2021, 6, 30),
            extra=(whole,),
            baseline={"period": "2014"},
            targets=[part.target("2021", 3.2)],
        )
        assert found.status is Status.ON_TRACK

    def test_such_an_indicator_lowers_coverage(self, law_of: Any, observed: Any, part: Any) -> None:
        blurred = part.indicator(direction="down", baseline={"period": "2015"}, targets=[part.target("2024", 0.035)])
        result = score_law(
            law_of(indicators=[blurred], series=[part.series()]), observed({"synthetic/s": self.INJURIES}), AT, AT
        )
        assert (result.total.coverage, result.total.children) == (0.0, 1)
        assert result.total.status is Status.INSUFFICIENT_DATA


class TestFreshness:
    def on_path(self, score: Any, part: Any, last: str, **more: Any) -> IndicatorScore:
        return score({"2015": 1.0, last: 2.0}, baseline={"period": "2015"}, targets=[part.target("2030", 9)], **more)

    @pytest.mark.parametrize(
        ("last", "lag", "stale", "status"),
        [
            ("2023", 12, False, Status.FAR_BEHIND),
            ("2023", 6, True, Status.FAR_BEHIND),
            ("2022", 12, True, Status.NO_DATA),
            ("2022", 30, False, Status.FAR_BEHIND),
        ],
    )
    def test_stale_is_shown_and_too_old_is_no_data(
        self, score: Any, part: Any, last: str, lag: int, stale: bool, status: Status
    ) -> None:
        found = self.on_path(score, part, last, series={"publication_lag_months": lag})
        assert (found.stale, found.status) == (stale, status)
        assert found.value == 2.0

    def test_a_series_that_ended_is_ended_not_failed(self, score: Any, part: Any) -> None:
        found = self.on_path(score, part, "2019", series={"ended": "2019"})
        assert (found.status, found.reason, found.ended, found.stale) == (Status.NO_DATA, Missing.ENDED, True, False)

    def test_max_age_is_the_indicators_own(self, score: Any, part: Any) -> None:
        found = self.on_path(score, part, "2021", max_age_periods=5)
        assert (found.status, found.stale) == (Status.FAR_BEHIND, True)


class TestBreaks:
    def test_baseline_and_latest_lie_in_one_stretch(self, score: Any, part: Any) -> None:
        found = score(
            {"2014": 8.69, "2015": 0.7, "2023": 5.0},
            baseline={"period": "2014"},
            targets=[part.target("2030", 15)],
            series={"breaks": [{"period": "2015", "reason": part.text("definition")}]},
        )
        assert (found.status, found.reason, found.score) == (Status.NO_DATA, Missing.DEFINITION_BREAK, None)
        assert found.value == 5.0

    def test_a_break_flagged_by_the_source_counts(self, score: Any, part: Any) -> None:
        flagged = Observation("synthetic/s", "KZ", "2020", 4.0, "b", "4.00", 2)
        found = score(
            {"2015": 1.0, "2023": 5.0}, baseline={"period": "2015"}, targets=[part.target("2030", 15)], extra=(flagged,)
        )
        assert found.reason is Missing.DEFINITION_BREAK

    def test_pace_does_not_cross_a_break(self, score: Any, part: Any) -> None:
        found = score(
            {"2019": 100.0, "2020": 90.0, "2021": 1.0, "2022": 2.0, "2023": 3.0},
            series={"breaks": [{"period": "2021", "reason": part.text("unit")}]},
        )
        assert found.recent_pace == pytest.approx(1.0)


class TestTargets:
    def test_a_lowered_target_holds_from_the_day_it_was_lowered(self, score: Any, part: Any) -> None:
        goals = [
            part.target("2030", 15, id="first", announced=date(2013, 5, 30), superseded_by="second",
                        superseded=date(2021, 11, 4)),
            part.target("2030", 10, id="second", announced=date(2021, 11, 4)),
        ]  # fmt: skip
        given_ = {"2014": 0.0, "2020": 5.0}
        before = score(given_, at=date(2021, 6, 1), as_of=date(2021, 6, 1), baseline={"period": "2014"}, targets=goals)
        after = score(given_, at=date(2021, 6, 1), as_of=date(2021, 11, 4), baseline={"period": "2014"}, targets=goals)
        assert (before.target.value, after.target.value) == (15, 10)
        assert (before.score, after.score) == (pytest.approx(100 / 3), 50.0)
        assert [m.target for m in after.milestones] == ["second"]

    def test_a_goal_missed_and_then_replaced_stays_missed(self, score: Any, part: Any) -> None:
        goals = [
            part.target("2020", 5, id="old", superseded_by="new", superseded=date(2022, 1, 1)),
            part.target("2030", 5, id="new"),
        ]
        found = score({"2014": 0.0, "2020": 3.0, "2023": 6.0}, baseline={"period": "2014"}, targets=goals)
        assert [(m.target, m.mark) for m in found.milestones] == [("old", "missed"), ("new", "pending")]
        assert found.status is Status.ACHIEVED

    def test_a_milestone_met_stays_met_when_the_value_falls(self, score: Any, part: Any) -> None:
        goals = [part.target("2020", 5), part.target("2030", 9)]
        found = score({"2014": 0.0, "2020": 5.0, "2023": 2.0}, baseline={"period": "2014"}, targets=goals)
        assert found.milestones[0].mark == "achieved"

    def test_a_date_without_a_value_is_not_a_date_missed(self, score: Any, part: Any) -> None:
        goals = [part.target("2020", 3), part.target("2030", 9)]
        found = score({"2014": 0.0, "2019": 2.0, "2023": 2.0}, baseline={"period": "2014"}, targets=goals)
        assert (found.milestones[0].mark, found.milestones[0].observed.period) == ("no_data", "2019")

    def test_a_target_that_is_only_inferred_is_not_scored(self, score: Any, part: Any) -> None:
        found = score(
            {"2014": 0.0, "2023": 2.0}, baseline={"period": "2014"},
            targets=[part.target("2030", 9, source=part.source("C"))],
        )  # fmt: skip
        assert (found.status, found.scorable, found.value) == (Status.NO_TARGET, False, 2.0)

    def test_a_relative_target_moves_with_a_revised_base(self, score: Any, part: Any) -> None:
        goal = part.target("2030", change_percent=-15, base_period="1990")
        old, new = (
            score({"1990": base, "2023": 90.0}, direction="down", baseline={"period": "1990"}, targets=[goal])
            for base in (100.0, 120.0)
        )
        assert (old.target.value, new.target.value) == (pytest.approx(85.0), pytest.approx(102.0))
        assert (old.status, new.status) == (Status.BEHIND, Status.ACHIEVED)

    def test_the_base_itself_may_be_needed_and_missing(self, score: Any, part: Any) -> None:
        goal = part.target("2030", change_percent=-15, base_period="1990")
        found = score({"2000": 95.0, "2023": 90.0}, direction="down", baseline={"period": "2000"}, targets=[goal])
        assert (found.status, found.reason, found.scorable) == (Status.NO_DATA, Missing.NOT_PUBLISHED, True)


class TestAbsence:
    GOAL: ClassVar = {"baseline": {"period": "2014", "value": 1.0}}

    def run(self, score: Any, part: Any, values: dict[str, Any], **more: Any) -> Missing | None:
        found = score(values, targets=[part.target("2030", 9)], **self.GOAL, **more)
        assert (found.status, found.score, found.value) == (Status.NO_DATA, None, None)
        return found.reason

    def test_every_reason_is_told_apart(self, score: Any, part: Any) -> None:
        one = ("synthetic/s",)
        assert self.run(score, part, {}) is Missing.NOT_COLLECTED
        assert self.run(score, part, {}, failed=one) is Missing.FAILED_CHECK
        assert self.run(score, part, {}, down=one) is Missing.SOURCE_DOWN
        assert self.run(score, part, {"2023": "c"}) is Missing.SUPPRESSED
        assert self.run(score, part, {"2023": "m"}) is Missing.NOT_PUBLISHED
        assert self.run(score, part, {"2027": 5.0}) is Missing.NOT_PUBLISHED

    def test_an_indicator_that_no_series_measures(self, law_of: Any, observed: Any, part: Any) -> None:
        """Women in decision-making, 30 % by 2030: a target, and no series in the sources read."""
        unmeasured = part.indicator(
            series=None,
            no_series_reason=part.text("none found"),
            unit={"code": "PT", "name": part.text("%"), "percentage": True},
            targets=[part.target("2030", 30)],
        )
        result = score_law(law_of(indicators=[unmeasured]), observed({}), AT, AT)
        found = result.indicators[0]
        assert (found.status, found.reason) == (Status.NO_DATA, Missing.NOT_COLLECTED)
        assert found.target == Point("2030", 30)
        assert (result.total.children, result.total.covered) == (1, 0)
        assert result.total.status is Status.INSUFFICIENT_DATA

    def test_a_good_earlier_vintage_is_used_when_the_newest_failed(self, score: Any, part: Any) -> None:
        found = score(
            {"2014": 1.0, "2023": 5.0}, targets=[part.target("2030", 9)], failed=("synthetic/s",),
            baseline={"period": "2014"},
        )  # fmt: skip
        assert found.score == pytest.approx(50.0)

    def test_a_withheld_newer_period_leaves_the_last_published_one(self, score: Any, part: Any) -> None:
        found = score(
            {"2014": 1.0, "2023": 5.0, "2024": "c"}, targets=[part.target("2030", 9)], baseline={"period": "2014"}
        )
        assert found.period == "2023"


def test_regions_do_not_speak_for_the_country(score: Any) -> None:
    region = Observation("synthetic/s", "KZAKM", "2024", 99.0, published="99", decimals=0)
    assert score({"2023": 5.0}, extra=(region,)).value == 5.0


def test_two_values_of_one_period_are_refused(score: Any) -> None:
    twin = Observation("synthetic/s", "KZ", "2023", 6.0, published="6", decimals=0)
    with pytest.raises(ValueError, match="two national values for 2023"):
        score({"2023": 5.0}, extra=(twin,))


def test_pace_says_turn_round_instead_of_a_negative_factor(score: Any, part: Any) -> None:
    found = score(
        {"2020": 5.0, "2021": 4.0, "2022": 3.0, "2023": 2.0},
        baseline={"period": "2020"}, targets=[part.target("2030", 9)],
    )  # fmt: skip
    assert (found.recent_pace, found.needed_pace) == (pytest.approx(-1.0), pytest.approx(1.0))
    assert (found.acceleration, found.turn_round) == (None, True)


def test_two_points_make_no_pace(score: Any) -> None:
    assert score({"2014": 22.9, "2022": 21.6, "2023": 21.5}).recent_pace is None


def test_cross_check_tells_how_far_the_second_source_lies(law_of: Any, observed: Any, part: Any) -> None:
    """Maternal mortality 2021: 44.7 official against 23 modelled."""
    check = {"series": "synthetic/model", "tolerance": 0.25, "difference": part.text("modelled")}
    law = law_of(
        indicators=[part.indicator(direction="down", cross_checks=[check])],
        series=[part.series(), part.series("synthetic/model")],
    )
    frame = observed({"synthetic/s": {"2020": 36.5, "2021": 44.7, "2022": 17.0}, "synthetic/model": {"2021": 23.0}})
    result: LawScore = score_law(law, frame, AT, AT)
    found = result.indicators[0].cross_checks[0]
    assert (found.period, found.own_value, found.value, found.agrees) == ("2021", 44.7, 23.0, False)
    assert found.relative_difference == pytest.approx(0.4855, abs=1e-4)
