"""Pages in a real browser, as a person with a keyboard, a small screen or a screen reader meets them."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright

from reports.html.index import index_page
from reports.html.page import html_page, index_name, page_name
from reports.model import LANGUAGES
from reports.open_data.package import open_data
from tests.reports.documents import edition

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
PAGES = [(kind, lang) for kind in ("scored", "overview") for lang in LANGUAGES] + [("no_data", "kk"), ("bounds", "kk")]
INDEXES = [("index", lang) for lang in LANGUAGES]
INSIDE_CHARTS = {"exclude": [["figure svg g"], ["figure svg text"]]}
"""A chart is one picture with a name; the contrast of its marks is tried with the charts themselves."""

pytestmark = pytest.mark.skipif(
    CHROMIUM is None, reason="no Chromium on this machine: apt-get install chromium, then the pages are tried in it"
)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Every kind of page in a folder of its own, and the index above them."""
    root = tmp_path_factory.mktemp("site")
    rows = []
    for kind, lang in [*PAGES, ("long", "kk")]:
        made = edition(kind)
        home = root / kind / "2026-Q3"
        home.mkdir(parents=True, exist_ok=True)
        name = page_name(made.id, lang)
        (home / name).write_bytes(html_page(made, lang, open_data(made)))
        rows.append(
            {
                "id": f"{kind}/2026-Q3", "kind": made.kind, "subject": kind, "reference_date": "2026-09-30",
                "title": {"kk": None, "ru": f"{kind} (пример)", "en": f"{kind} (synthetic)"},
                "files": [{"name": name, "document": "page", "language": lang}],
            }
        )  # fmt: skip
    for lang in LANGUAGES:
        (root / index_name(lang)).write_bytes(index_page(rows, lang))
    return root


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as driver:
        started = driver.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield started
        started.close()


@pytest.fixture
def visit(browser: Browser, site: Path) -> Iterator[Callable[..., Page]]:
    """Opens a page; whatever it asks for beside itself fails the test."""
    asked: list[str] = []
    opened: list[Page] = []

    def at(kind: str, lang: str, width: int = 1200) -> Page:
        path = (
            site / index_name(lang) if kind == "index" else site / kind / "2026-Q3" / page_name(edition(kind).id, lang)
        )
        page = browser.new_page(viewport={"width": width, "height": 800})
        page.on("request", lambda request: asked.append(request.url))
        page.goto(path.as_uri())
        opened.append(page)
        return page

    yield at
    for page in opened:
        page.close()
    assert len(asked) == len(opened), asked
    assert all(url.startswith("file://") for url in asked)


@pytest.mark.parametrize(("kind", "lang"), [*PAGES, *INDEXES])
def test_nothing_stands_in_the_way_of_any_reader(kind: str, lang: str, visit: Callable[..., Page]) -> None:
    found = Axe().run(visit(kind, lang), INSIDE_CHARTS).response["violations"]
    assert found == [], [(fault["id"], fault["help"], fault["nodes"][0]["html"]) for fault in found]


@pytest.mark.parametrize("kind", ["scored", "overview", "long", "index"])
def test_a_small_screen_needs_no_scrolling_sideways(kind: str, visit: Callable[..., Page]) -> None:
    page = visit(kind, "kk", 320)
    assert page.evaluate("document.documentElement.scrollWidth") == 320


def test_the_keyboard_reaches_the_content_first_and_sees_where_it_is(visit: Callable[..., Page]) -> None:
    page = visit("scored", "en")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.hash") == "#main"
    box = page.locator(":focus").bounding_box()
    assert box is not None
    assert box["x"] >= 0
    page.keyboard.press("Tab")
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"


def test_a_citation_leads_to_its_finding(visit: Callable[..., Page]) -> None:
    page = visit("scored", "ru")
    page.locator(".hearing a").first.click()
    assert page.url.endswith("#s1")
    row = page.locator("tr:target")
    assert row.is_visible()
    assert "§1" in row.inner_text()


def test_charts_are_named_for_those_who_cannot_see_them(visit: Callable[..., Page]) -> None:
    page = visit("scored", "kk")
    pictures = page.get_by_role("img")
    assert pictures.count() == page.locator(".picture svg").count() > 2
    for position in range(pictures.count()):
        title, description = pictures.nth(position).locator("title, desc").all_text_contents()
        assert title
        assert any(character.isdigit() for character in description)
