"""What a reader of verdicts relies on: the published grade, and nothing lost in JSON."""

from __future__ import annotations

import json
from typing import Any

import pytest

from checks.rules import BY_ID, Severity
from checks.verdict import CheckResult, Outcome, Verdict, grade


def result(rule: str, outcome: Outcome = Outcome.FAILED) -> CheckResult:
    return CheckResult(rule, BY_ID[rule].severity, outcome, BY_ID[rule].message)


@pytest.mark.parametrize(
    ("checks", "latest", "expected"),
    [
        ([result("key_unique", Outcome.PASSED)], "", "A"),
        ([result("text_clean")], "", "A"),  # untidy, not doubtful
        ([result("jump", Outcome.PASSED)], "e", "B"),
        ([result("jump", Outcome.PASSED)], "p", "B"),
        ([result("jump")], "", "B"),
        ([result("jump"), result("text_clean")], "p", "B"),
        ([result("jump"), result("withdrawn")], "", "C"),
        ([result("freshness")], "", "C"),
        ([result("redefinition")], "", "C"),
        ([result("key_unique")], "", "D"),
        ([result("text_clean", Outcome.NOT_EVALUATED)], "", "D"),
    ],
)
def test_grade(checks: list[CheckResult], latest: str, expected: str) -> None:
    assert grade(checks, latest) == expected
    assert Verdict.of("syn/1", "2023", latest, checks).quarantine == (expected == "D")


def test_unproven_check_counts_as_critical_whatever_its_rule() -> None:
    verdict = Verdict.of("syn/1", "2023", "", [result("jump", Outcome.NOT_EVALUATED)])
    assert verdict.worst is Severity.CRITICAL
    assert (verdict.passed, verdict.total) == (0, 1)


def test_json_keeps_everything(judge: Any, clean: Any) -> None:
    clean.loc[3, "value"] = float("inf")
    verdict = judge(clean.assign(period=clean["period"].where(clean.index != 5, None)), previous=clean)
    text = json.dumps(verdict.to_json(), allow_nan=False)
    assert Verdict.from_json(json.loads(text)) == verdict
    assert {"grade": "D", "worst": "critical", "quarantine": True}.items() <= verdict.to_json().items()


def test_grade_of_a_stored_verdict_stays_as_given() -> None:
    stored = Verdict.of("syn/1", "2023", "", [result("jump")]).to_json() | {"grade": "C"}
    assert Verdict.from_json(stored).grade == "C"


def test_half_a_verdict_is_refused() -> None:
    with pytest.raises(ValueError, match="'grade' is missing"):
        Verdict.from_json({"series": "syn/1", "latest_period": None, "latest_status": "", "checks": []})
