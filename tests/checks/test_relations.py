"""What a series is beside others: a second source, the parts of a whole, a target, a running total."""

from __future__ import annotations

from datetime import date
from typing import Any

import pandas as pd
import pytest

from checks.gate import validate
from checks.relations import Relations, relations
from checks.verdict import CheckResult, Verdict
from indicators.register.model import CrossCheck, Law, Whole
from indicators.scores.crosschecks import cross_check
from indicators.scores.readings import Reading

DAY = date(2024, 6, 1)
TEXT = {"ru": "Синтетическое целое", "en": "Synthetic whole"}
SOURCE = {"title": TEXT, "verification": "A"}
# Kazstat 3-1-1 and the modelled estimate SH.STA.MMRT, maternal deaths per 100,000 live births.
OFFICIAL = {2018: "14.0", 2019: "13.7", 2020: "36.5", 2021: "44.7"}
MODELLED = {2018: "11", 2019: "11", 2020: "18", 2021: "23"}


def mix(**changes: Any) -> Whole:
    fields = {"id": "mix", "title": TEXT, "parts": ["syn/1", "syn/2", "syn/3"], "source": SOURCE}
    return Whole.model_validate({**fields, **changes})


def verdict_on(frame: pd.DataFrame, ref: Any, found: Relations, others: dict[str, pd.DataFrame]) -> Verdict:
    days = {ref.id: DAY}
    related, beside = {ref.id: found}, {ref.id: others}
    return validate({ref.id: frame}, {ref.id: ref}, {}, days, DAY, regions={}, related=related, beside=beside)[ref.id]


def result(verdict: Verdict, rule: str) -> CheckResult:
    (check,) = (check for check in verdict.checks if check.id == rule)
    return check


def test_official_and_modelled_maternal_mortality_of_2021_are_told_apart(printed: Any, synthetic: Any) -> None:
    """44.7 and 23: a flag with both figures, never a figure in between."""
    ref = synthetic(maximum=None, publication_lag_months=36)
    found = Relations(second=(("syn/modelled", 0.25),))
    verdict = verdict_on(printed(OFFICIAL), ref, found, {"syn/modelled": printed(MODELLED, "syn/modelled")})
    (row,) = result(verdict, "second_source").rows
    assert (row["period"], row["value"], row["second_value"], row["second_series"]) == (
        *("2021", 44.7, 23.0),
        "syn/modelled",
    )
    assert (verdict.quarantine, verdict.grade) == (False, "B")


@pytest.mark.parametrize("other", ["44.7", "34.0", "33.0", "55.8", "56.0", "0"])
def test_check_and_report_agree_on_what_agrees(other: str, printed: Any, synthetic: Any) -> None:
    ref = synthetic(maximum=None, publication_lag_months=36)
    theirs = printed({2021: other}, "syn/modelled")
    verdict = verdict_on(printed(OFFICIAL), ref, Relations(second=(("syn/modelled", 0.25),)), {"syn/modelled": theirs})
    stated = CrossCheck.model_validate({"series": "syn/modelled", "tolerance": 0.25, "difference": TEXT})
    end, unused = date(2021, 12, 31), (None, None, None, None)
    own, second = ((Reading("2021", 2021.0, end, value, "", 1, 0, *unused),) for value in (44.7, float(other)))
    shown = cross_check(stated, own, second)
    assert (result(verdict, "second_source").outcome == "passed") == shown.agrees


def test_second_source_is_not_asked_without_its_figures(printed: Any, synthetic: Any) -> None:
    verdict = verdict_on(printed(OFFICIAL), synthetic(), Relations(second=(("syn/modelled", 0.25),)), {})
    assert "second_source" not in {check.id for check in verdict.checks}


def test_parts_add_up_to_the_whole_within_their_rounding(printed: Any, synthetic: Any) -> None:
    """Three shares of one decimal may miss 100 by 0.15 by rounding alone; a slip of 2 points may not."""
    own = {2021: "33.3", 2022: "33.3", 2023: "35.3"}
    others = {name: printed(dict.fromkeys(own, "33.3"), name) for name in ("syn/2", "syn/3")}
    check = result(verdict_on(printed(own), synthetic(), Relations(whole=mix()), others), "parts_of_whole")
    assert [(row["period"], row["parts_total"]) for row in check.rows] == [("2023", pytest.approx(101.9))]


def test_whole_may_be_a_series_and_has_a_tolerance(printed: Any, synthetic: Any) -> None:
    own = {2022: "40.0", 2023: "40.0"}
    whole = mix(parts=["syn/1", "syn/2"], total_series="syn/3", tolerance=0.1)
    others = {
        "syn/2": printed({2022: "50.0", 2023: "50.0"}, "syn/2"),
        "syn/3": printed({2022: "99.0", 2023: "120.0"}, "syn/3"),
    }
    check = result(verdict_on(printed(own), synthetic(), Relations(whole=whole), others), "parts_of_whole")
    assert [row["period"] for row in check.rows] == ["2023"]


