"""Staff's comments and ministries' replies on the page: verbatim, dated, shown as what they are."""

from __future__ import annotations

import ctypes
import unicodedata
from datetime import date
from functools import cache
from pathlib import Path
from typing import get_args

import page
import pypdfium2
import pypdfium2.raw as pdfium
import pytest

from indicators.register.markdown import Block, Span, plain_blocks, read_blocks
from indicators.register.statements import FindingKind, Statement
from reports import glyphs
from reports.findings.draft import ORDER
from reports.glyphs import unprintable
from reports.model import LANGUAGES, LawEdition, StatementRow, canonical_json, read_edition
from reports.render import RenderError, render_brief, render_pdf
from reports.statements import statement_rows
from reports.view.brief import brief_view
from reports.view.law import law_view
from tests.reports.synthetic_edition import COMMENT, MINISTRY, REPLY, STAFF, finding, law_edition, words

HOSTILE = (
    '#set page(width: 1cm) #panic("x") $ x^2 $ *звезда* _низ_ `код` @метка <метка> \\ // // /* — ~ "кавычки" \'одна\'',
    "<script>alert(1)</script><b>жирно</b> &amp; &#8238; <!-- --> ]]> {{ }} {author} %s",
    "= Заголовок\n- пункт\n+ пункт\n/ термин: слово\n#import \"x.typ\"",
)  # fmt: skip


@cache
def scorecard(lang: str) -> bytes:
    return render_pdf(law_edition(said=True), lang)


def pages_of(document: bytes) -> list[str]:
    opened = pypdfium2.PdfDocument(document)
    texts = (opened[n].get_textpage().get_text_bounded() for n in range(len(opened)))
    return [" ".join(unicodedata.normalize("NFC", text).split()) for text in texts]


def with_reply(text: str, kind: str = "reply") -> LawEdition:
    """A synthetic edition with one reply or comment."""
    asked = {"requested": date(2026, 6, 3), "due": date(2026, 7, 3)} if kind == "reply" else {}
    blocks = plain_blocks(text) if kind == "reply" else read_blocks(text)
    row = StatementRow(id="SYNTHETIC1_/x", kind=kind, author=STAFF, day=date(2026, 7, 3), about="law",
                       texts={"ru": blocks}, **asked)  # type: ignore[arg-type]  # fmt: skip
    return law_edition().model_copy(update={"statements": (row,)})


@pytest.mark.parametrize(
    ("lang", "heads"),
    [
        ("en", ("Comment of the committee's staff (synthetic), 3 July 2026",
                "Reply of the Ministry of water (synthetic), received 10 July 2026, due 3 July 2026",
                "due 3 September 2026: not received by 30 September 2026")),
        ("ru", ("Комментарий: аппарат комитета (пример), 3 июля 2026 г.",
                "Ответ: Министерство воды (пример). Получен 10 июля 2026 г., срок — 3 июля 2026 г.",
                "срок — 3 сентября 2026 г.; на 30 сентября 2026 г. не получен")),
        ("kk", ("Түсініктеме: комитет аппараты (үлгі), 2026 ж. 3 шілде",
                "Алынған күні — 2026 ж. 10 шілде, мерзімі — 2026 ж. 3 шілде",
                "2026 ж. 30 қыркүйектегі жағдай бойынша алынған жоқ")),
    ],
)  # fmt: skip
def test_each_says_who_speaks_when_and_what_a_reply_was_due(lang: str, heads: tuple[str, ...]) -> None:
    text = " ".join(pages_of(scorecard(lang)))
    for head in heads:
        assert head.replace("\u00a0", " ") in text.replace("\u00a0", " ")
    view, _ = law_view(law_edition(said=True), lang)
    assert " ".join(REPLY.split()) in text, "the reply is verbatim in every language's document"
    assert [bool(said["note"]) for said in view["statements"]] == [lang == "ru", lang != "ru", False]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_first_page_says_on_which_page_they_stand(lang: str) -> None:
    view, _ = law_view(law_edition(said=True), lang)
    pages = pages_of(scorecard(lang))
    heading = view["t"]["statements"]
    number = next(n for n, text in enumerate(pages[1:], start=2) if view["t"]["statements.intro"] in text)
    assert f"{heading}: {view['said']} · {view['t']['footer.page']} {number}" in pages[0]
    assert heading not in " ".join(pages_of(render_pdf(law_edition(), lang)))


@pytest.mark.parametrize("profile", ["3a", "ua1"])
@pytest.mark.parametrize("lang", LANGUAGES)
def test_conforms(lang: str, profile: str) -> None:
    for body in (scorecard(lang), render_brief(law_edition(said=True), lang)):
        report = page.validate_pdf_bytes(body, profile=profile)
        assert not [f for f in report.failures if "STREAM-LENGTH" not in f.rule_id]


def test_links_of_a_comment_lead_where_they_say() -> None:
    opened = pypdfium2.PdfDocument(scorecard("en"))
    addresses = set()
    for number in range(len(opened)):
        raw, position = pdfium.FPDF_LINK(), ctypes.c_int(0)
        while pdfium.FPDFLink_Enumerate(opened[number], position, raw):
            action = pdfium.FPDFLink_GetAction(raw)
            size = pdfium.FPDFAction_GetURIPath(opened, action, None, 0)
            buffer = ctypes.create_string_buffer(max(size, 1))
            pdfium.FPDFAction_GetURIPath(opened, action, buffer, size)
            addresses.add(buffer.value.decode())
    assert "https://example.org/synthetic" in addresses


