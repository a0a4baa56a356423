"""The list of published editions: from here every document is one step away."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date as Day
from typing import Any

from indicators.register.model import Text
from reports.html.page import NAMES, Download, index_name, page, place
from reports.model import LANGUAGES
from reports.view.words import Words, day, printed

_DOCUMENTS = {"scorecard": "document.law", "overview": "document.overview", "brief": "document.brief"}
"""Kinds of documents in the order in which they are listed, and their names."""


def index_page(rows: Sequence[Mapping[str, Any]], lang: str) -> bytes:
    """The page of ``rows``, which are the manifests of the editions, the newest first.

    The newest edition of a law or an overview that nothing replaced stands in the upper table, the others
    below. A manifest has ``id``, ``kind``, ``subject``, ``title`` by language (None: every law under watch),
    ``reference_date``, ``as_of`` and ``files`` with ``name``, ``document`` and ``language``; one that was
    corrected also ``replaced_by`` (``edition``, ``on`` and ``because`` by language).
    """
    words = Words(lang)
    newest: list[dict[str, Any]] = []
    earlier: list[dict[str, Any]] = []
    seen: set[str] = set()
    foreign = set()
    for row in rows:
        title = None if row["title"] is None else Text.model_validate(row["title"])
        if title is not None and not getattr(title, lang):
            foreign.add(title.ru)
        fresh = row["subject"] not in seen and not row.get("replaced_by")
        (newest if fresh else earlier).append(_shown(row, title, words))
        if fresh:
            seen.add(row["subject"])
    newest.sort(key=lambda shown: (shown["kind"] != "overview", shown["title"]))
    languages = [{"code": code, "name": NAMES[code], "page": index_name(code)} for code in LANGUAGES]
    return page(
        "index.html", lang, {"lang": lang, "languages": languages, "newest": newest, "earlier": earlier}, foreign
    )


def _shown(row: Mapping[str, Any], title: Text | None, words: Words) -> dict[str, Any]:
    files = [file for file in row["files"] if file["language"] == words.lang]
    found = {file["document"]: f"{row['id']}/{file['name']}" for file in files}
    return {
        "id": row["id"],
        "kind": row["kind"],
        "place": place(row["id"]),
        "title": words("overview.title.all") if title is None else title.get(words.lang),
        "at": words.date(Day.fromisoformat(row["reference_date"])),
        "page": found.get("page"),
        "documents": [Download(found[kind], words(key), "PDF") for kind, key in _DOCUMENTS.items() if kind in found],
        "others": [
            {"code": file["language"], "name": NAMES[file["language"]], "page": f"{row['id']}/{file['name']}"}
            for code in LANGUAGES
            for file in row["files"]
            if file["document"] == "page" and file["language"] == code != words.lang
        ],
        "replaced": _replaced(row.get("replaced_by"), words),
    }


def _replaced(link: Mapping[str, Any] | None, words: Words) -> str:
    if link is None:
        return ""
    return words(
        "web.index.replaced",
        edition=printed(link["edition"]),
        date=day(Day.fromisoformat(link["on"])),
        reason=printed(link["because"][words.lang]),
    )
