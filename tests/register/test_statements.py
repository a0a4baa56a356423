"""Comments and replies beside a law: what a clerk may write, and what is refused with its line."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indicators.register.load import lint, load_register
from indicators.register.markdown import Block, MarkdownError, Span, plain_blocks, read_blocks
from indicators.register.statements import LARGEST_FILE, LIMITS, LONGEST_WORD

HEAD = """---
kind: comment
author: { ru: аппарат (пример), en: the staff (synthetic) }
date: 2026-07-03
---
"""
REPLY = """---
kind: reply
author: { ru: Министерство (пример), en: the Ministry (synthetic) }
requested: 2026-06-03
due: 2026-07-03
date: 2026-07-10
finding: { kind: status, indicator: share }
---
# ru
Пример: *работы* начаты,
срок — 1 июля.
"""


@pytest.fixture
def said(synthetic: Path) -> Callable[[str], Path]:
    """The synthetic register with one statement of its law."""

    def write(text: str, name: str = "SYN1/pace.md") -> Path:
        path = synthetic / "statements" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return synthetic

    return write


def test_a_comment_is_read_with_its_office_its_day_and_its_small_markdown(said: Callable[[str], Path]) -> None:
    text = "# ru\nПример: **темп** мал.\n\n- раз\n- [план](https://example.org/synthetic)\n"
    (comment,) = load_register(said(HEAD + text)).statements
    assert (comment.id, comment.law, comment.date) == ("SYN1/pace", "SYN1", date(2026, 7, 3))
    paragraph, bullets = comment.texts["ru"]
    assert paragraph.items == ((Span(text="Пример: "), Span(text="темп", bold=True), Span(text=" мал.")),)
    assert bullets.kind == "bullets"
    assert bullets.items[1] == (Span(text="план", link="https://example.org/synthetic"),)


def test_a_reply_is_verbatim_and_keeps_its_lines(said: Callable[[str], Path]) -> None:
    (reply,) = load_register(said(REPLY)).statements
    assert reply.texts["ru"] == (
        Block(kind="paragraph", items=((Span(text="Пример: *работы* начаты,"),), (Span(text="срок — 1 июля."),))),
    )


def test_a_statement_is_known_from_its_day_and_a_reply_is_awaited_from_its_request(said: Callable[[str], Path]) -> None:
    (reply,) = load_register(said(REPLY)).statements
    assert reply.known(date(2026, 6, 2)) is None
    awaited = reply.known(date(2026, 7, 9))
    assert awaited is not None
    assert (awaited.date, awaited.texts) == (None, {})
    assert reply.known(date(2026, 7, 10)) == reply
    (comment,) = load_register(said(HEAD.replace("date: ", "until: 2026-12-31\ndate: ") + "# ru\nПример.")).statements
    assert comment.known(date(2026, 7, 2)) is None
    assert comment.known(date(2026, 12, 31)) == comment
    assert comment.known(date(2027, 1, 1)) is None


def test_a_statement_makes_a_new_version_of_its_law_alone(said: Callable[[str], Path], synthetic: Path) -> None:
    other = (
        (synthetic / "SYN1.yaml").read_text(encoding="utf-8").replace("id: SYN1", "id: SYN2").replace("syn/", "two/")
    )
    (synthetic / "SYN2.yaml").write_text(other, encoding="utf-8")
    before = load_register(synthetic)
    after = load_register(said(HEAD + "# ru\nПример."))
    assert after.version != before.version
    assert after.law_versions["SYN1"] != before.law_versions["SYN1"]
    assert after.law_versions["SYN2"] == before.law_versions["SYN2"]


@pytest.mark.parametrize(
    "typed",
    [
        "<b>жирно</b> <script>alert(1)</script>",
        "#set page(width: 1cm) #eval(\"1\") $x^2$ @label",
        "&#8238; &lt;b&gt; &nbsp;",
        "`код` и ~~снято~~ и <https://example.org>",
        "[зло](javascript:alert(1))",
        "> цитата",
        "| a | b |",
        "    #let x = 1",
    ],
)  # fmt: skip
def test_other_markup_stays_the_text_that_was_typed(typed: str) -> None:
    (block,) = read_blocks(typed)
    assert block == Block(kind="paragraph", items=((Span(text=typed.strip()),),))


def test_a_picture_is_no_more_than_its_address() -> None:
    (block,) = read_blocks("![план](https://example.org/x.png)")
    assert block.items == ((Span(text="!"), Span(text="план", link="https://example.org/x.png")),)


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        (HEAD + "Пример.", 6, "language of the text"),
        (HEAD + "# ru\n", 6, "empty"),
        (HEAD, 5, "no text"),
        (HEAD + "# de\nBeispiel", 6, "# kk, # ru and # en"),
        (HEAD + "# ru\nПример.\n\n## Раздел\n", 9, "only headings"),
        (HEAD + "# ru\nПример.\n# ru\nОпять.\n", 8, "twice"),
        (HEAD + "# ru\nПример.\n\n- раз\n  - два\n", 10, "one level deep"),
        (HEAD + "# ru\nПример.\n\n[файл](../secret)\n", 9, "https://"),
        (HEAD + "# ru\nПример \u202eтекста\n", 7, "column 8 holds U+202E (RIGHT-TO-LEFT OVERRIDE)"),
        (HEAD + "# ru\nПри\u200bмер\n", 7, "U+200B (ZERO WIDTH SPACE)"),
        (HEAD.replace("аппарат", "аппа\u00adрат") + "# ru\nПример.\n", 3, "U+00AD (SOFT HYPHEN)"),
        (HEAD + "# ru\nПример\x00\n", 7, "U+0000"),
        (HEAD + "# ru\n" + "слово " * 400, 6, f"at most {LIMITS['comment']:,}"),
        (HEAD + "# ru\nПример.\n" + "я" * (LONGEST_WORD + 1), 8, "without a space"),
        (HEAD.replace("comment", "coment") + "# ru\nПример.", 2, "kind"),
        (HEAD.replace("date: 2026-07-03", "date: 2026-02-30") + "# ru\nПример.", 4, "date"),
        (HEAD.replace("date: 2026-07-03\n", "") + "# ru\nПример.", 1, "add `date`"),
        (HEAD.replace("date:", "untill: 2026-12-31\ndate:") + "# ru\nПример.", 4, "untill"),
        ("Пример без головы", 1, "between two lines of ---"),
        (REPLY.replace("due: 2026-07-03\n", ""), 1, "`requested` and `due`"),
        (REPLY.replace("due: 2026-07-03", "due: 2026-05-03"), 1, "before it was asked"),
        (REPLY.replace("indicator: share", "indicator: shore"), 7, "there are: share"),
        (REPLY.replace("kind: status", "kind: state"), 7, "status"),
        (REPLY.replace("date: 2026-07-10\n", ""), 1, "add the `date`"),
    ],
)
def test_what_cannot_be_printed_is_named_with_its_line(
    said: Callable[[str], Path], text: str, line: int, message: str
) -> None:
    problems = lint(said(text))
    assert [(Path(p.file).name, p.line) for p in problems] == [("pace.md", line)]
    assert message in problems[0].message


def test_a_million_characters_are_refused_before_they_are_read(said: Callable[[str], Path]) -> None:
    (problem,) = lint(said(HEAD + "# ru\n" + "слово " * 200_000))
    assert f"{LARGEST_FILE:,} bytes" in problem.message


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("SYN9/pace.md", "no law 'SYN9'"),
        ("pace.md", "a folder of its own law"),
        ("SYN1/deep/pace.md", "a folder of its own law"),
        ("SYN1/Pace 1.md", "lower-case"),
        ("SYN1/pace.txt", "suffix .md"),
    ],
)
def test_a_file_out_of_place_is_named(said: Callable[[str, str], Path], name: str, message: str) -> None:
    (problem,) = lint(said(HEAD + "# ru\nПример.", name))
    assert message in problem.message


def test_a_link_out_of_the_register_is_not_followed(synthetic: Path, tmp_path: Path) -> None:
    secret = tmp_path / "secret.md"
    secret.write_text(HEAD + "# ru\nТайна.", encoding="utf-8")
    folder = synthetic / "statements" / "SYN1"
    folder.mkdir(parents=True)
    (folder / "pace.md").symlink_to(secret)
    (problem,) = lint(synthetic)
    assert "a folder of its own law" in problem.message


@settings(max_examples=150, deadline=None)
@given(st.text(alphabet="аб *_[]()-1.\n\\#<>&;`!", max_size=200))
def test_verbatim_keeps_every_character_and_markdown_never_invents_one(text: str) -> None:
    kept = "\n".join("\n".join("".join(s.text for s in item) for item in b.items) for b in plain_blocks(text))
    assert kept.split() == text.split()
    try:
        blocks = read_blocks("x" + text.replace("](", "] ("))
    except MarkdownError as error:
        assert "a list stands within a list" in str(error)
    else:
        assert set("".join(block.text for block in blocks)) <= set("x" + text + " ")
