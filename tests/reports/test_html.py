"""Pages for a browser: the same words as the PDF, and nothing that an author of a text could slip into them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser

import pytest

from indicators.register.model import Text
from reports.html.index import index_page
from reports.html.page import html_page, page_name
from reports.html.words import safe, web_address
from reports.language import render
from reports.model import LANGUAGES, LawEdition, Message, PeriodArg, TextArg
from reports.open_data.package import open_data
from reports.view.views import Views
from tests.reports import synthetic_edition as synthetic
from tests.reports.documents import KINDS, LAWS, edition

HOSTILE = (
    '<script>alert("synthetic")</script><img src=x onerror=alert(1)>',
    '"><svg onload=alert(1)>',
    "</title></style></svg><iframe src='https://example.org'>",
    "{{ 7 * 7 }}{% raw %}",
    "javascript:alert(1)",
    "synthetic \u202eevil\u202c \u200btext\u2066\ufeff",
)


class Page(HTMLParser):
    """What a browser would build: elements with their attributes, and the text of each."""

    VOID = frozenset({"meta", "br", "img", "link", "input"})

    def __init__(self, body: bytes) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.words: list[str] = []
        self.feed(body.decode())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag, f"</{tag}> closes nothing"

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] != "style":
            self.words.append(data)

    @property
    def text(self) -> str:
        return re.sub(r"\s+", " ", " ".join(self.words))

    def values(self, attribute: str) -> list[str]:
        return [attrs[attribute] or "" for _, attrs in self.elements if attribute in attrs]


def page_of(kind: str, lang: str) -> Page:
    return Page(html_page(edition(kind), lang, open_data(edition(kind))))


def hostile(text: str) -> LawEdition:
    """A law whose titles, notes, sentences and addresses are all the same bad text."""
    drawn = text.isprintable()  # a chart refuses what its font cannot draw
    law = synthetic.law_edition(indicators=2, measures=2 if drawn else 0, pillars=2, findings=3)
    bad = Text(kk=text, ru=text, en=text)
    said = Message(key="verdict.indicator.on", args={"title": TextArg(value=bad), "period": PeriodArg(value="2025")})
    return law.model_copy(
        update={
            "title": bad,
            "short_title": bad,
            "law_note": bad,
            "responsible": (bad,),
            "committee": bad,
            "measures_note": bad,
            "register_version": text,
            "indicators": tuple(
                row.model_copy(update={"title": bad, "why": bad, "unit": bad}) for row in law.indicators
            ),
            "measures": tuple(
                row.model_copy(update={"title": bad, "url": text, "act_label": text}) for row in law.measures
            ),
            "pillars": tuple(row.model_copy(update={"title": bad}) for row in law.pillars),
            "sources": tuple(
                row.model_copy(update={"title": bad, "owner": bad, "licence": text, "url": text, "series": text})
                for row in law.sources
            ),
            "findings": tuple(row.model_copy(update={"sentence": said}) for row in law.findings),
        }
    )


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("kind", KINDS)
def test_a_page_is_well_formed_and_says_every_finding(kind: str, lang: str) -> None:
    page = page_of(kind, lang)
    assert page.open == []
    ids = page.values("id")
    assert len(ids) == len(set(ids))
    for finding in edition(kind).findings:
        assert re.sub(r"\s+", " ", render(finding.sentence, lang)) in page.text
        assert f"s{finding.id[1:]}" in ids
    places = {link[1:] for link in page.values("href") if link.startswith("#")}
    assert places <= set(ids)


SIGNS = {
    "t", "lang", "charts", "lead", "gallery", "statuses", "weights", "qr", "size", "date", "status", "kind", "mark",
    "milestone", "vintage", "cite", "written_in", "url", "waiting", "link", "figure", "missing", "page",
}  # fmt: skip
"""What a view holds beside texts for the reader: names of parts, codes, addresses, and paper's own strip."""


def texts(node: object, name: str = "") -> Iterator[str]:
    """Every text for the reader that a view holds."""
    if isinstance(node, dict):
        for key, value in node.items():
            if key not in SIGNS:
                yield from texts(value, key)
    elif isinstance(node, list | tuple):
        for value in node:
            yield from texts(value, name)
    elif isinstance(node, str) and node:
        yield re.sub(r"\s+", " ", node)


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("kind", LAWS)
def test_the_page_says_everything_that_the_scorecard_says(kind: str, lang: str) -> None:
    view, _ = Views(edition(kind), lang).main
    if not view["quality"]["rows"]:
        del view["quality"]  # nothing was checked, on paper too
    view["statements"] = [{**said, "id": ""} for said in view["statements"]]  # the name of a file in the register
    page = page_of(kind, lang).text
    assert [text for text in texts(view) if text not in page] == []


