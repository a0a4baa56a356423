"""Charts: readable text that never overlaps, the same bytes every time, no chart of nothing."""

from __future__ import annotations

import re
from datetime import date, timedelta
from itertools import combinations
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reports.charts import bylaws, palette, panel, regions, trajectory, waiting
from reports.charts.canvas import SMALLEST, shorten, text_width, wrap
from reports.charts.placing import Box
from reports.charts.scale import ticks, year_ticks

SVG = "{http://www.w3.org/2000/svg}"
VALUES = st.floats(-1e6, 1e6, allow_nan=False).map(lambda value: round(value, 2))


def texts(svg: str) -> list[tuple[str, float, Box]]:
    """Every text of a chart with its size and the box that it covers, in points."""
    found = []
    for element in ElementTree.fromstring(svg).iter(f"{SVG}text"):
        style = element.get("style", "")
        size = float(re.search(r"([\d.]+)px", style)[1])  # type: ignore[index]
        weight = next(
            (number for number in (700, 600) if str(number) in style or (number == 700 and "bold" in style)), 400
        )
        place = re.search(r"translate\(([-\d.]+) ([-\d.]+)\)", element.get("transform", ""))
        x = float(element.get("x") or place[1])  # type: ignore[index]
        y = float(element.get("y") or place[2])  # type: ignore[index]
        words = "".join(element.itertext())
        width = text_width(words, size, weight)
        anchor = re.search(r"text-anchor: (\w+)", style)
        left = x - {"middle": width / 2, "end": width}.get(anchor[1] if anchor else "start", 0.0)
        found.append((words, size, Box(left, y - 0.7 * size, left + width, y)))
    return found


def assert_readable(svg: str, width: float, height: float) -> None:
    """Text is large enough, inside the drawing, and no label lies on another."""
    written = texts(svg)
    assert written
    for words, size, box in written:
        assert size >= SMALLEST
        inside = box.left >= -1 and box.right <= width + 1 and box.bottom >= -1 and box.top <= height + 1
        assert inside, f"{words!r} leaves the chart: {box}"
    for (first, _, a), (second, _, b) in combinations(written, 2):
        assert not a.meets(b), f"{first!r} lies on {second!r}"


def line(values: list[float], needed: float, goal: float) -> trajectory.Trajectory:
    """A synthetic trajectory in Kazakh words, the longest of the three languages."""
    last = 2010 + len(values) - 1
    return trajectory.Trajectory(
        actual=tuple(trajectory.Dot(2010 + n, value) for n, value in enumerate(values)),
        latest_text=f"нақты {values[-1]:.1f}",
        number=lambda value: f"{value:g}",
        path=(
            trajectory.Node(2010, values[0]),
            trajectory.Node(last, needed, f"{needed:.1f}"),
            trajectory.Node(last + 6, goal, f"нысана {goal:.1f}"),
        ),
        path_name="Қажетті жол",
        needed=needed,
        needed_text=f"қажет {needed:.1f}",
        gap_text=f"{values[-1] - needed:+.1f}",
        behind=values[-1] < needed,
        pace_text=("Қажетті қарқын: жылына 1,43", "(соңғы жылдары 0,74)"),
    )


@settings(max_examples=40, deadline=None)
@given(st.lists(VALUES, min_size=2, max_size=30), VALUES, VALUES)
def test_labels_of_a_trajectory_never_overlap(values: list[float], needed: float, goal: float) -> None:
    assert_readable(trajectory.draw(line(values, needed, goal), 306, 168), 306, 168)


def test_the_latest_value_is_always_written() -> None:
    svg = trajectory.draw(line([0.62, 1.3, 3.0, 3.46, 4.99], 4.8, 15.0), 306, 168)
    words = [word for word, _, _ in texts(svg)]
    assert "нақты 5.0" in words
    assert "нысана 15.0" in words


