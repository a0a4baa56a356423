"""Published editions on the disk: ``out/editions/<id>/`` for each, and an index of them.

The id of an edition is its path: ``KZ-Z090000165_/2026-Q3`` lies in that folder of ``out/editions``, for good. A
folder appears whole: its files are written beside it under a name that nobody reads, flushed to the disk and
renamed at once. Later languages are added to it file by file, in the same way. A killed run leaves a ``.part`` folder,
which the next publication removes.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from filelock import FileLock

from oryndau.proof import FOLDER as EVIDENCE_FOLDER
from reports.attachments import brief_name, file_name
from reports.html.index import index_page
from reports.html.page import html_page, index_name, page_name
from reports.model import EDITION_ID, LANGUAGES, Edition, LawEdition, OverviewEdition, Replaces, sha256
from reports.open_data.package import open_data
from reports.render import render_brief, render_pdf
from reports.replacing import because
from reports.view.views import Views

EDITIONS = "editions"
"""Folder of the editions inside the folder of reports."""

INDEX = "index.json"
FIRST_PAGE = "index.html"
"""What a browser and a web server open first: the index in the state language."""
MANIFEST = "manifest.json"
UNFINISHED = ".part"
WAIT_SECONDS = 60.0
"""How long to wait for another process that publishes into the same folder; each holds it for moments."""

_NAME = re.compile(r"^(?:[A-Za-z0-9][A-Za-z0-9_.-]*/)?[A-Za-z0-9][A-Za-z0-9_.-]*$")


@dataclass(frozen=True, slots=True)
class PublishedFile:
    """One file of an edition: its name inside the edition's folder (one subfolder at most) and its bytes.

    ``document``: scorecard, brief, overview, page, data or evidence. ``language``: kk, ru, en; None where it holds
    all three.
    """

    name: str
    body: bytes
    media_type: str
    document: str
    language: str | None = None


def files_of(edition: Edition, langs: Sequence[str]) -> list[PublishedFile]:
    """Every file that an edition is published as, in some languages: a pure function of its arguments."""
    data = open_data(edition)
    files = [PublishedFile(file.name, file.body, file.media_type, "data") for file in data]
    for lang in langs:
        views = Views(edition, lang)
        document = "scorecard" if isinstance(edition, LawEdition) else "overview"
        files.append(_pdf(file_name(edition.id, lang), render_pdf(edition, lang, views), document, lang))
        if isinstance(edition, LawEdition):
            files.append(_pdf(brief_name(edition.id, lang), render_brief(edition, lang, views), "brief", lang))
        page = html_page(edition, lang, data, views)
        files.append(PublishedFile(page_name(edition.id, lang), page, "text/html", "page", lang))
    return files


def evidence_files(pages: Mapping[str, bytes]) -> list[PublishedFile]:
    """The pages of the checks (``oryndau.proof``) as files of an edition; they are in English."""
    return [
        PublishedFile(f"{EVIDENCE_FOLDER}/{name}", body, "text/html", "evidence", "en")
        for name, body in sorted(pages.items())
    ]


def folder(out: Path, edition_id: str) -> Path:
    """The folder of an edition; ValueError where the id is none, so that no id leads out of ``out``."""
    if not EDITION_ID.fullmatch(edition_id):
        raise ValueError(f"{edition_id!r} is not the id of an edition: it looks like KZ-Z090000165_/2026-Q3")
    return out / EDITIONS / edition_id


def pdf_path(out: Path, edition_id: str, lang: str) -> Path:
    """Where the scorecard or overview of an edition lies in one language."""
    return folder(out, edition_id) / file_name(edition_id, lang)


def publish(out: Path, edition: Edition, files: Sequence[PublishedFile]) -> list[Path]:
    """Lay the files of an edition into its folder and bring the index up to date; gives their paths.

    Publishing again changes nothing; a file that was damaged meanwhile is put right. Raises ValueError for
    a name that leads out of the folder, and OSError where the folder cannot be written.
    """
    home = folder(out, edition.id)
    for file in files:
        if not _NAME.fullmatch(file.name) or file.name == MANIFEST:
            raise ValueError(f"{file.name!r} cannot be a file of edition {edition.id}: use letters, digits, _ . -")
    with _alone(out):
        for left in home.parent.glob(f".*{UNFINISHED}"):
            shutil.rmtree(left)  # of a killed run: who publishes holds the lock
        home.parent.mkdir(exist_ok=True)
        stage = Path(tempfile.mkdtemp(dir=home.parent, prefix=f".{home.name}.", suffix=UNFINISHED))
        try:
            wanted = {file.name: file.body for file in files}
            wanted[MANIFEST] = _json(_manifest(home, edition, files))
            changed = [name for name, body in wanted.items() if not _holds(home / name, body)]
            for name in changed:
                _write(stage / name, wanted[name])
            if home.is_dir():
                for name in changed:
                    (home / name).parent.mkdir(exist_ok=True)
                    os.replace(stage / name, home / name)
            else:
                os.chmod(stage, 0o755)
                _flush(stage)
                os.rename(stage, home)
            _flush(home.parent)
        finally:
            shutil.rmtree(stage, ignore_errors=True)
        rows = index_rows(out)
        _replace(out / EDITIONS / INDEX, _json(rows))
        pages = {index_name(lang): index_page(rows, lang) for lang in LANGUAGES}
        pages[FIRST_PAGE] = pages[index_name(LANGUAGES[0])]
        for name, body in pages.items():
            _replace(out / EDITIONS / name, body)
    return [home / file.name for file in files]


def index_rows(out: Path) -> list[dict[str, Any]]:
    """The manifest of every published edition, the newest first.

    Each has ``id``, ``kind`` (law, overview), ``subject``, ``title`` by language (None for the overview of all laws),
    ``reference_date``, ``as_of``, ``sha256``, ``files`` (``name``, ``document``, ``language``, ``media_type``,
    ``bytes``, ``sha256``), ``replaces`` and ``replaced_by`` (None, or ``edition``, ``on`` and ``because`` by language).
    """
    rows = [json.loads(path.read_bytes()) for path in sorted((out / EDITIONS).glob(f"[!.]*/[!.]*/{MANIFEST}"))]
    later = {row["replaces"]["edition"]: row["replaces"] | {"edition": row["id"]} for row in rows if row["replaces"]}
    rows = [row | {"replaced_by": later.get(row["id"])} for row in rows]
    return sorted(rows, key=lambda row: (row["reference_date"], row["as_of"], row["id"]), reverse=True)


def _manifest(home: Path, edition: Edition, files: Sequence[PublishedFile]) -> dict[str, Any]:
    """What the folder holds once ``files`` are added to it."""
    listed = {}
    if (home / MANIFEST).is_file():
        listed = {row["name"]: row for row in json.loads((home / MANIFEST).read_bytes())["files"]}
    listed |= {
        file.name: {
            "name": file.name,
            "document": file.document,
            "language": file.language,
            "media_type": file.media_type,
            "bytes": len(file.body),
            "sha256": hashlib.sha256(file.body).hexdigest(),
        }
        for file in files
    }
    return {
        "id": edition.id,
        "kind": edition.kind,
        "subject": edition.id.partition("/")[0],
        "title": None if (title := _title(edition)) is None else title.model_dump(mode="json"),
        "reference_date": edition.reference_date.isoformat(),
        "as_of": edition.as_of.isoformat(),
        "register_version": edition.register_version,
        "method": edition.method,
        "sha256": sha256(edition),
        "replaces": None if edition.replaces is None else _replaces(edition.replaces),
        "files": [listed[name] for name in sorted(listed)],
    }


def _replaces(replaces: Replaces) -> dict[str, Any]:
    said = because(replaces)
    return {
        "edition": replaces.edition,
        "on": replaces.on.isoformat(),
        "because": {lang: said.get(lang) for lang in LANGUAGES},
    }


def _title(edition: LawEdition | OverviewEdition) -> Any:
    return edition.short_title if isinstance(edition, LawEdition) else edition.committee


def _pdf(name: str, body: bytes, document: str, lang: str) -> PublishedFile:
    return PublishedFile(name, body, "application/pdf", document, lang)


@contextmanager
def _alone(out: Path) -> Iterator[None]:
    """Hold the folder of editions; Timeout (an OSError) where another process does not let go of it."""
    (out / EDITIONS).mkdir(parents=True, exist_ok=True)
    with FileLock(out / EDITIONS / ".lock", timeout=WAIT_SECONDS):
        yield


def _json(data: Any) -> bytes:
    return (json.dumps(data, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()


def _holds(path: Path, body: bytes) -> bool:
    return path.is_file() and path.read_bytes() == body


def _replace(path: Path, body: bytes) -> None:
    """Write a file whole or not at all."""
    if not _holds(path, body):
        part = path.with_name(f".{path.name}{UNFINISHED}")
        _write(part, body)
        os.replace(part, path)
        _flush(path.parent)


def _write(path: Path, body: bytes) -> None:
    path.parent.mkdir(exist_ok=True)
    with path.open("wb") as file:
        file.write(body)
        file.flush()
        os.fsync(file.fileno())


def _flush(path: Path) -> None:
    """Have the names in a folder on the disk before going on."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