@pytest.mark.parametrize("kind", LAWS)
def test_every_chart_of_the_scorecard_is_on_the_page(kind: str) -> None:
    view, _ = Views(edition(kind), "en").main
    drawn = {name for name in page_of(kind, "en").values("id") if name.startswith("chart-") and name.endswith("-desc")}
    assert drawn == {f"chart-{name.replace('.', '-')}-desc" for name in view["charts"] if name != "lead-tall"}


@pytest.mark.parametrize("kind", ["scored", "overview"])
def test_every_file_offered_is_one_that_is_published(kind: str) -> None:
    files = open_data(edition(kind))
    offered = {link for link in page_of(kind, "ru").values("href") if not link.startswith(("#", "http", "../"))}
    offered -= {link for link in offered if link.startswith("evidence/")}  # published from the store, with the edition
    data = {file.name for file in files}
    assert data < offered
    assert all(
        name.endswith(".pdf") for name in offered - data - {page_name(edition(kind).id, one) for one in LANGUAGES}
    )


@pytest.mark.parametrize("text", HOSTILE)
def test_no_text_of_an_author_becomes_markup_or_an_address(text: str) -> None:
    calm = Page(html_page(hostile("synthetic"), "en", ()))
    page = Page(html_page(hostile(text), "en", ()))
    assert page.open == []
    assert {tag for tag, _ in page.elements} <= {tag for tag, _ in calm.elements}
    assert not {name for _, attrs in page.elements for name in attrs if name.startswith("on")}
    assert not [link for link in page.values("href") if "alert" in link or ":" in link]
    assert re.sub(r"\s+", " ", safe(text)) in page.text
    assert not re.search("[\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]", page.text)


@pytest.mark.parametrize(
    ("address", "linked"),
    [
        ("https://adilet.zan.kz/rus/docs/Z090000165_", True),
        ("http://example.org/a?b=c#d", True),
        ("javascript:alert(1)", False),
        ("JaVaScRiPt:alert(1)", False),
        ("data:text/html,<b>x</b>", False),
        ("//example.org/x", False),
        ("file:///etc/passwd", False),
        ("https://", False),
        ("https://exa mple.org", False),
        ("https://example.org/\u202ecod", False),
        ("https://[::1", False),
        (None, False),
    ],
)
def test_only_addresses_of_the_web_become_links(address: str | None, linked: bool) -> None:
    assert (web_address(address) == address) is (linked or address is None)
    assert (web_address(address) is not None) is linked


def test_a_text_without_a_translation_is_marked_with_its_language() -> None:
    law = edition("one_indicator")
    assert isinstance(law, LawEdition)
    title = Text(kk=None, ru="Только по-русски (пример)", en="English (synthetic)")
    row = law.indicators[0].model_copy(update={"title": title})
    page = html_page(law.model_copy(update={"indicators": (row,)}), "kk", ()).decode()
    assert '<span lang="ru">Только по-русски (пример)</span>' in page
    assert page.startswith('<!doctype html>\n<html lang="kk">')


REPLACED = {
    "edition": "KZ-SYNTHETIC1_/2026-Q3.r2",
    "on": "2026-11-02",
    "because": dict.fromkeys(LANGUAGES, "a synthetic <reason>"),
}


def manifest(subject: str, label: str, day: str, replaced: dict[str, object] | None = None) -> dict[str, object]:
    identifier = f"{subject}/{label}"
    files = [
        {"name": f"{subject}_{label}_{lang}.{ending}", "document": document, "language": lang}
        for lang in LANGUAGES
        for document, ending in (("scorecard", "pdf"), ("page", "html"))
    ]
    return {
        "id": identifier,
        "kind": "law",
        "subject": subject,
        "title": {"kk": None, "ru": "Закон (пример)", "en": "Law <synthetic>"},
        "reference_date": day,
        "files": files,
        "replaced_by": replaced,
    }


def test_the_index_puts_the_newest_edition_first_and_says_what_replaced_one() -> None:
    rows = [
        manifest("KZ-SYNTHETIC1_", "2026-Q3.r2", "2026-09-30"),
        manifest("KZ-SYNTHETIC1_", "2026-Q3", "2026-09-30", REPLACED),
        manifest("KZ-SYNTHETIC1_", "2026-Q2", "2026-06-30"),
    ]
    page = Page(index_page(rows, "en"))
    places = [identifier for identifier in page.values("id") if identifier.startswith("KZ-")]
    assert places == ["KZ-SYNTHETIC1_-2026-Q3.r2", "KZ-SYNTHETIC1_-2026-Q3", "KZ-SYNTHETIC1_-2026-Q2"]
    assert "Replaced by KZ-SYNTHETIC1_/2026-Q3.r2 on 2 November 2026: a synthetic <reason>." in page.text
    assert "Law <synthetic>" in page.text
    assert "KZ-SYNTHETIC1_/2026-Q3.r2/KZ-SYNTHETIC1__2026-Q3.r2_en.pdf" in page.values("href")
    assert b'<span lang="ru">' in index_page(rows, "kk")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_an_index_of_nothing_says_so(lang: str) -> None:
    assert "table" not in dict(Page(index_page([], lang)).elements)