@pytest.mark.parametrize("kind", ["comment", "reply"])
@pytest.mark.parametrize("typed", HOSTILE)
def test_markup_of_the_page_or_of_the_web_prints_as_typed(typed: str, kind: str) -> None:
    edition = with_reply(typed, kind)
    text = " ".join(pages_of(render_pdf(edition, "ru")))
    for block in edition.statements[0].texts["ru"]:
        assert "".join(block.text.split()) in "".join(text.split())
    assert all(sheet.get_width() > 500 for sheet in pypdfium2.PdfDocument(render_pdf(edition, "ru")))


@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_fact_makes_way_for_a_comment_on_the_brief(lang: str) -> None:
    for findings in (3, 4, 6):
        without, said = (law_edition(findings=findings, said=said) for said in (False, True))
        plans = [brief_view(edition, lang)[0]["plans"] for edition in (without, said)]
        whole = {key: plans[0][0][key] for key in ("facts", "questions", "limits")}
        assert all(plan[key] == whole[key] for plan in plans[1] if plan["statements"] for key in whole)
        assert len(pypdfium2.PdfDocument(render_brief(said, lang))) == 1
        facts = [fact["sentence"] for fact in brief_view(without, lang)[0]["facts"]]
        printed = ["".join(pages_of(render_brief(edition, lang))).replace(" ", "") for edition in (without, said)]
        kept = [sum("".join(fact.split()) in text for fact in facts) for text in printed]
        assert kept[1] == kept[0]


def test_a_comment_stands_on_a_brief_that_has_the_room() -> None:
    spoken = "".join(span.text for span in read_blocks(COMMENT)[0].items[0])
    assert spoken in pages_of(render_brief(law_edition(said=True, findings=3), "en"))[0]


def test_a_statement_finds_its_finding_in_each_edition() -> None:
    told = [finding(n, 2).model_copy(update={"indicator": f"i{n}"}) for n in (1, 2)]
    base = {"law": "L", "kind": "comment", "author": MINISTRY, "date": date(2026, 7, 3), "texts": {"en": ()}}
    made = [
        Statement.model_validate({**base, "id": name, "finding": about})
        for name, about in (
            ("L/a", {"kind": "status", "indicator": "i2"}),
            ("L/b", {"kind": "status", "indicator": "i9"}),
            ("L/c", None),
        )
    ]
    rows = statement_rows(made, "L", told, date(2026, 9, 30))
    assert [(row.id, row.about, row.finding) for row in rows] == [
        ("L/c", "law", None), ("L/a", "finding", "§2"), ("L/b", "absent", None),
    ]  # fmt: skip
    assert statement_rows(made, "L", told, date(2026, 7, 2)) == ()
    assert statement_rows(made, "M", told, date(2026, 9, 30)) == ()


def test_an_edition_carries_what_is_said_and_is_read_back_the_same() -> None:
    edition = law_edition(said=True)
    assert read_edition(canonical_json(edition)) == edition
    assert edition.statements[0].texts["en"][0].items[0][1] == Span(text="pace of renewal", bold=True)


def test_a_statement_may_speak_of_every_kind_of_finding() -> None:
    assert set(get_args(FindingKind)) == set(ORDER)


def test_a_character_without_a_glyph_is_named_with_its_place() -> None:
    edition = law_edition(said=True)
    block = Block(kind="paragraph", items=((Span(text="Пример 漢"),),))
    broken = edition.statements[0].model_copy(update={"texts": {"en": (block,)}})
    with pytest.raises(
        RenderError, match=r"'漢' \(U\+6F22, .*\) cannot be printed, in statements\[0\]\.blocks.*'Пример 漢'"
    ):
        render_pdf(edition.model_copy(update={"statements": (broken,)}), "en")


def test_the_register_says_in_which_line_such_a_character_stands(tmp_path: Path) -> None:
    (tmp_path / "statements").mkdir()
    (tmp_path / "statements" / "a.md").write_text("да\nнет ✅\n", encoding="utf-8")
    (tmp_path / "L1.yaml").write_text('title: "за\u200bкон"\nnote: "\u202eкон"\n', encoding="utf-8")
    problems = unprintable(tmp_path)
    assert [(Path(problem.file).name, problem.line) for problem in problems] == [
        ("L1.yaml", 1),
        ("L1.yaml", 2),
        ("a.md", 2),
    ]
    assert "(U+200B, ZERO WIDTH SPACE)" in problems[0].message
    assert "'✅' (U+2705, WHITE HEAVY CHECK MARK)" in problems[2].message


@pytest.mark.parametrize("character", ["\u200b", "\u202e", "\u00ad", "\ufeff", "漢", "\x07"])
def test_a_page_never_holds_what_cannot_be_seen(character: str) -> None:
    broken = law_edition().model_copy(update={"short_title": words(*[f"за{character}кон"] * 3)})
    with pytest.raises(RenderError, match=f"U\\+{ord(character):04X}.* in short_title"):
        render_pdf(broken, "ru")


@pytest.mark.parametrize("character", ["\u200b", "\u202e", "漢", "\x07"])
def test_a_by_law_that_no_chart_can_name_is_told_as_such(character: str) -> None:
    edition = law_edition()
    title = words(*[f"за{character}кон"] * 3)
    broken = edition.measures[0].model_copy(update={"title": title})
    with pytest.raises(RenderError, match=f"U\\+{ord(character):04X}.* cannot be printed, in .*laws lint"):
        render_pdf(edition.model_copy(update={"measures": (broken, *edition.measures[1:])}), "ru")


def test_a_font_file_that_is_gone_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    gone = tmp_path / "SourceSans3_400Regular.ttf"
    monkeypatch.setattr(glyphs, "EVERY_FACE", (*glyphs.EVERY_FACE, gone))
    with pytest.raises(RenderError, match=str(gone)):
        render_pdf(law_edition(), "en")
