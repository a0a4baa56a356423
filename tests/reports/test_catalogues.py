"""The catalogues: nothing untranslated, nothing misspelt, every message sayable in every language."""

from __future__ import annotations

import re
from collections import Counter
from datetime import date
from pathlib import Path
from string import Formatter
from typing import get_args

import pytest
from matplotlib.ft2font import FT2Font

from checks.rules import RULES
from indicators.register.model import Measure, Text
from indicators.scores.result import Missing
from reports import language
from reports.model import (
    LANGUAGES,
    Argument,
    CountArg,
    DateArg,
    Message,
    NumberArg,
    PeriodArg,
    TextArg,
    WordArg,
)

OWN = ("findings.po", "questions.po")
FONT = Path(language.__file__).with_name("fonts") / "SourceSans3_400Regular.ttf"


def texts(lang: str, key: str) -> tuple[str, ...]:
    entry = language.catalogue(lang)[key]
    return (entry,) if isinstance(entry, str) else entry


def spelled(lang: str) -> str:
    return "\n".join((language.LOCALE / lang / name).read_text(encoding="utf-8") for name in OWN)


def own_keys() -> list[str]:
    return sorted(set(re.findall(r'^msgid "(.+)"$', spelled("en"), re.MULTILINE)))


PARTS_OF_PERIODS = "period."
SAMPLES: dict[str, list[Argument]] = {
    "number": [
        NumberArg(value=0, decimals=0),
        NumberArg(value=-1234567.891, decimals=2),
        NumberArg(value=99.995, decimals=1, unit="percent", signed=True),
        NumberArg(value=14.8, decimals=1, unit="points"),
        NumberArg(value=1e9, decimals=0, unit="percentage_points"),
    ],
    "count": [CountArg(value=n) for n in (0, 1, 2, 5, 11, 21, 1_000_000)],
    "period": [PeriodArg(value=p) for p in ("2023", "2023-S2", "2023-Q4", "2023-09")],
    "date": [DateArg(value=date(2026, 9, 30)), DateArg(value=date(2024, 2, 29))],
    "text": [TextArg(value=Text(kk="Үлгі мәтін", ru="Пример текста", en="Synthetic text"))],
    "word": [WordArg(key="word.reason.too_old"), WordArg(key="check.jump")],
}
TEXTS = {"title", "titles", "law", "document", "reason", "high_region", "low_region", "enacted", "parliament"}
DATES = {"at", "as_of", "known_from", "day"}
COUNTS = {"count", "covered", "fulfilled", "unknown", "scored", "no_target", "insufficient", "part", "whole", "rest"}


def kind(key: str, name: str) -> str:
    """What a placeholder takes, by the names that the messages share."""
    if name in COUNTS or (
        key.startswith(("finding.by_laws.bounds", "verdict.insufficient.by_laws", "figure.bounds"))
        and name in ("low", "high")
    ):
        return "count"
    if name in DATES:
        return "date"
    if name == "period" or name.endswith("_period"):
        return "period"
    if name in TEXTS or (key, name) in {
        ("finding.cross_check.differs", "difference"),
        ("finding.by_laws.latest", "number"),
    }:
        return "text"
    if name == "what" or (name == "kind") or (key.startswith("finding.no_data") and name == "reason"):
        return "word"
    return "number"


def arguments(key: str, turn: int) -> dict[str, Argument]:
    names = set().union(*(language.placeholders(t) for lang in LANGUAGES for t in texts(lang, key)))
    given = {}
    for name in names | ({"count"} if any(len(texts(lang, key)) > 1 for lang in LANGUAGES) else set()):
        samples = SAMPLES[kind(key, name)]
        given[name] = samples[turn % len(samples)]
    return given


@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_key_is_given_twice_in_a_file(lang: str) -> None:
    for path in sorted((language.LOCALE / lang).glob("*.po")):
        keys = re.findall(r'^msgid "(.+)"$', path.read_text(encoding="utf-8"), re.MULTILINE)
        assert [key for key, count in Counter(keys).items() if count > 1] == [], path.name


