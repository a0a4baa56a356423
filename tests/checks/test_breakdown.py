"""A check that breaks down proves nothing: it must never look like a pass."""

from __future__ import annotations

import time
from datetime import date
from typing import Any

import pandas as pd
import pytest

import checks.expectations
import checks.suites
from checks.gate import validate
from checks.rules import BY_ID
from checks.suites import suite


def test_metric_that_raises_quarantines_only_its_own_series(
    judge_all: Any, clean_of: Any, failed: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    ordinary = checks.expectations.is_ordinary

    def breaks_down(change: float, *rest: Any) -> bool:
        if change > 9:
            raise ZeroDivisionError("synthetic breakdown")
        return ordinary(change, *rest)

    monkeypatch.setattr(checks.expectations, "is_ordinary", breaks_down)
    frames = {name: clean_of(name) for name in ("syn/sound", "syn/breaks", "syn/stray")}
    frames["syn/breaks"].loc[13, "value"] = 60.0
    frames["syn/stray"].loc[13, "published"] = "49.4 "
    verdicts = judge_all(frames)
    assert {name: failed(verdict) for name, verdict in verdicts.items()} == {
        "syn/sound": set(),
        "syn/breaks": {"jump", "regions_around_nation"},
        "syn/stray": {"text_clean"},
    }
    (jump,) = (check for check in verdicts["syn/breaks"].failures() if check.id == "jump")
    assert jump.outcome == "not_evaluated"
    assert "synthetic breakdown" in jump.observed
    assert verdicts["syn/breaks"].quarantine
    assert verdicts["syn/breaks"].grade == "D"
    assert verdicts["syn/sound"].grade == "A"


@pytest.mark.parametrize("column", ["no_such_column", "published"])
def test_expectation_of_an_unknown_column_or_a_wrong_type_proves_nothing(
    column: str, clean: pd.DataFrame, judge: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    original = checks.suites._of_series

    def broken() -> dict[str, Any]:
        return original() | {"withdrawn": checks.suites.gxe.ExpectColumnValuesToBeBetween(column=column, max_value=0)}

    monkeypatch.setattr(checks.suites, "_of_series", broken)
    verdict = judge(clean, previous=clean)
    (check,) = verdict.failures()
    assert (verdict.series, check.id, check.outcome) == ("syn/1", "withdrawn", "not_evaluated")
    assert column in check.observed
    assert verdict.quarantine


def test_batch_of_only_nulls_is_refused_by_name(clean: pd.DataFrame, judge: Any, failed: Any) -> None:
    verdict = judge(clean.assign(value=float("nan")))
    assert {"has_values", "value_present"} <= failed(verdict)
    assert verdict.quarantine


def test_series_without_a_register_entry_is_refused(clean: pd.DataFrame) -> None:
    with pytest.raises(LookupError, match="syn/unregistered"):
        validate({"syn/unregistered": clean}, {}, {}, {"syn/unregistered": date(2024, 6, 1)}, date.max, regions={})


def test_suites_carry_severity_and_message_into_the_library() -> None:
    expectations = [e for level in ("observation", "series") for e in suite(level, "syn", []).expectations]
    assert {e.meta["rule"] for e in expectations} == set(BY_ID)
    for expectation in expectations:
        rule = BY_ID[expectation.meta["rule"]]
        assert (expectation.configuration.severity.value, expectation.description) == (rule.severity, rule.message)


def test_a_national_archive_is_judged_in_seconds(judge_all: Any, clean_of: Any) -> None:
    """35 series of 1,500 rows; a suite a series would take five times as long (CPU time, best of two)."""
    copies = range(1500 // 18 + 1)
    rows = clean_of("syn/1")
    big = pd.concat([rows.assign(area=rows["area"] + ("" if n == 0 else f"-{n}")) for n in copies], ignore_index=True)
    frames = {f"syn/{n}": big.assign(series=f"syn/{n}").astype({"series": "str"}) for n in range(35)}
    spent = []
    for _ in range(2):
        start = time.process_time()
        verdicts = judge_all(frames, previous=frames)
        spent.append(time.process_time() - start)
    assert len(verdicts) == 35
    assert min(spent) < 4.0