def test_no_gridline_strikes_through_a_label() -> None:
    svg = trajectory.draw(line([0.08, 0.06, 0.04, 0.03, 0.03, 0.03, 0.04], 0.04, 0.023), 306, 168)
    grid: list[tuple[tuple[float, float], tuple[float, float]]] = []
    grounds: list[Box] = []
    for element in ElementTree.fromstring(svg).iter(f"{SVG}path"):
        points = [(float(x), float(y)) for x, y in re.findall(r"([-\d.]+) ([-\d.]+)", element.get("d", ""))]
        if f"stroke: {palette.RULE.lower()}" in element.get("style", ""):
            grid.append((points[0], points[1]))
        elif f"fill: {palette.WHITE.lower()}" in element.get("style", "") and len(points) == 4:
            across, up = zip(*points, strict=True)
            grounds.append(Box(min(across), min(up), max(across), max(up)))
    struck = [(box, start[1]) for _, _, box in texts(svg) for start, end in grid if box.crossed_by(start, end)]
    assert struck, "no label of this chart meets a gridline: the test would see nothing"
    for box, level in struck:
        assert any(g.left <= box.left and box.right <= g.right and g.bottom <= level <= g.top for g in grounds)


@settings(max_examples=20, deadline=None)
@given(st.lists(VALUES, min_size=4, max_size=20, unique=True))
def test_regions_stay_in_their_rows(values: list[float]) -> None:
    rows = [regions.Region(f"Солтүстік Қазақстан {n}", v, f"{v:.1f}", v > 0) for n, v in enumerate(values)]
    rows.append(regions.Region("Ұлытау", None, ""))
    spec = regions.Regions(tuple(rows), lambda value: f"{value:g}", "дерек жоқ", values[0], "ел бойынша 12,4",
                           values[-1], "нысана 98,0")  # fmt: skip
    assert_readable(regions.draw(spec, 245), 245, regions.height(len(rows)))


def test_by_laws_keep_long_names_and_delays_apart() -> None:
    start = date(2014, 3, 3)
    name = "Ауыз судың сапасын бақылау және есеп беру қағидаларын бекіту туралы бірлескен бұйрық"
    rows = [
        bylaws.ByLaw(name, start + timedelta(days=41), start + timedelta(days=300), None, "41 күн"),
        bylaws.ByLaw(
            name, start + timedelta(days=4000), start + timedelta(days=4000), start, "10 жыл 11 ай", late=True
        ),
        bylaws.ByLaw(name, None, None, start + timedelta(days=100), "12 жыл 6 ай"),
        bylaws.ByLaw(name, None, None, None, "анықталмаған", unknown=True),
        bylaws.ByLaw(name, None, start + timedelta(days=900), None, ""),
    ]
    spec = bylaws.ByLaws(tuple(rows), start, "Заң қабылданды", date(2026, 9, 30), "2026 ж. 30 қыркүйек")
    assert_readable(bylaws.draw(spec, 245), 245, bylaws.height(len(rows)))


@settings(max_examples=20, deadline=None)
@given(st.lists(VALUES, min_size=2, max_size=40))
def test_small_lines_hold_any_values(values: list[float]) -> None:
    dots = tuple(trajectory.Dot(1990 + n, value) for n, value in enumerate(values))
    spec = panel.Panel(
        dots, f"{values[0]:.1f}", f"{values[-1]:.1f}", "1990", "2023", target=values[0], target_text="12"
    )
    assert_readable(panel.draw(spec, 158, 66), 158, 66)


@settings(max_examples=20, deadline=None)
@given(st.lists(VALUES, min_size=2, max_size=20), VALUES)
def test_small_lines_that_share_their_time_hold_any_path(values: list[float], goal: float) -> None:
    dots = tuple(trajectory.Dot(2014 + n, value, value - 1 if n == 1 else None) for n, value in enumerate(values))
    spec = panel.Panel(
        dots, f"{values[0]:.1f}", f"{values[-1]:.1f}", "1990", "2040", target=goal, target_text="нысана 12",
        path=((2014.0, values[0]), (2035.0, goal)), span=(1990.0, 2040.0),
    )  # fmt: skip
    svg = panel.draw(spec, 158, 66)
    assert_readable(svg, 158, 66)
    assert svg.count("stroke-dasharray") == 1, "the path is drawn, and no line of the target across the panel"


