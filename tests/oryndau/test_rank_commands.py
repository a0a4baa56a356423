"""The command rank on files, as anyone with a table would use it; all tables are synthetic but the worked rows."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from oryndau.rank_commands import mount

# worked rows of the Human Development Report's statistical annex, and one with a gap
HDI = """unit,life_expectancy,expected_schooling,mean_schooling,gni_per_capita
First,81.6,17.5,12.6,64992
Second,81.6,17.9,11.9,45435
Third,81.7,13.9,11.7,58711
Gap,70,12,,20000
"""
GOALS = """published: sdg_index
indicators:
  - {id: i0, parent: g1, goalposts: [0, 10]}
  - {id: i1, parent: g1, goalposts: [0, 10]}
  - {id: i2, parent: g2, goalposts: [0, 10]}
  - {id: i3, parent: g2, goalposts: [0, 10]}
  - {id: i4, parent: g3, goalposts: [0, 10]}
groups: [{id: g1, parent: sdg_index}, {id: g2, parent: sdg_index}, {id: g3, parent: sdg_index}, {id: sdg_index}]
"""


@pytest.fixture
def ran(tmp_path: Path) -> Any:
    """Runs the command on files given by their names and texts."""
    app = typer.Typer(rich_markup_mode=None)
    mount(app)

    def one(*arguments: str, **files: str) -> Any:
        paths = {}
        for name, text in files.items():
            paths[name] = tmp_path / name.replace("_", ".")
            paths[name].write_text(text, encoding="utf-8")
        return CliRunner().invoke(app, [str(paths.get(a, a)) for a in arguments])

    return one


def test_the_human_development_index_by_its_name(ran: Any) -> None:
    done = ran("hdi", "hdi_csv", "--json", "--draws", "200", "--pairs", "--sensitivity", hdi_csv=HDI)
    found = json.loads(done.output)
    assert [(u["unit"], u["rank"], round(u["score"], 3)) for u in found["units"][:3]] == [
        ("First", 1, 0.944),
        ("Second", 2, 0.922),
        ("Third", 3, 0.892),
    ]
    assert (found["units"][3]["score"], found["units"][3]["state"]) == (None, "mandatory_missing")
    assert (found["choices"]["seed"], found["choices"]["draws"]) == (20260930, 200)
    assert found["choices"]["rules"] == ["registered", "arithmetic", "geometric"]
    assert found["above"]["First"]["Third"] == pytest.approx(1 - found["above"]["Third"]["First"])
    assert found["sensitivity"]["sobol"]["First"]["factors"] == ["weights", "aggregation"]
    without = found["sensitivity"]["without"]
    nodes = found["units"][0]["nodes"]
    health, education, income = (nodes[n]["score"] for n in ("health", "expected_schooling", "income"))
    assert without["mean_schooling"]["First"]["score"] == pytest.approx((health * education * income) ** (1 / 3))
    assert without["life_expectancy"]["First"] == {"score": None, "rank": None, "state": "mandatory_missing"}
    again = ran("hdi", "hdi_csv", "--json", "--draws", "200", "--pairs", "--sensitivity", hdi_csv=HDI)
    assert again.output == done.output


def test_published_rules_with_indicators_of_ones_own_and_a_region(ran: Any) -> None:
    table = "unit,region,i0,i1,i2,i3,i4\na,r,2,4,6,8,\nb,r,10,10,10,10,5\nc,r,10,10,10,10,9\n"
    found = json.loads(ran("m_yaml", "p_csv", "--json", "--draws", "100", m_yaml=GOALS, p_csv=table).output)
    last = next(u for u in found["units"] if u["unit"] == "a")
    assert last["score"] == pytest.approx((30 + 70 + 70) / 3) and last["stood_in"] == ["g3"]
    assert last["interval"][0] < last["score"] < last["interval"][1] and last["failed_draws"] == 0


def test_the_method_in_the_output_alone_gives_the_result_again(ran: Any) -> None:
    first = json.loads(ran("hdi", "p_csv", "--json", p_csv=HDI).output)
    second = json.loads(ran("m_yaml", "p_csv", "--json", m_yaml=json.dumps(first["method"]), p_csv=HDI).output)
    assert second == first


def test_bounds_are_drawn_and_the_table_says_what_has_no_number(ran: Any) -> None:
    bounds = "unit,indicator,low,high\nFirst,life_expectancy,61.6,101.6\n"
    options = ["--concentration", "0", "--rules", "arithmetic"]
    without = json.loads(ran("hdi", "p_csv", *options, "--json", p_csv=HDI).output)
    found = json.loads(ran("hdi", "p_csv", *options, "--bounds", "b_csv", "--json", p_csv=HDI, b_csv=bounds).output)
    widths = [(lambda i: i[1] - i[0])(r["units"][0]["interval"]) for r in (without, found)]
    assert widths[1] > 3 * widths[0] and found["varied"] == ["aggregation", "measurement"]
    revised = "unit,indicator,previous,value\nFirst,life_expectancy,80,60\nSecond,life_expectancy,80,60\n"
    files = {"p_csv": HDI, "b_csv": bounds, "r_csv": revised}
    both = ran("hdi", "p_csv", *options, "--bounds", "b_csv", "--revisions", "r_csv", "--json", **files)
    rows = {u["unit"]: u["interval"] for u in json.loads(both.output)["units"]}
    assert rows["First"] == found["units"][0]["interval"]  # bounds come first
    assert rows["Second"][1] - rows["Second"][0] > 3 * widths[0]
    said = ran("hdi", "p_csv", *options, p_csv=HDI).output
    assert "no number: mandatory_missing" in said and "nan" not in said
    hangs = ran("hdi", "p_csv", "--sensitivity", "--draws", "50", p_csv=HDI).output
    assert "the scores hang on (total Sobol index, mean of the units): weights" in hangs


@pytest.mark.parametrize(
    ("arguments", "place"),
    [
        (("nobody", "p_csv"), "hdi, sdg_index"),
        (("sdg_index", "p_csv"), "published: sdg_index"),
        (("hdi", "bad_csv"), "bad.csv, line 2"),
        (("hdi", "p_csv", "--rules", "median"), "arithmetic, geometric, harmonic"),
        (("hdi", "p_csv", "--beside", "rank"), "percentile_rank"),
        (("hdi", "p_csv", "--year", "2024"), "no 2024"),
        (("bad_csv", "p_csv"), "bad.csv"),
    ],
)
def test_a_fault_ends_with_two_and_says_what_to_write(ran: Any, arguments: tuple[str, ...], place: str) -> None:
    done = ran(*arguments, p_csv=HDI, bad_csv=HDI.replace("81.6", "x", 1))
    assert done.exit_code == 2 and place in " ".join(done.output.split())
