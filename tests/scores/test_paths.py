"""The path method on numbers: METHOD's worked cases and what must hold for every path."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from indicators.scores.paths import Direction, Path, position
from indicators.scores.result import Status

UP, DOWN = Direction("up"), Direction("down")
RENEWABLES = Path(UP, (2014, 2020, 2025, 2030), (0.62, 3, 6, 15))


def test_renewables_law_as_the_method_works_it_out() -> None:
    found = position(RENEWABLES, 2023, 4.99)
    assert found.attainment == pytest.approx(0.3039, abs=5e-5)
    assert RENEWABLES.value(2023) == pytest.approx(4.8)
    assert found.needed == pytest.approx(0.2907, abs=5e-5)
    assert found.ratio == pytest.approx(1.0455, abs=5e-5)
    assert found.status is Status.ON_TRACK


def naive(times: list[int], values: list[Fraction], t: int, y: Fraction) -> tuple[Fraction, Fraction]:
    """Attainment and needed share by hand, in exact fractions."""
    wanted = values[-1]
    for (ta, va), (tb, vb) in zip(
        zip(times, values, strict=True), list(zip(times, values, strict=True))[1:], strict=False
    ):
        if ta <= t <= tb:
            wanted = va + (vb - va) * Fraction(t - ta, tb - ta)
            break
    span = values[-1] - values[0]
    return (y - values[0]) / span, (wanted - values[0]) / span


hundredths = st.integers(-100_000, 100_000).map(lambda n: Fraction(n, 100))


@st.composite
def rising_paths(draw: st.DrawFn) -> tuple[list[int], list[Fraction]]:
    """Baseline and one to three targets, each at least 0.1 above the last."""
    count = draw(st.integers(1, 3))
    times = [2000]
    values = [draw(hundredths)]
    for _ in range(count):
        times.append(times[-1] + draw(st.integers(1, 10)))
        values.append(values[-1] + Fraction(draw(st.integers(10, 50_000)), 100))
    return times, values


def as_path(times: list[int], values: list[Fraction], direction: Direction = UP) -> Path:
    return Path(direction, tuple(map(float, times)), tuple(map(float, values)))


@given(rising_paths(), hundredths, st.integers(0, 30))
def test_shares_agree_with_exact_fractions(nodes: tuple[list[int], list[Fraction]], y: Fraction, years: int) -> None:
    times, values = nodes
    found = position(as_path(times, values), 2000.0 + years, float(y))
    attainment, needed = naive(times, values, 2000 + years, y)
    assert found.attainment == pytest.approx(float(attainment), rel=1e-6, abs=1e-6)
    assert found.needed == pytest.approx(float(needed), rel=1e-6, abs=1e-6)
    assert found.score == pytest.approx(100 * float(min(max(attainment, Fraction(0)), Fraction(1))), abs=1e-4)


@given(rising_paths(), hundredths, st.integers(1, 30), st.integers(-500, 500), st.sampled_from([1, 10, 1000, -1, -7]))
def test_score_does_not_depend_on_where_a_scale_begins_or_how_fine_it_is(
    nodes: tuple[list[int], list[Fraction]], y: Fraction, years: int, shift: int, factor: int
) -> None:
    """A negative factor mirrors the scale: what rose now falls, and the direction turns with it."""
    times, values = nodes
    before = position(as_path(times, values), 2000.0 + years, float(y))
    moved = as_path(times, [factor * v + shift for v in values], UP if factor > 0 else DOWN)
    after = position(moved, 2000.0 + years, float(factor * y + shift))
    assert after.score == pytest.approx(before.score, abs=1e-4)
    assert after.needed_score == pytest.approx(before.needed_score, abs=1e-4)
    assume(before.ratio is None or abs(before.ratio) < 1e6)
    edge = before.ratio is not None and min(abs(before.ratio - x) for x in (0, 0.6, 0.95)) < 1e-6
    assert edge or after.status is before.status


@given(rising_paths(), hundredths, st.integers(0, 10_000), st.integers(1, 30))
def test_a_better_value_never_scores_less(
    nodes: tuple[list[int], list[Fraction]], y: Fraction, more: int, years: int
) -> None:
    path = as_path(*nodes)
    worse = position(path, 2000.0 + years, float(y))
    better = position(path, 2000.0 + years, float(y + Fraction(more, 100)))
    assert better.score >= worse.score
    order = [Status.REVERSING, Status.FAR_BEHIND, Status.BEHIND, Status.ON_TRACK, Status.ACHIEVED]
    if worse.status in order and better.status in order:
        assert order.index(better.status) >= order.index(worse.status)


@pytest.mark.parametrize(
    ("time", "value", "status"),
    [
        (2025, 50.0, Status.ON_TRACK),
        (2025, 47.5, Status.ON_TRACK),
        (2025, 47.4, Status.BEHIND),
        (2025, 30.0, Status.BEHIND),
        (2025, 29.9, Status.FAR_BEHIND),
        (2025, 0.0, Status.FAR_BEHIND),
        (2025, -0.1, Status.REVERSING),
        (2025, 100.0, Status.ACHIEVED),
        (2020, 0.0, Status.NOT_STARTED),
        (2020, 7.0, Status.NOT_STARTED),
        (2030, 99.9, Status.MISSED),
        (2031, 20.0, Status.MISSED),
        (2031, 100.0, Status.ACHIEVED),
    ],
)
def test_status_in_the_methods_order(time: int, value: float, status: Status) -> None:
    assert position(Path(UP, (2020, 2030), (0.0, 100.0)), time, value).status is status


def test_a_target_met_at_its_date_and_lost_later_is_not_called_missed() -> None:
    path = Path(UP, (2020, 2030), (0.0, 100.0))
    assert position(path, 2032, 99.0, reached_in_time=True).status is Status.ON_TRACK
    assert position(path, 2032, 70.0, reached_in_time=True).status is Status.BEHIND


def test_best_at_a_point_is_judged_by_the_distance_from_it() -> None:
    path = Path(Direction("at", 50.0), (2020, 2030), (30.0, 48.0))
    assert path.value(2025) == pytest.approx(39.0)
    from_below, from_above = position(path, 2025, 40.0), position(path, 2025, 60.0)
    assert from_below.attainment == from_above.attainment == pytest.approx(10 / 18)
    assert position(path, 2025, 52.0).status is Status.ACHIEVED
    assert position(path, 2025, 75.0).status is Status.REVERSING


def test_parity_ratio_is_as_far_from_one_above_as_below() -> None:
    parity = Direction("at", 1.0, ratio=True)
    path = Path(parity, (2020, 2030), (0.8, 1.0))
    assert position(path, 2025, 0.9).score == pytest.approx(position(path, 2025, 1 / 0.9).score)
    assert path.value(2025) == pytest.approx(1 / 1.125)
    with pytest.raises(ValueError, match="no ratio"):
        position(path, 2025, 0.0)


def test_baseline_past_the_target_asks_to_hold_it() -> None:
    path = Path(UP, (2020, 2030), (96.0, 95.0))
    held, lost = position(path, 2023, 95.5), position(path, 2023, 94.0)
    assert (held.score, held.status) == (100.0, Status.ACHIEVED)
    assert (lost.score, lost.attainment, lost.status) == (0.0, None, Status.REVERSING)


def test_a_path_that_first_leads_back_is_not_judged_before_it_moves() -> None:
    path = Path(DOWN, (2020, 2025, 2030), (10.0, 11.0, 5.0))
    assert position(path, 2023, 10.2).status is Status.NOT_STARTED
    assert position(path, 2023, 10.2).needed_score == 0


def test_nodes_out_of_order_are_refused() -> None:
    with pytest.raises(ValueError, match="follow each other"):
        Path(UP, (2020, 2020), (0.0, 1.0))