def test_every_language_has_every_text() -> None:
    keys = {lang: set(language.catalogue(lang)) for lang in LANGUAGES}
    assert keys["kk"] ^ keys["en"] == set()
    assert keys["ru"] ^ keys["en"] == set()


def test_translations_take_the_same_arguments() -> None:
    differing = {}
    for key in language.catalogue("en"):
        if key.startswith(PARTS_OF_PERIODS):
            continue
        taken = {lang: frozenset().union(*(language.placeholders(t) for t in texts(lang, key))) for lang in LANGUAGES}
        given = {frozenset(names - {"count"}) for names in taken.values()}
        if len(given) > 1:
            differing[key] = taken
    assert differing == {}


def test_every_message_can_be_said_in_every_language() -> None:
    for key in own_keys():
        if key.startswith((PARTS_OF_PERIODS, "unit.", "list.")):
            continue
        for turn in range(7):
            message = Message(key=key, args=arguments(key, turn))
            for lang in LANGUAGES:
                said = language.render(message, lang)
                assert said and not re.search(r"[{}~]|\.\.|  ", said), (key, lang, said)
                assert key == said or key not in said


def test_sentences_end_as_sentences_and_headings_do_not() -> None:
    for lang in LANGUAGES:
        for key in own_keys():
            for text in texts(lang, key):
                if key.startswith(("finding.", "detail.", "change.", "note.", "overview.")):
                    assert text.endswith((".", "{reason}", "{difference}")), (lang, key, text)
                elif key.startswith("question."):
                    assert text.endswith("?"), (lang, key, text)
                elif key.startswith(("verdict.", "figure.", "word.", "check.")):
                    assert not text.endswith("."), (lang, key, text)


def test_a_literal_hyphen_never_stands_for_a_minus_or_a_dash() -> None:
    for lang in LANGUAGES:
        for key in own_keys():
            for text in texts(lang, key):
                assert not re.search(r" - |-\d", text), (lang, key)
                assert "..." not in text


def test_every_code_that_a_finding_may_print_has_its_words() -> None:
    keys = set(language.catalogue("en"))
    assert {f"word.reason.{reason}" for reason in Missing} <= keys
    assert {f"word.kind.{name}" for name in get_args(Measure.model_fields["kind"].annotation)} <= keys
    assert {f"check.{rule.id}" for rule in RULES} <= keys


def test_the_font_has_every_letter_of_the_catalogues() -> None:
    known = set(FT2Font(str(FONT)).get_charmap())
    for lang in LANGUAGES:
        letters = {ord(letter) for key in own_keys() for text in texts(lang, key) for letter in text}
        assert {chr(code) for code in letters - known} == set(), lang


def test_kazakh_forms_stand_only_in_kazakh_texts() -> None:
    from reports.kazakh import CASES

    for lang in ("ru", "en"):
        for key in own_keys():
            for text in texts(lang, key):
                forms = {spec for _, name, spec, _ in Formatter().parse(text) if name and spec}
                assert not forms & set(CASES) - {"genitive"}, (lang, key)


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ('msgid "a"\nmsgstr ""\n', "empty"),
        ('#, fuzzy\nmsgid "a"\nmsgstr "x"\n', "fuzzy"),
        ('msgid "a"\nmsgid_plural "a"\nmsgstr[0] "x"\nmsgstr[1] ""\n', "empty"),
    ],
)
def test_an_unfinished_catalogue_is_refused(
    body: str, message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    head = (
        'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\nPlural-Forms: nplurals=2; plural=(n != 1);\\n"\n\n'
    )
    (tmp_path / "kk").mkdir()
    (tmp_path / "kk" / "synthetic.po").write_text(head + body, encoding="utf-8")
    monkeypatch.setattr(language, "LOCALE", tmp_path)
    language.catalogue.cache_clear()
    try:
        with pytest.raises(language.LanguageError, match=message):
            language.catalogue("kk")
    finally:
        language.catalogue.cache_clear()
