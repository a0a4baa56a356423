"""Language: the only place where numbers, dates and sentences become text.

Messages live in gettext catalogues (``locale/<lang>/*.po``), keyed by a name; every catalogue of
a language is merged into one. A placeholder is ``{name}`` or ``{name:form}``, where the form is a
grammatical one (a Kazakh case after a numeral, "in 2023", a noun counted). A missing key, a
missing argument or an unknown form is an error: a report never prints a key in place of a text.

Rounding is half up everywhere and happens here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date as Day
from decimal import ROUND_HALF_UP, Decimal
from functools import cache, lru_cache
from pathlib import Path
from string import Formatter

from babel import Locale
from babel.dates import format_date, get_month_names
from babel.messages.pofile import read_po
from babel.numbers import format_decimal

from indicators.register import period as periods
from reports import kazakh
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

LOCALE = Path(__file__).with_name("locale")
NO_BREAK = "\u00a0"
MINUS = "\u2212"

_LOCALES = {lang: Locale.parse(name) for lang, name in (("kk", "kk_KZ"), ("ru", "ru_KZ"), ("en", "en_GB"))}
PLURALS = {"kk": ("one", "other"), "ru": ("one", "few", "many"), "en": ("one", "other")}
"""Plural classes of each language in the order of ``msgstr[n]``."""

Form = Callable[[str], str]
"""Prints one value in a grammatical form; the empty form is the plain one."""


class LanguageError(LookupError):
    """A text cannot be made: the catalogue, the message and the arguments do not fit."""


@cache
def catalogue(lang: str) -> Mapping[str, str | tuple[str, ...]]:
    """Every text of a language by key: one string, or one string a plural class.

    Raises LanguageError for a language that is not one of :data:`reports.model.LANGUAGES`, a key
    given twice, an empty or fuzzy entry, or a plural with the wrong number of classes.
    """
    if lang not in LANGUAGES:
        raise LanguageError(f"no language {lang!r}: there are {', '.join(LANGUAGES)}")
    texts: dict[str, str | tuple[str, ...]] = {}
    for path in sorted((LOCALE / lang).glob("*.po")):
        with path.open("rb") as file:
            entries = read_po(file, locale=lang, abort_invalid=True)
        for entry in entries:
            if not entry.id:
                continue
            key = entry.id if isinstance(entry.id, str) else entry.id[0]
            where = f"{path.parent.name}/{path.name}: {key}"
            if key in texts:
                raise LanguageError(f"{where}: the key is given twice in the catalogues of {lang!r}")
            if entry.fuzzy:
                raise LanguageError(f"{where}: the entry is marked fuzzy: translate it and remove the mark")
            text = entry.string if isinstance(entry.string, str) else tuple(entry.string)
            if not text or not all(text):
                raise LanguageError(f"{where}: the text is empty: translate it")
            if isinstance(text, tuple) and len(text) != len(PLURALS[lang]):
                raise LanguageError(f"{where}: {len(text)} plural texts, but {lang!r} has {PLURALS[lang]}")
            texts[key] = text
    return texts


def label(key: str, lang: str) -> str:
    """A text without placeholders."""
    return _fill(_text(key, lang), key, lang, {})


def render(message: Message, lang: str) -> str:
    """The sentence of a message; a plural is governed by its argument ``count``."""
    plural = message.args.get("count")
    text = _text(message.key, lang, plural.value if isinstance(plural, CountArg) else None)
    forms = {name: _form(argument, lang) for name, argument in message.args.items()}
    return _fill(text, message.key, lang, forms)


def rounded(value: float, decimals: int) -> Decimal:
    """``value`` half up to ``decimals``; fifteen digits of it count, so that 28.499999999999996 is 28.5."""
    result = Decimal(f"{value:.15g}").quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
    return abs(result) if result.is_zero() else result


def own_decimals(value: float, otherwise: int, most: int = 4) -> int:
    """Decimals that a stated number has of its own: 0 for 15, 3 for 0.035.

    For targets and other numbers that a document states: they are printed as stated, not in the
    precision of a series. A computed number has more than ``most`` and takes ``otherwise``.
    """
    exponent = Decimal(f"{value:.15g}").normalize().as_tuple().exponent
    decimals = max(0, -exponent) if isinstance(exponent, int) else otherwise
    return decimals if decimals <= most else otherwise


@lru_cache(maxsize=65536)  # a page prints the same numbers many times
def number(value: float, decimals: int, lang: str, signed: bool = False) -> str:
    """A number: half up, true minus, no-break spaces; ``signed`` puts a plus before what is above zero."""
    exact = rounded(value, decimals)
    pattern = "#,##0" + ("." + "0" * decimals if decimals > 0 else "")
    text = format_decimal(abs(exact), format=pattern, locale=_LOCALES[lang])
    sign = MINUS if exact < 0 else "+" if signed and exact > 0 else ""
    return sign + text.replace("\u202f", NO_BREAK)


def percent(value: float, decimals: int, lang: str, signed: bool = False) -> str:
    """A percentage (62 is sixty-two per cent): 62% in Kazakh and English, 62 % in Russian."""
    suffix = _LOCALES[lang].percent_formats[None].suffix[0]
    return number(value, decimals, lang, signed) + suffix


def points(value: float, decimals: int, lang: str, signed: bool = False, of_percentages: bool = False) -> str:
    """A difference: percentage points (``of_percentages``), else points of a score."""
    unit = "unit.percentage_points" if of_percentages else "unit.points"
    text = _text(unit, lang, rounded(value, decimals))
    return _fill(text, unit, lang, {"number": _plain(number(value, decimals, lang, signed))})


def date(day: Day, lang: str) -> str:
    """A day: 2026 ж. 1 шілде / 1 июля 2026 г. / 1 July 2026."""
    return format_date(day, "long", locale=_LOCALES[lang]).replace("\u202f", NO_BREAK)


def period(value: str, lang: str, form: str = "plain") -> str:
    """A period: 2023 ж. / 2023 г. / 2023; half-years, quarters and months likewise.

    ``form`` is ``plain``, ``in`` (in 2023), ``of`` (of 2023), ``from`` (from 2023) or ``to`` (2023 as a goal).
    """
    kind = {"A": "year", "S": "half", "Q": "quarter", "M": "month"}[periods.frequency(value)]
    year, _, part = value.partition("-")
    number_in_year = int(part.lstrip("SQ")) if part else 1
    key = f"period.{kind}.{form}"
    forms: dict[str, Form] = {
        "year": _plain(year),
        "part": _plain(label(f"roman.{number_in_year}", lang) if kind in ("half", "quarter") else ""),
        "month": _month(number_in_year, lang),
    }
    return _fill(_text(key, lang), key, lang, forms)


def join(parts: Sequence[str], lang: str) -> str:
    """A list in words: a, b and c. Own rule: CLDR's Kazakh list of three is wrong."""
    if len(parts) < 2:
        return "".join(parts)
    forms = {"first": _plain(", ".join(parts[:-1])), "last": _plain(parts[-1])}
    return _fill(_text("list.and", lang), "list.and", lang, forms)