@settings(max_examples=30, deadline=None)
@given(st.lists(st.floats(0, 200), min_size=1, max_size=40, unique=True), st.floats(1, 300), st.integers(0, 9))
def test_waiting_by_laws_fall_in_steps_within_the_chart(months: list[float], watched: float, still: int) -> None:
    at = sorted(months)
    steps = tuple((month, 100 * (1 - (n + 1) / (len(at) + still))) for n, month in enumerate(at))
    spec = waiting.Waiting(steps, max(watched, at[-1] + 1), f"{still} / {len(at) + still}" if still else "",
                           lambda value: f"{value:g}", lambda value: f"{value:g} %",
                           ((at[len(at) // 2], "жартысы қабылданды: 3 жыл 11 ай"),))  # fmt: skip
    assert_readable(waiting.draw(spec, 306, 118), 306, 118)
    assert 2 <= len(waiting.month_ticks(spec.end)) <= 8


def test_a_chart_of_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="observation"):
        trajectory.draw(trajectory.Trajectory((), "", str), 300, 160)
    with pytest.raises(ValueError, match="value"):
        regions.draw(regions.Regions((regions.Region("A", None, ""),), str, "no data"), 245)
    with pytest.raises(ValueError, match="row"):
        bylaws.draw(bylaws.ByLaws((), date(2014, 1, 1), "", date(2026, 1, 1), ""), 245)
    with pytest.raises(ValueError, match="act"):
        waiting.draw(waiting.Waiting((), 12.0, "", str, str), 306, 118)
    with pytest.raises(ValueError, match="two"):
        panel.draw(panel.Panel((trajectory.Dot(2020, 1.0),), "", "", "", ""), 158, 66)


def test_a_break_cuts_the_line() -> None:
    dots = [trajectory.Dot(year, 1.0) for year in range(2010, 2015)]
    assert [len(part) for part in trajectory.segments(dots, (2012.0,))] == [2, 3]


def test_svg_is_the_same_every_time_and_keeps_its_text() -> None:
    spec = line([1.0, 2.0, 3.0], 2.5, 9.0)
    first = trajectory.draw(spec, 306, 168)
    assert trajectory.draw(spec, 306, 168) == first
    assert "<text" in first
    assert "Source Sans 3" in first
    assert "dc:date" not in first


@pytest.mark.parametrize("colour", ["INK", "MUTED", "NAVY", "ORANGE_TEXT"])
def test_text_colours_have_contrast_on_white_and_on_paper(colour: str) -> None:
    for ground in (palette.WHITE, palette.PAPER):
        assert _contrast(getattr(palette, colour), ground) >= 4.5  # WCAG 2.1, 1.4.3


def _contrast(first: str, second: str) -> float:
    light, dark = sorted((_luminance(first), _luminance(second)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@settings(max_examples=60, deadline=None)
@given(VALUES, VALUES)
def test_ticks_enclose_the_data_and_are_few(first: float, second: float) -> None:
    low, high = min(first, second), max(first, second)
    grid = ticks(low, high)
    assert 2 <= len(grid) <= 5
    assert grid[0] <= low
    assert high <= grid[-1]


def test_year_labels_do_not_touch() -> None:
    years = year_ticks(1960.0, 2030.0, 260.0)
    assert years[-1] == 2030
    assert 260.0 / 70 * (years[1] - years[0]) >= text_width("2030", 6.9)


def test_long_names_are_shortened_to_fit() -> None:
    assert text_width(shorten("Солтүстік Қазақстан облысы", 60, 7), 7) <= 60
    lines = wrap("Қағидаларды бекіту туралы екі министрліктің бірлескен бұйрығы", 80, 7, 2)
    assert len(lines) == 2
    assert lines[-1].endswith("…")
    assert all(text_width(part, 7) <= 80 for part in lines)
