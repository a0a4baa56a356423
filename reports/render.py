"""From an edition and a language to PDF: PDF/A-3a and PDF/UA-1 in one file.

Rendering reads its two arguments, the catalogues and the templates, and nothing else: no clock, no
store, no system font. The same edition gives the same bytes in every process and directory. A
character that the font lacks, a missing alternative text or a skipped heading level stops the
document: the compiler's errors are not to be caught, and the first is named with its place.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import cache, lru_cache
from io import BytesIO
from pathlib import Path

import segno
import typst

from reports.attachments import Attachment, attachments, brief_name, file_name
from reports.charts import palette
from reports.charts.canvas import FONTS, MissingGlyph
from reports.glyphs import absent_faces, missing_glyph
from reports.model import LANGUAGES, Edition, LawEdition, sha256
from reports.view.views import View, Views
from reports.view.words import Words, printed

TEMPLATES = Path(__file__).with_name("templates")
STANDARDS: list[typst.PDFStandard] = ["a-3a", "ua-1"]
EMPTY_RUNS = 2
"""Runs of an empty document after each one: the memory of a process is then that of four documents."""
BRIEF = "brief"
"""Keyword in a PDF's metadata that tells the hearing brief of an edition from its scorecard."""


_REMEDY = "remove it or write it with other characters; `oryndau laws lint` names file and line"


class RenderError(RuntimeError):
    """The compiler refused a document; the message names the edition, the language and the cause."""


def render_pdf(edition: Edition, lang: str, views: Views | None = None) -> bytes:
    """The edition's document in ``kk``, ``ru`` or ``en``, with its data attached.

    ``views``: those of this edition and language, where other documents are made of them too.
    Raises ValueError for another language, ``LanguageError`` where a text is missing, and
    RenderError where the document would not be valid PDF/A-3a and PDF/UA-1.
    """
    _check(lang)
    template = "scorecard.typ" if isinstance(edition, LawEdition) else "overview.typ"
    viewed = _viewed(edition, lang, lambda: (views or Views(edition, lang)).main)
    return _compiled(template, viewed, edition, lang, file_name(edition.id, lang))


def render_brief(edition: LawEdition, lang: str, views: Views | None = None) -> bytes:
    """The hearing brief of a law's edition: one page, with the same data attached as its scorecard.

    Raises what :func:`render_pdf` raises, and RenderError where not even one fact and one question
    fit on the page: no brief is set smaller than 10 pt, and none has a second page.
    """
    _check(lang)
    viewed = _viewed(edition, lang, lambda: (views or Views(edition, lang)).brief)
    return _compiled("brief.typ", viewed, edition, lang, brief_name(edition.id, lang), BRIEF)


def _check(lang: str) -> None:
    absent = absent_faces()
    if absent:
        named = ", ".join(str(path) for path in absent)
        raise RenderError(f"the report's font is not whole, missing are: {named}: install the package again")
    if lang not in LANGUAGES:
        raise ValueError(f"no language {lang!r}: there are {', '.join(LANGUAGES)}")


def _viewed(edition: Edition, lang: str, draw: Callable[[], View]) -> View:
    """The view; a chart that cannot be drawn for want of a character is told like a text that cannot be set."""
    try:
        return draw()
    except MissingGlyph as error:
        raise RenderError(f"{edition.id} in {lang!r}: {error}: {_REMEDY}") from error


def _compiled(
    template: str,
    viewed: View,
    edition: Edition,
    lang: str,
    name: str,
    document: str | None = None,
) -> bytes:
    """The PDF of a view and its drawings; ``document`` tells it apart from the edition's main document."""
    view, drawings = viewed
    files = attachments(edition)
    words = Words(lang)
    marks = [edition.id, edition.country, edition.method, sha256(edition)]
    view = view | {
        "colours": palette.COLOURS,
        "description": words(f"description.{document or edition.kind}", edition=printed(edition.id)),
        "keywords": marks if document is None else [*marks, document],
        "file": name,
        "files": [_described(file, words) for file in files],
    }
    missing = missing_glyph(view)
    if missing is not None:
        raise RenderError(f"{edition.id} in {lang!r}: {missing}: {_REMEDY}")
    inputs = {"view": json.dumps(view, ensure_ascii=False, allow_nan=False)}
    inputs |= {f"svg.{name}": svg for name, svg in drawings.items()}
    inputs["svg.qr"] = _qr(view["verify"]["qr"])
    inputs |= {f"file.{file.name}": file.body.decode() for file in files}
    try:
        pdf = _compiler().compile(
            input=TEMPLATES / template, format="pdf", sys_inputs=inputs, pdf_standards=list(STANDARDS)
        )
    except typst.TypstError as error:
        raise RenderError(f"{edition.id} in {lang!r}: {error.message} {error.diagnostic}".strip()) from error
    finally:
        _forget()
    if not isinstance(pdf, bytes):
        raise RenderError(f"{edition.id} in {lang!r}: the compiler gave no single file")
    return pdf


def _described(file: Attachment, words: Words) -> dict[str, str]:
    return {
        "name": file.name,
        "relationship": file.relationship,
        "mime": file.media_type,
        "description": words(file.label),
    }


@lru_cache(maxsize=64)  # every language and document of an edition bears the same
def _qr(content: str) -> str:
    buffer = BytesIO()
    segno.make(content, error="m", micro=False).save(buffer, kind="svg", border=0, dark=palette.INK, xmldecl=False)
    return buffer.getvalue().decode()


def _forget() -> None:
    """Let the compiler drop what it remembers of earlier documents.

    It keeps every layout that one of its last ten runs used, some 25 MB a scorecard, and no setting
    says otherwise. Runs of an empty document make it forget sooner and cost next to nothing; what
    all documents share is used often enough to stay.
    """
    for _ in range(EMPTY_RUNS):
        _compiler().compile(input=b"", format="svg")


@cache
def _compiler() -> typst.Compiler:
    """One compiler a process: it keeps the fonts and what it has laid out before."""
    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[FONTS])
    return typst.Compiler(root=TEMPLATES, font_paths=fonts)