def placeholders(text: str) -> set[str]:
    """Names of the arguments that a catalogue text takes."""
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


def _text(key: str, lang: str, count: int | Decimal | None = None) -> str:
    text = catalogue(lang).get(key)
    if text is None:
        raise LanguageError(f"no text {key!r} in the catalogues of {lang!r}: add it to reports/locale/{lang}")
    if isinstance(text, str):
        return text
    if count is None:
        raise LanguageError(f"{key!r} has plural texts in {lang!r} and needs an argument `count` of type count")
    plural = _LOCALES[lang].plural_form(abs(count))
    # a Russian noun after a fraction stands in the genitive singular, which is the form of "few"
    return text[PLURALS[lang].index("few" if lang == "ru" and plural == "other" else plural)]


def _fill(text: str, key: str, lang: str, forms: Mapping[str, Form]) -> str:
    parts: list[str] = []
    for literal, name, spec, _ in Formatter().parse(text):
        # an abbreviation that ends the sentence keeps its full stop and takes no second: "на 0,2 п. п."
        stopped = literal.startswith(".") and bool(parts) and parts[-1].endswith(".")
        parts.append(literal[1:] if stopped else literal)
        if name is None:
            continue
        if name not in forms:
            raise LanguageError(f"{key!r} in {lang!r} needs an argument {name!r}; given: {', '.join(sorted(forms))}")
        parts.append(forms[name](spec or ""))
    return "".join(parts)


def _form(argument: Argument, lang: str) -> Form:
    match argument:
        case NumberArg():
            return lambda form: _number_argument(argument, lang, form)
        case CountArg():
            return lambda form: _count_argument(argument.value, lang, form)
        case PeriodArg():
            return lambda form: period(argument.value, lang, form or "plain")
        case DateArg():
            return _word(date(argument.value, lang), lang)
        case TextArg():
            return _word(argument.value.get(lang), lang)
        case WordArg():
            return _word(label(argument.key, lang), lang)


def _plain(text: str) -> Form:
    def print_it(form: str) -> str:
        if form:
            raise LanguageError(f"{text!r} has no form {form!r}")
        return text

    return print_it


def _word(text: str, lang: str) -> Form:
    """A word or words: a Kazakh case goes on the last; ``first`` starts it with a capital."""

    def print_it(form: str) -> str:
        if form == "first":
            return text[:1].upper() + text[1:]
        if form and lang == "kk":
            return kazakh.inflect(text, form)
        return _plain(text)(form)

    return print_it


def _number_argument(argument: NumberArg, lang: str, form: str) -> str:
    value, decimals, signed = argument.value, argument.decimals, argument.signed
    spoken = kazakh.last_word(rounded(value, decimals))
    match argument.unit:
        case "none":
            text = number(value, decimals, lang, signed)
        case "percent":
            text, spoken = percent(value, decimals, lang, signed), kazakh.PERCENT
        case "points" | "percentage_points":
            text = points(value, decimals, lang, signed, argument.unit == "percentage_points")
            return _word(text, lang)(form)
        case "own":
            if argument.unit_name is None:
                raise LanguageError("a number in a unit of its own needs unit_name")
            text = f"{number(value, decimals, lang, signed)}{NO_BREAK}{argument.unit_name.get(lang)}"
            return _word(text, lang)(form)
    return _with_ending(text, spoken, lang, form)


def _count_argument(value: int, lang: str, form: str) -> str:
    text = number(value, 0, lang)
    if form.startswith("noun."):
        return _fill(_text(form, lang, value), form, lang, {"count": _plain(text)})
    return _with_ending(text, kazakh.last_word(Decimal(value)), lang, form)


def _with_ending(text: str, spoken: str, lang: str, form: str) -> str:
    if form and lang == "kk":
        return f"{text}-{kazakh.ending(spoken, form)}"
    return _plain(text)(form)


def _month(month: int, lang: str) -> Form:
    locale = _LOCALES[lang]
    name = get_month_names("wide", "stand-alone", locale)[month]
    if lang == "kk":
        return _word(name.lower(), lang)
    if lang == "ru":
        forms = {
            "": name,
            "genitive": get_month_names("wide", "format", locale)[month],
            "prepositional": (name[:-1] if name[-1] in "ьй" else name) + "е",
        }
        return lambda form: forms[form]
    return _plain(name)
