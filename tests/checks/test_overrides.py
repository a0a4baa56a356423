"""A law file may change a check for one series: by severity, bound, or not at all, and always with its reason."""

from __future__ import annotations

import json
from typing import Any

import pytest

from checks.rules import BY_ID, RULES
from checks.verdict import Verdict
from indicators.register.overrides import BOUNDED, FIXED, UNBOUNDED

WHY = {"ru": "Синтетическая причина", "en": "Synthetic reason"}


def changed(**checks: Any) -> dict[str, Any]:
    return {"checks": {name: {**change, "reason": WHY} for name, change in checks.items()}}


def test_register_and_room_know_the_same_checks() -> None:
    assert set(BY_ID) == FIXED | BOUNDED | UNBOUNDED
    assert {rule.id for rule in RULES if rule.bound is not None} == BOUNDED


def test_severity_is_the_registers_and_is_said(clean: Any, judge: Any, synthetic: Any) -> None:
    clean.loc[clean["period"] == "2014", "value"] = 431.0
    softened = judge(
        clean, synthetic(**changed(natural_limits={"severity": "warning"}, magnitude={"severity": "info"}))
    )
    assert judge(clean).quarantine
    assert not softened.quarantine
    assert {check.id: check.severity for check in softened.failures()} == {
        "natural_limits": "warning",
        "magnitude": "info",
    }
    assert [(note["check"], note["severity"], note["usual_severity"]) for note in softened.overrides] == [
        ("natural_limits", "warning", "critical"),
        ("magnitude", "info", "warning"),
    ]
    hardened = judge(clean.assign(published="1 0"), synthetic(**changed(text_clean={"severity": "critical"})))
    assert "text_clean" in hardened.critical


def test_skipped_check_is_out_of_the_count_and_stands_in_the_verdict(clean: Any, judge: Any, synthetic: Any) -> None:
    usual = judge(clean)
    without = judge(clean, synthetic(**changed(precision={"skip": True})))
    assert {check.id for check in usual.checks} - {check.id for check in without.checks} == {"precision"}
    assert without.total == usual.total - 1
    assert without.overrides[0]["reason"] == WHY
    assert Verdict.from_json(json.loads(json.dumps(without.to_json()))) == without


@pytest.mark.parametrize(
    ("check", "bound", "passes"),
    [
        ("large_revision", 0.4, False),
        ("large_revision", 0.6, True),
        ("redefinition", 0.6, True),
        ("withdrawn", 2, True),
        ("withdrawn", 1, False),
        ("half_withdrawn", 0.05, False),
        ("expected_periods", 2, True),
        ("expected_periods", 1, False),
    ],
)
def test_bound_is_the_registers(
    check: str, bound: float, passes: bool, clean: Any, judge: Any, synthetic: Any, failed: Any
) -> None:
    """Half of every value against the release before, and two years gone."""
    halved = clean.assign(value=(clean["value"] / 2).round(1))
    halved = halved[~halved["period"].isin(["2013", "2014"])]
    verdict = judge(halved, synthetic(decimals=None, **changed(**{check: {"bound": bound}})), previous=clean)
    assert (check not in failed(verdict)) == passes


def test_one_series_bound_is_not_anothers(clean_of: Any, judge_all: Any, synthetic: Any, failed: Any) -> None:
    frames = {name: clean_of(name) for name in ("syn/strict", "syn/usual")}
    for frame in frames.values():
        frame.loc[frame["period"].eq("2023") & frame["area"].eq("KZ"), "value"] = 51.0
    previous = {name: clean_of(name) for name in frames}
    series = {"syn/strict": synthetic("syn/strict", **changed(large_revision={"bound": 0.01}))}
    verdicts = judge_all(frames, series, previous)
    assert {name: "large_revision" in failed(verdict) for name, verdict in verdicts.items()} == {
        "syn/strict": True,
        "syn/usual": False,
    }


def test_register_with_an_unknown_check_is_refused_by_name(clean: Any, judge: Any, synthetic: Any) -> None:
    with pytest.raises(LookupError, match=r"series syn/1: the register changes a check 'jmup'"):
        judge(clean, synthetic(**changed(jmup={"skip": True})))