def test_whole_is_not_asked_where_a_part_is_unknown(printed: Any, synthetic: Any) -> None:
    others = {"syn/2": printed({2023: "33.3"}, "syn/2")}
    verdict = verdict_on(printed({2023: "90.0"}), synthetic(), Relations(whole=mix()), others)
    assert "parts_of_whole" not in {check.id for check in verdict.checks}


def test_running_total_that_goes_back_is_stopped(printed: Any, synthetic: Any, judge_all: Any) -> None:
    risen = {2020: "10.0", 2021: "12.0", 2022: "11.9", 2023: "14.0"}
    level = {2020: "10.0", 2021: "12.0", 2022: "12.0", 2023: "14.0"}
    cases = {
        "back": (printed(risen), "up"),
        "level": (printed(level), "up"),
        "down": (printed(risen), "down"),
        "free": (printed(risen), None),
    }
    verdicts = judge_all(
        {name: frame.assign(series=name).astype({"series": "str"}) for name, (frame, _) in cases.items()},
        {name: synthetic(monotonic=way) for name, (_, way) in cases.items()},
    )
    fell = {
        n: [row["period"] for c in v.failures() if c.id == "monotonic" for row in c.rows] for n, v in verdicts.items()
    }
    assert fell == {"back": ["2022"], "level": [], "down": ["2021", "2023"], "free": []}
    assert verdicts["back"].quarantine
    assert "monotonic" not in {check.id for check in verdicts["free"].checks}


def test_two_decimals_cannot_tell_0_04_from_0_035(printed: Any, synthetic: Any) -> None:
    """Fatal injuries at work of 2023 (kazstat 8-8-1) and the target of 2024, beside that of 2030."""
    figures = {2021: "0.03", 2022: "0.03", 2023: "0.04"}
    verdict = verdict_on(printed(figures), synthetic(decimals=2), Relations(targets=(0.035, 0.023)), {})
    (row,) = result(verdict, "target_precision").rows
    assert (row["latest_value"], row["undecided_list"]) == (0.04, "0.035")
    clear = verdict_on(printed({**figures, 2023: "0.05"}), synthetic(decimals=2), Relations(targets=(0.035,)), {})
    assert result(clear, "target_precision").outcome == "passed"


def test_release_with_half_the_rows_or_twice_as_many_is_named(printed: Any, judge: Any, failed: Any) -> None:
    years = dict.fromkeys(range(1990, 2024), "44.0")
    areas = ("KZ", "KZ-SYN-OLD")
    before = pd.concat([printed(years, area=area) for area in areas], ignore_index=True)
    short = before[(before["area"] == "KZ") | (before["period"] > "2020")]
    assert "row_count" not in failed(judge(before, previous=before))
    assert "row_count" in failed(judge(short[short["period"] > "2008"], previous=before))
    assert "row_count" in failed(judge(pd.concat([before, before], ignore_index=True), previous=before))
    first_regions = judge(before, previous=before[before["area"] == "KZ"])
    assert "row_count" not in failed(first_regions)


def test_relations_are_read_from_the_law_file() -> None:
    """Superseded and printed-only targets bind nobody; a second source without a tolerance is only shown."""

    def target(name: str, value: float, **more: Any) -> dict[str, Any]:
        return {"id": name, "period": "2030", "value": value, "source": SOURCE, **more}

    law = Law.model_validate(
        {
            "id": "SYN1",
            "kind": "law",
            "number": "1-I",
            "adopted": "2010-01-01",
            "enacted_under": "syn",
            "titles": [{"text": TEXT, "verification": "A"}],
            "short_title": TEXT,
            "identity_verification": "A",
            "in_force": {"verification": "A"},
            "measures_list": {"completeness": "not_read", "verification": "A"},
            "pillars": [{"id": "outcomes", "title": TEXT}],
            "wholes": [mix().model_dump()],
            "indicators": [
                {
                    "id": "share",
                    "pillar": "outcomes",
                    "title": TEXT,
                    "why": TEXT,
                    "series": "syn/1",
                    "direction": "up",
                    "baseline": {"period": "2010"},
                    "targets": [
                        target("old", 20.0, superseded_by="new", superseded="2020-01-01"),
                        target("new", 15.0),
                        target("shown", 50.0, role="reference", role_reason=TEXT),
                    ],
                    "cross_checks": [
                        {"series": "syn/2", "tolerance": 0.25, "difference": TEXT},
                        {"series": "syn/3", "difference": TEXT},
                    ],
                }
            ],
        }
    )
    found = relations([law])
    assert found["syn/1"].targets == (15.0,)
    assert found["syn/1"].second == (("syn/2", 0.25),)
    assert set(found["syn/1"].others) == {"syn/1", "syn/2", "syn/3"}
    assert found["syn/3"].whole == mix()
