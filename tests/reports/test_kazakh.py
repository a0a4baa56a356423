"""Kazakh endings after numerals and words: a wrong ending is heard at once by everyone in the room."""

from __future__ import annotations

from decimal import Decimal

import pytest

from reports import kazakh


@pytest.mark.parametrize(
    ("number", "genitive", "dative", "accusative", "locative", "ablative", "instrumental", "possessive"),
    [
        ("0", "дің", "ге", "ді", "де", "ден", "мен", "і"),
        ("1", "дің", "ге", "ді", "де", "ден", "мен", "і"),
        ("2", "нің", "ге", "ні", "де", "ден", "мен", "сі"),
        ("3", "тің", "ке", "ті", "те", "тен", "пен", "і"),
        ("4", "тің", "ке", "ті", "те", "тен", "пен", "і"),
        ("5", "тің", "ке", "ті", "те", "тен", "пен", "і"),
        ("6", "ның", "ға", "ны", "да", "дан", "мен", "сы"),
        ("7", "нің", "ге", "ні", "де", "ден", "мен", "сі"),
        ("8", "дің", "ге", "ді", "де", "ден", "бен", "і"),
        ("9", "дың", "ға", "ды", "да", "дан", "бен", "ы"),
        ("10", "ның", "ға", "ды", "да", "нан", "мен", "ы"),
        ("20", "ның", "ға", "ны", "да", "дан", "мен", "сы"),
        ("30", "дың", "ға", "ды", "да", "дан", "бен", "ы"),
        ("40", "тың", "қа", "ты", "та", "тан", "пен", "ы"),
        ("50", "дің", "ге", "ді", "де", "ден", "мен", "і"),
        ("60", "тың", "қа", "ты", "та", "тан", "пен", "ы"),
        ("70", "тің", "ке", "ті", "те", "тен", "пен", "і"),
        ("80", "нің", "ге", "ді", "де", "нен", "мен", "і"),
        ("90", "ның", "ға", "ды", "да", "нан", "мен", "ы"),
        ("100", "дің", "ге", "ді", "де", "ден", "бен", "і"),
        ("1000", "ның", "ға", "ды", "да", "нан", "мен", "ы"),
        ("1000000", "ның", "ға", "ды", "да", "нан", "мен", "ы"),
        ("1000000000", "тың", "қа", "ты", "та", "тан", "пен", "ы"),
    ],
)
def test_every_numeral_word_takes_its_endings(
    number: str,
    genitive: str,
    dative: str,
    accusative: str,
    locative: str,
    ablative: str,
    instrumental: str,
    possessive: str,
) -> None:
    word = kazakh.last_word(Decimal(number))
    given = {case: kazakh.ending(word, case) for case in kazakh.CASES}
    assert given == {
        "genitive": genitive,
        "dative": dative,
        "accusative": accusative,
        "locative": locative,
        "ablative": ablative,
        "instrumental": instrumental,
        "possessive": possessive,
        "attributive": locative + ("ғы" if locative in ("да", "та") else "гі"),
    }


@pytest.mark.parametrize(
    ("number", "word"),
    [
        ("31.4", "төрт"),
        ("33.0", "нөл"),
        ("4.99", "тоғыз"),
        ("0.15", "бес"),
        ("0.40", "қырық"),
        ("12.50", "елу"),
        ("4.08", "сегіз"),
        ("0.100", "жүз"),
        ("-7.6", "алты"),
        ("2026", "алты"),
        ("1200", "жүз"),
        ("5000", "мың"),
        ("1234567", "жеті"),
        ("3000000", "миллион"),
        ("-60", "алпыс"),
    ],
)
def test_the_last_spoken_word_decides(number: str, word: str) -> None:
    assert kazakh.last_word(Decimal(number)) == word


@pytest.mark.parametrize(
    ("word", "case", "inflected"),
    [
        ("шілде", "locative", "шілдеде"),
        ("маусым", "attributive", "маусымдағы"),
        ("қыркүйек", "dative", "қыркүйекке"),
        ("қыркүйек", "attributive", "қыркүйектегі"),
        ("сәуір", "locative", "сәуірде"),
        ("желтоқсан", "ablative", "желтоқсаннан"),
        ("жартыжылдық", "dative", "жартыжылдыққа"),
        ("тоқсан", "ablative", "тоқсаннан"),
        ("тармақ", "dative", "тармаққа"),
        ("тармақ", "possessive", "тармағы"),
        ("пайыз", "possessive", "пайызы"),
        ("қаңтар", "genitive", "қаңтардың"),
    ],
)
def test_words_take_their_endings(word: str, case: str, inflected: str) -> None:
    assert kazakh.inflect(word, case) == inflected


def test_what_is_not_kazakh_is_refused() -> None:
    with pytest.raises(ValueError, match="Kazakh letter"):
        kazakh.inflect("GDP", "dative")
    with pytest.raises(LookupError, match="vocative"):
        kazakh.ending("тармақ", "vocative")
    with pytest.raises(ValueError, match="not finite"):
        kazakh.last_word(Decimal("NaN"))
