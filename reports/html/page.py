"""The page of an edition in one language, from the same views as its PDF."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from reports.attachments import Attachment, brief_name, file_name, file_stem
from reports.charts import palette
from reports.html.drawing import inline
from reports.html.words import borrowed, cleaned, safe, web_address
from reports.model import LANGUAGES, Edition, LawEdition
from reports.view.views import Views
from reports.view.words import Words

NAMES = {"kk": "Қазақша", "ru": "Русский", "en": "English"}
"""Each language in its own words, as the reader who needs it would look for it."""
_ROOT = "../../"
"""The folder of all editions as seen from that of one: an id is a path of two folders."""

_FINDING = re.compile(r"§(\d+)")


def page_name(edition_id: str, lang: str) -> str:
    """Name of an edition's page in a language."""
    return f"{file_stem(edition_id)}_{lang}.html"


def index_name(lang: str) -> str:
    """Name of the list of all editions in a language."""
    return f"index_{lang}.html"


def place(edition_id: str) -> str:
    """The place of an edition in that list."""
    return edition_id.replace("/", "-")


@dataclass(frozen=True, slots=True)
class Download:
    """A file offered on the page; ``name`` is its address seen from the page."""

    name: str
    label: str
    form: str
    size: str = ""


def html_page(edition: Edition, lang: str, files: Sequence[Attachment], views: Views | None = None) -> bytes:
    """The page of an edition, complete in one file; ``files`` is its open data.

    A page is published once and stays as it is. So what may change around it, other languages and a later
    edition in its place, is not on it but in the list of editions, which it leads to. Raises
    ``LanguageError`` where a text is missing.
    """
    views = views or Views(edition, lang)
    view, drawings = views.main
    words = Words(lang)
    facts: dict[str, Any] = {
        "d": view,
        "lang": lang,
        "languages": [
            {"code": code, "name": NAMES[code], "page": f"{_ROOT}{index_name(code)}#{place(edition.id)}"}
            for code in LANGUAGES
        ],
        "index": f"{_ROOT}{index_name(lang)}#{place(edition.id)}",
        "documents": _documents(edition, lang, words),
        "files": [_offered(file, words) for file in files],
    }
    if isinstance(edition, LawEdition):
        brief, lead = views.brief
        facts |= {
            "b": brief,
            "charts": _charts(view["charts"] | _lead(brief), drawings | lead),
        }
        return page("law.html", lang, facts, borrowed(edition, lang))
    rows = [row for laws in view["pages"] for row in laws]
    facts["laws"] = [{**row, "page": f"{_ROOT}{row['edition']}/{page_name(row['edition'], lang)}"} for row in rows]
    return page("overview.html", lang, facts, borrowed(edition, lang))


def page(template: str, lang: str, facts: Mapping[str, Any], foreign: Collection[str] = ()) -> bytes:
    """A template with ``facts`` and the layout's texts; ``foreign`` are texts to be marked as Russian."""

    def said(text: str) -> str | Markup:
        """A text of the register: marked with its language where that is not the page's."""
        return Markup('<span lang="ru">{}</span>').format(safe(text)) if text in foreign else text

    texts = {"t": Words(lang).labels(), "said": said, "colours": palette.COLOURS}
    body: str = _environment().get_template(template).render({**texts, **facts})
    return body.encode()


def _lead(brief: Mapping[str, Any]) -> dict[str, Any]:
    """The brief's chart takes the place of the scorecard's: it is the one that still reads on a small screen."""
    return {"lead": brief["charts"]["lead"]} if "lead" in brief["charts"] else {}


def _charts(words: Mapping[str, Mapping[str, Any]], drawings: Mapping[str, str]) -> dict[str, dict[str, Any]]:
    """Charts by name with their picture as an element; none of the two heights that only paper needs."""
    return {
        name: {**chart, "svg": inline(drawings[name], f"chart-{name.replace('.', '-')}", chart["title"], chart["alt"])}
        for name, chart in words.items()
        if name != "lead-tall"
    }


def _documents(edition: Edition, lang: str, words: Words) -> list[Download]:
    main = Download(file_name(edition.id, lang), words(f"document.{edition.kind}"), "PDF")
    if not isinstance(edition, LawEdition):
        return [main]
    return [main, Download(brief_name(edition.id, lang), words("document.brief"), "PDF")]


def _offered(file: Attachment, words: Words) -> Download:
    kilobytes = words.number(max(len(file.body) / 1000, 0.1), 1 if len(file.body) < 10_000 else 0)
    return Download(file.name, words(file.label), file.name.rpartition(".")[2].upper(), f"{kilobytes}\u00a0kB")


def anchor(finding: str) -> str:
    """The place of a finding on its page: ``§3`` lies at ``#s3``."""
    match = _FINDING.fullmatch(finding)
    if match is None:
        raise ValueError(f"{finding!r} is not the id of a finding: it looks like §3")
    return f"s{match[1]}"


def linked(text: str) -> Markup:
    """A text in which every id of a finding leads to the finding."""
    return Markup(_FINDING.sub(r'<a href="#s\1">§\1</a>', str(escape(safe(text)))))


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("reports.html"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=cleaned,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters |= {"web": web_address, "anchor": anchor, "linked": linked}
    return environment
