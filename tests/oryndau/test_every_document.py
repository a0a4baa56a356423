"""Every document of the twelve laws, in every language: valid, structured, and with every finding in its words."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from pathlib import Path

import page
import pikepdf
import pytest

from reports import language
from reports.model import LANGUAGES, Edition, read_edition
from tests.oryndau.conftest import Home
from tests.reports.test_render import attribute_names, elements, text_of, wrong_lengths


@pytest.fixture(scope="module")
def everything(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """All laws and the overview in all languages, made in one run."""
    home = Home(tmp_path_factory.mktemp("everything"))
    done = home.call("run", "--json", timeout=600)
    assert done.returncode == 0, done.stderr
    assert len(json.loads(done.stdout)) == 12
    return home


def documents(home: Home) -> Iterator[tuple[Path, bytes, Edition]]:
    """Every PDF with its edition."""
    for path in home.pdfs:
        stem = f"{path.parent.parent.name}_{path.parent.name}"
        yield path, path.read_bytes(), read_edition((path.parent / f"{stem}.json").read_bytes())


def test_there_is_a_document_of_every_kind_in_every_language(everything: Home) -> None:
    rows = json.loads((everything.out / "editions/index.json").read_bytes())
    found = {(row["subject"], file["document"], file["language"]) for row in rows for file in row["files"]}
    for subject in {row["subject"] for row in rows}:
        kinds = ("overview",) if subject == "KZ-all" else ("scorecard", "brief")
        assert {(subject, kind, lang) for kind in kinds for lang in LANGUAGES} <= found
    assert len(everything.pdfs) == 12 * 2 * 3 + 3


def test_every_document_conforms(everything: Home) -> None:
    for path, body, _ in documents(everything):
        for profile in ("3a", "ua1"):
            report = page.validate_pdf_bytes(body, profile=profile)
            # see tests/reports/test_render.py: where the validator doubts a stream's length, the bytes decide
            failed = {f"{f.rule_id}: {f.message}" for f in report.failures if "STREAM-LENGTH" not in f.rule_id}
            assert not failed, (path.name, profile, sorted(failed))
            assert report.is_compliant or not wrong_lengths(body), path.name


def test_every_document_is_structured_for_reading_aloud(everything: Home) -> None:
    for path, body, _ in documents(everything):
        with pikepdf.open(io.BytesIO(body)) as pdf:
            assert str(pdf.Root.Lang) == path.stem[-2:]
            assert pdf.Root.MarkInfo.Marked and pdf.Root.ViewerPreferences.DisplayDocTitle, path.name
            tree = elements(pdf.Root.StructTreeRoot.K)
            figures = [element for element in tree if element.S == "/Figure"]
            assert figures and all(str(figure.get("/Alt", "")).strip() for figure in figures), path.name
            heads = [element for element in tree if element.S == "/TH"]
            assert all("/Scope" in attribute_names(head) for head in heads), path.name
            assert sum(element.S == "/H1" for element in tree) == 1, path.name
            roles = {name: str(spec.relationship) for name, spec in pdf.attachments.items()}
            assert roles and set(roles.values()) == {"/Source", "/Data"}, path.name


def test_every_finding_stands_in_its_document_word_for_word(everything: Home) -> None:
    for path, body, edition in documents(everything):
        if "_brief_" in path.name:
            assert len(pikepdf.open(io.BytesIO(body)).pages) == 1, path.name
            continue
        lang, text = path.stem[-2:], text_of(body)
        for finding in edition.findings:
            sentence = " ".join(language.render(finding.sentence, lang).split())
            assert sentence in text, (path.name, finding.id, sentence)
            assert finding.id in text, (path.name, finding.id)


def test_the_overview_is_verified(everything: Home) -> None:
    overview = everything.edition("all") / "KZ-all_2026-Q3_en.pdf"
    answer = json.loads(everything.call("verify", str(overview), "--json").stdout)
    assert answer["verified"], answer
