"""The evidence beside a figure: readable without a network, a script or a mouse, and never broken by its data."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, date, datetime

import pandas as pd
import pytest
from lxml import html

from checks.decision import Action, Decision
from checks.evidence import ABSENT, INDEX, REFUSED, Entry, Proof, batch_page, pages
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
    change = {
        "check": "jump",
        "skip": False,
        "severity": "info",
        "usual_severity": "warning",
        "bound": 9.5,
        "usual_bound": 8.0,
        "reason": {"ru": "Случайная величина", "en": "Chance rules this series"},
    }
    verdict = replace(
        Verdict.of("syn/1", "2023", "p", [found, passed]),
        corrections=(note,),
        overrides=(change,),
        decision=DECISION,
    )
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


def entry_of(batch: Batch) -> Entry:
    return Entry("syn/1", NASTY, REFUSED, batch.id, batch.verdict, (DECISION.to_json(),))


@pytest.fixture
def proof(refused: Batch) -> Proof:
    """A refused release, and a series that was never collected."""
    return Proof.of([entry_of(refused), Entry("syn/../none", "Share", ABSENT)])


@pytest.fixture
def printed_pages(proof: Proof, refused: Batch) -> dict[str, bytes]:
    return pages(proof, lambda _: refused)


def test_pages_need_neither_network_nor_script(printed_pages: dict[str, bytes]) -> None:
    for page in printed_pages.values():
        tree = html.fromstring(page)
        assert tree.xpath("//script | //link | //img | //iframe | //object") == []
        assert not re.search(rb"url\(|@import", page)
        assert [a for a in tree.xpath("//@href | //@src") if "/" in a] == []


def test_pages_can_be_read_aloud(printed_pages: dict[str, bytes]) -> None:
    for page in printed_pages.values():
        tree = html.fromstring(page)
        assert tree.get("lang") == "en"
        assert tree.findtext(".//title")
        assert len(tree.xpath("//h1")) == len(tree.xpath("//main")) == 1
        for table in tree.xpath("//table"):
            assert table.xpath("./caption")
            assert all(cell.get("scope") in ("col", "row") for cell in table.xpath(".//th"))
            assert len({len(row) for row in table.xpath(".//tr")}) == 1


def test_page_tells_what_failed_what_was_corrected_and_who_decided(refused: Batch) -> None:
    text = " ".join(html.fromstring(batch_page(refused, entry_of(refused))).text_content().split())
    for told in (
        "1 of 2 checks that apply passed",
        "An area and period has more than one row.",
        "The first 1 of 2 rows",
        NASTY,
        "Released by A. Synthetic",
        "syn-error (drop)",
        "info (usually warning)",
        "9.5 (usually 8)",
        "Chance rules this series",
        "no value",
        "not yet",
        "https://example.org/?a=1&b=<2>",
        "1" * 64,
    ):
        assert told in text


def test_same_findings_are_the_same_run_with_the_same_bytes(proof: Proof, refused: Batch) -> None:
    again = Proof.from_json(proof.to_json())
    assert again == proof
    assert pages(again, lambda _: refused) == pages(proof, lambda _: refused)
    other = Proof.of([replace(entry_of(refused), decisions=())])
    assert other.run != proof.run


def test_every_link_leads_to_a_page_of_the_same_folder(printed_pages: dict[str, bytes]) -> None:
    links = {name: html.fromstring(page).xpath("//a/@href") for name, page in printed_pages.items()}
    (page,) = (name for name in printed_pages if name != INDEX)
    assert links == {INDEX: [page], page: [INDEX]}


def test_batch_without_a_verdict_has_no_page(refused: Batch) -> None:
    with pytest.raises(LookupError, match="oryndau check"):
        batch_page(refused, replace(entry_of(refused), verdict=None))
