"""An edition is compared with the one published for the quarter before, so that a changed register shows its cause.

The registers are synthetic copies: a second indicator stands beside the real one, and weights and targets are changed.
"""

from __future__ import annotations

import copy
import json
import math
import re
import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from indicators.register import yaml_text
from indicators.scores import law as law_scores
from oryndau import editions, pipeline
from oryndau.consistency import breaches
from oryndau.settings import PROJECT
from oryndau.verification import verify
from reports import language
from reports.language import render
from reports.model import LANGUAGES, LawEdition
from reports.view.law import law_view
from reports.view.movement import waterfall_chart
from reports.view.words import Words
from tests.oryndau.conftest import Home
from tests.oryndau.test_editions import settings_of
from tests.reports.test_render import text_of

LAW, TWIN = "Z090000165_", "synthetic-twin"
JUNE, SEPTEMBER, LATER, ON = date(2026, 6, 30), date(2026, 9, 30), date(2026, 10, 5), date(2026, 10, 12)
BEFORE, AFTER = f"KZ-{LAW}/2026-Q2", f"KZ-{LAW}/2026-Q3.k20261005"


@pytest.fixture
def home(copied: Callable[[], Home]) -> Home:
    """A finished installation that the test may change; it holds no edition of the quarter before."""
    return copied()


@pytest.fixture
def register(home: Home) -> Path:
    """A register in which the law has a second indicator of the same series, half as ambitious (synthetic)."""

    def twice(law: dict[str, Any]) -> None:
        twin = copy.deepcopy(law["indicators"][0])
        twin["id"] = TWIN
        for target in twin["targets"]:
            target["id"] = f"{TWIN}-{target['id']}"
            target["value"] = target["value"] / 2
            if "superseded_by" in target:
                target["superseded_by"] = f"{TWIN}-{target['superseded_by']}"
        law["indicators"].insert(1, twin)

    return edited(Path(shutil.copytree(PROJECT / "laws/kz", home.root / "laws")), twice)


def edited(register: Path, change: Callable[[dict[str, Any]], None]) -> Path:
    file = register / f"{LAW}.yaml"
    law = yaml_text.read(file.read_text(encoding="utf-8"))
    change(law)
    file.write_text(json.dumps(law, ensure_ascii=False, indent=1), encoding="utf-8")  # JSON is YAML
    return register


def heavier_and_nearer(law: dict[str, Any]) -> None:
    """The twin weighs three times as much, and the real indicator's target is 16 in place of 15; neither is dated."""
    real, twin = law["indicators"][:2]
    twin["weight"] = 3
    next(t for t in real["targets"] if t["id"] == "res-share-2030-v2")["value"] = 16
    next(t for t in real["targets"] if t["id"] == "res-share-2025")["value"] = 8


def made(home: Home, register: Path, at: date, as_of: date) -> LawEdition:
    settings = settings_of(home, register)
    [identifier] = pipeline.edit(settings, [LAW], at, as_of, ON)
    edition = editions.kept_edition(pipeline.open_store(settings), identifier)
    assert isinstance(edition, LawEdition)
    return edition


def lines(edition: LawEdition, lang: str = "en") -> set[tuple[str, str]]:
    return {(c.cause, render(c.message, lang).replace("\u00a0", " ")) for c in edition.changes}


