"""From an edition and a language to PDF: PDF/A-3a and PDF/UA-1 in one file.

Rendering reads its two arguments, the catalogues and the templates, and nothing else: no clock, no
store, no system font. The same edition gives the same bytes in every process and directory. A
missing glyph, a missing alternative text or a skipped heading level is an error of the compiler
and stops the document; it is not to be caught.
"""

from __future__ import annotations

import json
from functools import cache
from io import BytesIO
from pathlib import Path

import segno
import typst

from reports.attachments import Attachment, attachments, file_name
from reports.charts import palette
from reports.charts.canvas import FONTS
from reports.model import LANGUAGES, Edition, LawEdition, sha256
from reports.view.law import law_view
from reports.view.overview import overview_view
from reports.view.words import Words, printed

TEMPLATES = Path(__file__).with_name("templates")
STANDARDS: list[typst.PDFStandard] = ["a-3a", "ua-1"]


class RenderError(RuntimeError):
    """The compiler refused a document; the message names the edition, the language and the cause."""


def render_pdf(edition: Edition, lang: str) -> bytes:
    """The edition's document in ``kk``, ``ru`` or ``en``, with its data attached.

    Raises ValueError for another language, ``LanguageError`` where a text is missing, and
    RenderError where the document would not be valid PDF/A-3a and PDF/UA-1.
    """
    if lang not in LANGUAGES:
        raise ValueError(f"no language {lang!r}: there are {', '.join(LANGUAGES)}")
    template, view, drawings = _view(edition, lang)
    files = attachments(edition)
    words = Words(lang)
    view |= {
        "colours": palette.COLOURS,
        "description": words("description." + edition.kind, edition=printed(edition.id)),
        "keywords": [edition.id, edition.country, edition.method, sha256(edition)],
        "file": file_name(edition.id, lang),
        "files": [_described(file, words) for file in files],
    }
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
    if not isinstance(pdf, bytes):
        raise RenderError(f"{edition.id} in {lang!r}: the compiler gave no single file")
    return pdf


def _view(edition: Edition, lang: str) -> tuple[str, dict, dict[str, str]]:
    if isinstance(edition, LawEdition):
        return "scorecard.typ", *law_view(edition, lang)
    return "overview.typ", *overview_view(edition, lang)


def _described(file: Attachment, words: Words) -> dict[str, str]:
    return {
        "name": file.name,
        "relationship": file.relationship,
        "mime": file.media_type,
        "description": words(file.label),
    }


def _qr(content: str) -> str:
    buffer = BytesIO()
    segno.make(content, error="m", micro=False).save(buffer, kind="svg", border=0, dark=palette.INK, xmldecl=False)
    return buffer.getvalue().decode()


@cache
def _compiler() -> typst.Compiler:
    """One compiler a process: it keeps the fonts and what it has laid out before."""
    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[FONTS])
    return typst.Compiler(root=TEMPLATES, font_paths=fonts)
