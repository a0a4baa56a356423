"""What is printed: numbers, dates, periods and lists, exactly as each language writes them."""

from __future__ import annotations

from datetime import date

import pytest

from indicators.register.model import Text
from reports import language
from reports.model import CountArg, DateArg, Message, NumberArg, PeriodArg, TextArg

NB = "\u00a0"


@pytest.mark.parametrize(
    ("lang", "printed"),
    [("kk", f"1{NB}234{NB}567,891"), ("ru", f"1{NB}234{NB}567,891"), ("en", "1,234,567.891")],
)
def test_a_large_number(lang: str, printed: str) -> None:
    assert language.number(1234567.891, 3, lang) == printed


def test_halves_go_up_also_where_the_computer_lost_a_hair() -> None:
    assert language.number(22.5, 0, "en") == "23"
    assert language.number(100 * 0.285, 0, "en") == "29"  # 28.499999999999996 in floating point
    assert language.number(2.675, 2, "en") == "2.68"
    assert language.number(-0.5, 0, "en") == "−1"


def test_a_minus_is_a_minus_and_zero_has_no_sign() -> None:
    assert language.number(-1234.5, 1, "ru") == f"−1{NB}234,5"
    assert language.number(-0.04, 1, "en") == "0.0"
    assert language.number(1.5, 1, "en", signed=True) == "+1.5"
    assert language.number(0.0, 1, "en", signed=True) == "0.0"


def test_per_cent_and_points_of_each_language() -> None:
    assert [language.percent(62, 0, lang) for lang in ("kk", "ru", "en")] == ["62%", f"62{NB}%", "62%"]
    assert language.points(14.8, 1, "ru") == f"14,8{NB}балла"
    assert [language.points(n, 0, "ru") for n in (1, 3, 5, 11, 21)] == [
        f"{n}{NB}{word}" for n, word in ((1, "балл"), (3, "балла"), (5, "баллов"), (11, "баллов"), (21, "балл"))
    ]
    assert language.points(1, 0, "en") == "1 point"
    assert language.points(1, 1, "en") == "1.0 points"
    assert [language.points(1.4, 1, lang, of_percentages=True) for lang in ("kk", "ru", "en")] == [
        f"1,4{NB}пайыздық тармақ",
        f"1,4{NB}п.{NB}п.",
        "1.4 percentage points",
    ]


def test_dates_and_periods() -> None:
    day = date(2026, 7, 1)
    assert [language.date(day, lang) for lang in ("kk", "ru", "en")] == [
        f"2026{NB}ж. 1 шілде",
        f"1 июля 2026{NB}г.",
        "1 July 2026",
    ]
    assert [language.period("2023", lang) for lang in ("kk", "ru", "en")] == [f"2023{NB}ж.", f"2023{NB}г.", "2023"]
    assert [language.period("2023-08", lang, "in").replace(NB, " ") for lang in ("kk", "ru", "en")] == [
        "2023 жылғы тамызда",
        "в августе 2023 года",
        "in August 2023",
    ]
    assert [language.period("2023-Q3", lang, "from").replace(NB, " ") for lang in ("kk", "ru", "en")] == [
        "2023 жылғы III тоқсаннан",
        "с III квартала 2023 года",
        "from Q3 2023",
    ]


@pytest.mark.parametrize("month", range(1, 13))
def test_every_month_can_be_said_in_every_form(month: int) -> None:
    for lang in ("kk", "ru", "en"):
        for form in ("plain", "in", "of", "from", "to"):
            assert "2024" in language.period(f"2024-{month:02d}", lang, form)
    assert language.period(f"2024-{month:02d}", "ru", "in").split()[1].endswith("е")


def test_lists() -> None:
    assert language.join([], "en") == ""
    assert language.join(["А"], "kk") == "А"
    assert language.join(["А", "Б", "В"], "kk") == "А, Б және В"
    assert language.join(["А", "Б", "В"], "ru") == "А, Б и В"


def test_stated_numbers_keep_their_own_decimals() -> None:
    assert language.own_decimals(15, 2) == 0
    assert language.own_decimals(100, 2) == 0
    assert language.own_decimals(0.035, 2) == 3
    assert language.own_decimals(290.9041666, 1) == 1


def test_an_abbreviation_ends_its_sentence_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(language, "catalogue", lambda lang: {"x": "К {day}."})
    message = Message(key="x", args={"day": DateArg(value=date(2026, 9, 30))})
    assert language.render(message, "ru") == f"К 30 сентября 2026{NB}г."


def test_endings_and_forms_reach_the_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    text = {**language.catalogue("kk"), "x": "{a:ablative} {b:dative}, {c:possessive}, {day:locative}, {when:of}"}
    monkeypatch.setattr(language, "catalogue", lambda lang: text)
    message = Message(
        key="x",
        args={
            "a": NumberArg(value=31.4, decimals=1),
            "b": NumberArg(value=98, decimals=0, unit="percent"),
            "c": CountArg(value=9),
            "day": DateArg(value=date(2026, 6, 30)),
            "when": PeriodArg(value="2028"),
        },
    )
    assert language.render(message, "kk").replace(NB, " ") == "31,4-тен 98%-ға, 9-ы, 2026 ж. 30 маусымда, 2028 жылғы"


def test_what_cannot_be_said_is_an_error_and_never_a_key() -> None:
    with pytest.raises(language.LanguageError, match=r"no text 'no\.such\.key'"):
        language.label("no.such.key", "ru")
    with pytest.raises(language.LanguageError, match="needs an argument 'value'"):
        language.render(Message(key="figure.value"), "en")
    with pytest.raises(language.LanguageError, match="plural"):
        language.render(Message(key="note.stale"), "en")
    with pytest.raises(language.LanguageError, match="no language 'de'"):
        language.label("list.and", "de")
    with pytest.raises(language.LanguageError, match="unit_name"):
        language.render(Message(key="figure.value", args={"value": NumberArg(value=1, decimals=0, unit="own")}), "en")


def test_a_unit_of_its_own_stands_after_the_number() -> None:
    unit = Text(kk="км", ru="км", en="km")
    message = Message(key="figure.value", args={"value": NumberArg(value=7, decimals=0, unit="own", unit_name=unit)})
    assert language.render(message, "en") == f"7{NB}km"


def test_text_of_the_register_falls_back_to_russian() -> None:
    message = Message(key="figure.value", args={"value": TextArg(value=Text(ru="приказ", en="order"))})
    assert language.render(message, "kk") == "приказ"
