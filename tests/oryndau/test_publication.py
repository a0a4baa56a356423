"""Where an edition lies: whole or absent, found by its id, and nowhere else."""

from __future__ import annotations

import hashlib
import json
import re
from html import unescape
from pathlib import Path

import pikepdf
import pytest

from oryndau import publication
from reports.model import read_edition
from tests.oryndau.conftest import Home, files_below
from tests.reports.synthetic_edition import law_edition, overview_edition

EDITION = law_edition()
FILES = [publication.PublishedFile("page.txt", b"synthetic", "text/plain", "data")]


def test_a_folder_holds_what_its_manifest_lists(finished: Home) -> None:
    home = finished.edition("Z090000165_")
    manifest = json.loads((home / "manifest.json").read_bytes())
    listed = {row["name"]: row["sha256"] for row in manifest["files"]}
    found = {name: hashlib.sha256(body).hexdigest() for name, body in files_below(home).items()}
    assert listed.items() <= found.items()
    assert found.keys() - listed.keys() == {"manifest.json"}
    assert manifest["sha256"] == listed["KZ-Z090000165__2026-Q3.json"]


def test_the_index_names_every_edition_with_its_pages(finished: Home) -> None:
    rows = json.loads((finished.out / "editions/index.json").read_bytes())
    assert {row["id"] for row in rows} == {"KZ-Z090000165_/2026-Q3", "KZ-Z2400000110/2026-Q3"}
    for row in rows:
        pages = [file["name"] for file in row["files"] if (file["document"], file["language"]) == ("scorecard", "kk")]
        assert [(finished.out / "editions" / row["id"] / page).is_file() for page in pages] == [True]


def test_a_language_is_added_to_an_edition(tmp_path: Path) -> None:
    publication.publish(tmp_path, EDITION, FILES)
    more = publication.PublishedFile("evidence/run.html", b"added", "text/html", "evidence", "en")
    [path] = publication.publish(tmp_path, EDITION, [more])
    assert path.read_bytes() == b"added"
    [row] = publication.index_rows(tmp_path)
    assert [file["name"] for file in row["files"]] == ["evidence/run.html", "page.txt"]


def test_a_damaged_file_is_put_right(tmp_path: Path) -> None:
    [path] = publication.publish(tmp_path, EDITION, FILES)
    path.write_bytes(b"damaged")
    publication.publish(tmp_path, EDITION, FILES)
    assert path.read_bytes() == b"synthetic"


def test_what_a_killed_run_left_is_removed(tmp_path: Path) -> None:
    left = tmp_path / "editions/KZ-SYNTHETIC1_/.2026-Q3.abc.part"
    left.mkdir(parents=True)
    (left / "half.pdf").write_bytes(b"%PDF-1.7")
    assert publication.index_rows(tmp_path) == []
    publication.publish(tmp_path, EDITION, FILES)
    assert [path.name for path in left.parent.iterdir()] == ["2026-Q3"]


def test_a_folder_that_cannot_be_written_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(path: Path, body: bytes) -> None:
        raise OSError(28, "No space left on device", str(path))

    monkeypatch.setattr(publication, "_write", full)
    with pytest.raises(OSError, match="No space left"):
        publication.publish(tmp_path, EDITION, FILES)
    assert list((tmp_path / "editions/KZ-SYNTHETIC1_").iterdir()) == []


@pytest.mark.parametrize(
    "name", ["../escape", "/etc/passwd", "a/../../b", "a/b/c", ".hidden", "", "a\0b", "manifest.json"]
)
def test_no_file_leads_out_of_its_folder(name: str, tmp_path: Path) -> None:
    file = publication.PublishedFile(name, b"", "text/plain", "data")
    with pytest.raises(ValueError, match="cannot be a file"):
        publication.publish(tmp_path / "out", EDITION, [file])
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "hostile",
    ["../../x", "KZ-../2026-Q3", "KZ-a/..", "/KZ-a/2026-Q3", "KZ-a/2026-Q3/..", "KZ-a/2026-Q3\n", "KZ-a\0/2026-Q3"],
)
def test_no_id_leads_out_of_the_folder_of_reports(hostile: str, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="not the id of an edition"):
        publication.pdf_path(tmp_path, hostile, "en")
    for field in (b'"KZ-SYNTHETIC1_/2026-Q3"', b'"KZ-SYNTHETIC1_/2026-Q2"'):
        body = json.dumps(EDITION.model_dump(mode="json"), separators=(",", ":")).encode()
        with pytest.raises(ValueError, match="pattern"):
            read_edition(body.replace(field, json.dumps(hostile).encode()))


def test_an_edition_asked_for_by_a_path_is_refused(fresh: Home) -> None:
    done = fresh.call("report", "--edition", "../../x")
    assert done.returncode == 2
    assert "no edition '../../x'" in done.stderr
    assert not fresh.out.exists()


def test_the_overview_leads_to_the_scorecards(tmp_path: Path) -> None:
    overview = overview_edition()
    pages = {file.name: file for file in publication.files_of(overview, ["en"])}
    publication.publish(tmp_path, overview, list(pages.values()))
    [name] = [name for name, file in pages.items() if file.document == "overview"]
    with pikepdf.open(tmp_path / "editions" / overview.id / name) as pdf:
        links = {str(a.A.URI) for page in pdf.pages for a in page.get("/Annots", []) if "/URI" in a.get("/A", {})}
    wanted = {publication.pdf_path(tmp_path, row.edition, "en") for row in overview.rows}
    found = {(tmp_path / "editions" / overview.id / link).resolve() for link in links if not link.startswith("http")}
    assert wanted <= found


def test_every_link_between_published_pages_leads_to_a_file(finished: Home) -> None:
    pages = sorted((finished.out / "editions").rglob("*.html"))
    assert {page.name for page in pages} > {"index.html", "index_kk.html", "KZ-Z090000165__2026-Q3_kk.html"}
    for page in pages:
        links = re.findall(r'href="([^"#:]+)(?:#[^"]*)?"', page.read_text())
        absent = [link for link in links if not (page.parent / unescape(link)).is_file()]
        assert absent == [], page.name