def test_a_changed_weight_and_target_show_as_causes_with_old_and_new_values(home: Home, register: Path) -> None:
    before = made(home, register, JUNE, JUNE)
    after = made(home, edited(register, heavier_and_nearer), SEPTEMBER, LATER)
    assert (before.id, after.id) == (BEFORE, AFTER)
    assert (after.previous_edition, after.previous_score) == (before.id, before.score)
    title = "Share of renewables in electricity production"
    assert lines(after) == {
        ("register", f"{title}: its weight changed from 1 to 3."),
        ("register", f"{title}: the target for 2025 changed in the register: 6% → 8%."),
        ("register", f"{title}: the target for 2030 changed in the register: 15% → 16%."),
    }
    change = after.score_change
    assert change is not None and before.score is not None and after.score is not None
    assert (change.before, change.after) == (before.score, after.score)
    parts = {(part.factor, part.indicator): part.points for part in change.parts}
    assert math.fsum(parts.values()) == pytest.approx(after.score - before.score, abs=1e-12)
    assert {factor for factor, _ in parts} == {"weights", "targets"}
    assert parts["targets", "res-share"] < 0, "a higher target leaves a smaller part of the way behind"
    assert change.low <= change.after - change.before <= change.high
    assert breaches(after) == []
    chart = waterfall_chart(after, Words("en"))
    assert chart is not None and "rose" not in chart.title, "nothing rises because its weight was changed"
    gain = language.number(after.score - before.score, 2, "en", True)
    assert f"of which {gain} by changes of the register or the method" in chart.title


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_page_says_with_which_edition_and_prints_the_causes(home: Home, register: Path, lang: str) -> None:
    made(home, register, JUNE, JUNE)
    after = made(home, edited(register, heavier_and_nearer), SEPTEMBER, LATER)
    settings = settings_of(home, register)
    pages = pipeline.render(settings, [after.id], [lang], home.out)
    text = re.sub(r"\s+", " ", text_of(pages[0].read_bytes()))
    view, _ = law_view(after, lang)
    assert BEFORE in view["changes"]["intro"]
    for said in (BEFORE, *(sentence.split(": ", 1)[1] for _, sentence in lines(after, lang))):
        assert re.sub(r"\s+", "", said) in re.sub(r"\s+", "", text), said
    answers = {answer.question: answer.yes for answer in verify(settings, pages[0]).answers}
    assert answers["The archive of official figures gives the same edition"] is True


def test_without_a_published_edition_the_state_before_is_recomputed(home: Home, register: Path) -> None:
    after = made(home, edited(register, heavier_and_nearer), SEPTEMBER, LATER)
    assert lines(after) == set()
    assert after.previous_sha256 is None and "previous_sha256" not in after.model_dump(mode="json")
    assert "recomputed" in law_view(after, "en")[0]["changes"]["intro"]


def test_an_edition_keeps_what_it_was_compared_with(home: Home, register: Path) -> None:
    alone = made(home, register, SEPTEMBER, LATER)
    before = made(home, register, JUNE, JUNE)
    assert made(home, register, SEPTEMBER, LATER) == alone, "an edition made meanwhile changes nothing that was said"
    compared = made(home, register, SEPTEMBER, date(2026, 10, 6))
    assert compared.previous_sha256 is not None and compared.changes == ()
    changed = edited(register, heavier_and_nearer)
    corrected = made(home, changed, JUNE, JUNE)
    assert corrected.id == f"{before.id}.r2"
    again = made(home, changed, SEPTEMBER, date(2026, 10, 6))
    assert (again.id, again.previous_edition) == (f"{compared.id}.r2", before.id)
    assert made(home, changed, SEPTEMBER, date(2026, 10, 6)) == again
    assert made(home, changed, SEPTEMBER, date(2026, 10, 7)).previous_edition == corrected.id


def test_the_latest_knowledge_that_the_day_allows_is_compared_with(home: Home, register: Path) -> None:
    for known in (JUNE, date(2026, 7, 10), date(2026, 10, 8)):
        made(home, register, JUNE, known)
    after = made(home, register, SEPTEMBER, LATER)
    assert after.previous_edition == f"{BEFORE}.k20260710"


def test_another_method_is_a_part_of_its_own(home: Home, register: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(law_scores, "METHOD_VERSION", "path-0-synthetic")
        before = made(home, register, JUNE, JUNE)
    after = made(home, edited(register, heavier_and_nearer), SEPTEMBER, LATER)
    assert ("method", "The method changed: path-0-synthetic → path-1.") in lines(after)
    change = after.score_change
    assert change is not None and before.score is not None and after.score is not None
    assert "method" in {part.factor for part in change.parts}
    assert math.fsum(p.points for p in change.parts) == pytest.approx(after.score - before.score, abs=1e-12)
