"""The evidence beside a figure: readable without a network, a script or a mouse, and never broken by its data."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pandas as pd
import pytest
from lxml import html

from checks.decision import Action, Decision
from checks.evidence import page_name, run_page, series_page
from checks.rules import BY_ID
from checks.verdict import CheckResult, Outcome, Verdict
from indicators.store.batch import Batch, RawRecord

NASTY = '<script>alert("5 < 6")</script>'
DECISION = Decision.of(
    Action.RELEASE, f"A. Synthetic {NASTY}", datetime(2024, 6, 2, tzinfo=UTC), "seen", ["key_unique"]
)


@pytest.fixture
def refused(clean: pd.DataFrame) -> Batch:
    rows = ({"area": "KZ", "period": "2014", "value": 43.1, "published": NASTY},)
    unique = BY_ID["key_unique"]
    found = CheckResult(unique.id, unique.severity, Outcome.FAILED, unique.message, "2 of 18 rows", 2, rows)
    passed = CheckResult("jump", BY_ID["jump"].severity, Outcome.PASSED, BY_ID["jump"].message)
    note = {
        "id": "syn-error",
        "action": "drop",
        "area": "KZ",
        "periods": [{"period": "2012", "published": ["9.9 "], "used": []}],
        "status": None,
        "reason": {"ru": "Описка", "en": "Synthetic slip"},
        "reported_to": None,
        "reported_on": None,
    }
    verdict = replace(Verdict.of("syn/1", "2023", "p", [found, passed]), corrections=(note,), decision=DECISION)
    return Batch(
        id="syn/1@2024-06-01.0123456789ab",
        series_id="syn/1",
        source_id="syn",
        known_from=date(2024, 6, 1),
        release="synthetic",
        content_sha256="0" * 64,
        raw_sha256="1" * 64,
        raw=(RawRecord("1" * 64, "https://example.org/?a=1&b=<2>", "text/csv", date(2024, 6, 1), 12),),
        state="published",
        verdict=verdict.to_json(),
        grade="D",
        observations=clean,
    )


@pytest.fixture
def pages(refused: Batch, synthetic: Any) -> Iterator[bytes]:
    row = {"series": "syn/1", "quarantined": False, "batch": refused.id, "verdict": refused.verdict}
    none = {"series": "syn/none", "quarantined": False, "batch": None, "verdict": None}
    return iter([series_page(refused, synthetic(), [DECISION]), run_page(NASTY, [row, none], {"syn/1": "Share"})])


def test_pages_need_neither_network_nor_script(pages: Iterator[bytes]) -> None:
    for page in pages:
        tree = html.fromstring(page)
        assert tree.xpath("//script | //link | //img | //iframe | //object") == []
        assert not re.search(rb"url\(|@import", page)
        assert [a for a in tree.xpath("//@href | //@src") if "/" in a] == []


def test_pages_can_be_read_aloud(pages: Iterator[bytes]) -> None:
    for page in pages:
        tree = html.fromstring(page)
        assert tree.get("lang") == "en"
        assert tree.findtext(".//title")
        assert len(tree.xpath("//h1")) == len(tree.xpath("//main")) == 1
        for table in tree.xpath("//table"):
            assert table.xpath("./caption")
            assert all(cell.get("scope") in ("col", "row") for cell in table.xpath(".//th"))
            assert len({len(row) for row in table.xpath(".//tr")}) == 1


def test_page_tells_what_failed_what_was_corrected_and_who_decided(refused: Batch, synthetic: Any) -> None:
    text = " ".join(html.fromstring(series_page(refused, synthetic(), [DECISION])).text_content().split())
    for told in (
        "1 of 2 checks that apply passed",
        "An area and period has more than one row.",
        "The first 1 of 2 rows",
        NASTY,
        "Released by A. Synthetic",
        "syn-error (drop)",
        "no value",
        "not yet",
        "https://example.org/?a=1&b=<2>",
        "1" * 64,
    ):
        assert told in text


def test_same_facts_same_bytes_and_links_lead_to_the_page(refused: Batch, synthetic: Any) -> None:
    assert series_page(refused, synthetic()) == series_page(refused, synthetic())
    row = {"series": "syn/1", "quarantined": True, "batch": refused.id, "verdict": refused.verdict}
    (link,) = html.fromstring(run_page("r1", [row], {})).xpath("//a/@href")
    assert link.replace("%40", "@") == page_name(refused.id).replace("~", "%7E").replace("%7E", "~")


def test_batch_without_a_verdict_has_no_page(refused: Batch) -> None:
    with pytest.raises(LookupError, match="oryndau check"):
        series_page(replace(refused, verdict=None), None)
