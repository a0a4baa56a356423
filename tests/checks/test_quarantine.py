"""A refused batch leaves the quarantine only on a named person's word, and the word stays with the figures."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from typer.testing import CliRunner

from checks.decision import Action, Decision
from checks.quarantine import DecisionRefused, decided, decisions, find, held, reject, release
from checks.rules import BY_ID
from checks.verdict import CheckResult, Outcome, Verdict
from indicators.store.batch import RawPart
from indicators.store.store import Store
from oryndau.check_commands import app

SERIES = "kz-sdg/5-5-2"
DAY = date(2024, 6, 1)
MONDAY, TUESDAY = datetime(2024, 6, 3, 9, tzinfo=UTC), datetime(2024, 6, 4, 9, tzinfo=UTC)
WHO = {"by": "Synthetic Person, Bureau", "reason": "the ministry confirmed it by telephone"}


@pytest.fixture
def store(tmp_path: Path) -> Store:
    opened = Store.open(f"sqlite:///{tmp_path}/oryndau.db", tmp_path / "archive")
    opened.migrate()
    return opened


def verdict(*critical: str) -> Verdict:
    failed = [CheckResult(r, BY_ID[r].severity, Outcome.FAILED, BY_ID[r].message, "seen", 1) for r in critical]
    return Verdict.of(SERIES, "2023", "", failed)


def refused(store: Store, frame: pd.DataFrame, *critical: str) -> str:
    rows = frame.assign(series=SERIES).astype({"series": "str"})
    batch = store.stage(SERIES, "kz-sdg", rows, [RawPart(b"synthetic", "synthetic:", "text/csv", DAY)], DAY, "syn")
    store.quarantine(batch, verdict(*critical).to_json())
    return batch


def test_release_publishes_with_who_when_and_why(store: Store, clean: pd.DataFrame) -> None:
    batch = refused(store, clean, "natural_limits")
    assert [entry.critical for entry in held(store, [SERIES])] == [("natural_limits",)]
    release(store, batch, **WHO, at=MONDAY)
    assert store.is_published(batch)
    assert held(store, [SERIES]) == []
    kept = store.verdict_of(batch)
    assert kept is not None
    assert (kept["grade"], kept["quarantine"]) == ("D", False)
    assert kept["decision"] == {
        "action": "release",
        "by": WHO["by"],
        "at": "2024-06-03T09:00:00+00:00",
        "reason": WHO["reason"],
        "checks": ["natural_limits"],
    }
    with pytest.raises(DecisionRefused, match="is published, not in quarantine"):
        reject(store, batch, **WHO, at=TUESDAY)


def test_rejection_can_be_changed_and_both_stay_on_record(store: Store, clean: pd.DataFrame) -> None:
    batch = refused(store, clean, "natural_limits")
    reject(store, batch, **WHO, at=MONDAY)
    (entry,) = held(store, [SERIES])
    assert entry.decision is not None
    assert entry.decision.action is Action.REJECT
    release(store, batch, **WHO, at=TUESDAY)
    assert [d.action for d in decisions(store, batch)] == [Action.REJECT, Action.RELEASE]


def test_killed_release_is_finished_by_repeating_it(store: Store, clean: pd.DataFrame) -> None:
    batch = refused(store, clean, "natural_limits")

    def dies(_: str) -> None:
        raise KeyboardInterrupt

    publish, store.publish = store.publish, dies  # type: ignore[method-assign,assignment]
    with pytest.raises(KeyboardInterrupt):
        release(store, batch, **WHO, at=MONDAY)
    store.publish = publish  # type: ignore[method-assign]
    assert not store.is_published(batch)
    release(store, batch, **WHO, at=TUESDAY)
    assert store.is_published(batch)


def test_nobody_can_release_two_values_for_one_year(store: Store, clean: pd.DataFrame) -> None:
    twice = pd.concat([clean, clean.head(1).assign(value=1.0, published="1.0")], ignore_index=True)
    batch = refused(store, twice, "key_unique")
    with pytest.raises(DecisionRefused, match=r"corrections\.yaml"):
        release(store, batch, **WHO, at=MONDAY)
    assert len(held(store, [SERIES])) == 1
    assert decisions(store, batch) == []


def test_judging_anew_keeps_a_decision_but_never_covers_a_new_failure(store: Store, clean: pd.DataFrame) -> None:
    batch = refused(store, clean, "natural_limits")
    release(store, batch, **WHO, at=MONDAY)
    again = decided(store, batch, verdict("natural_limits"))
    assert not again.quarantine
    assert Verdict.from_json(json.loads(json.dumps(again.to_json()))) == again
    worse = decided(store, batch, verdict("natural_limits", "future_period"))
    assert worse.quarantine
    assert worse.decision is None


@pytest.mark.parametrize("missing", [{"by": " "}, {"reason": ""}])
def test_decision_without_a_name_or_a_reason_is_refused(missing: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="a decision states"):
        Decision.of(Action.RELEASE, **{**WHO, **missing}, at=MONDAY, checks=["natural_limits"])  # type: ignore[arg-type]


def test_commands(store: Store, clean: pd.DataFrame, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As a person meets them: list, show with its page, a refusal with its reason, release."""
    monkeypatch.setenv("ORYNDAU_HOME", str(tmp_path))
    monkeypatch.setenv("ORYNDAU_DATABASE_URL", f"sqlite:///{tmp_path}/oryndau.db")
    batch = refused(store, clean, "natural_limits")
    runner = CliRunner()

    def call(*words: str) -> Any:
        return runner.invoke(app, list(words))

    assert [row["batch_id"] for row in json.loads(call("list", "--json").stdout)] == [batch]
    page = tmp_path / "pages" / "evidence.html"
    shown = call("show", SERIES, "--html", str(page))
    assert BY_ID["natural_limits"].remedy in shown.stdout
    assert b"<h1>" in page.read_bytes()
    unsigned = call("release", batch, "--by", "", "--reason", "x")
    assert unsigned.exit_code == 2
    assert "a decision states" in unsigned.output
    unprintable = call("release", batch, "--by", "Synthetic Person", "--reason", "see \u2603")
    assert unprintable.exit_code == 2 and "U+2603 at character 5" in unprintable.output
    done = call("release", batch, "--by", "Synthetic Person", "--reason", "confirmed")
    assert done.exit_code == 0, done.output
    assert store.is_published(batch)
    assert call("list").stdout == "Nothing is in quarantine.\n"
    with pytest.raises(LookupError, match="none in quarantine"):
        find(store, SERIES, [SERIES])
