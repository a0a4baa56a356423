"""One language's words and numbers, as every view needs them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date as Day

from indicators.register.model import Text
from reports import language
from reports.model import Argument, CountArg, DateArg, Message, NumberArg, PeriodArg, TextArg

LAYOUT = "ui."
"""Prefix of the layout's own texts in the catalogues."""


@dataclass(frozen=True, slots=True)
class Words:
    """Prints in one language; every text comes from the catalogues."""

    lang: str

    def __call__(self, key: str, **args: Argument) -> str:
        """A text of the layout by its name without the prefix; plurals go by the argument ``count``."""
        return self.message(Message(key=LAYOUT + key, args=args))

    def message(self, message: Message) -> str:
        """A sentence of the edition."""
        return language.render(message, self.lang)

    def check(self, name: str) -> str:
        """What a check found, in the words of the catalogue."""
        return self.message(Message(key=f"check.{name}"))

    def labels(self) -> dict[str, str]:
        """Every text of the layout that takes no argument, by name: what the templates call ``t``."""
        return {
            key.removeprefix(LAYOUT): text
            for key, text in language.catalogue(self.lang).items()
            if key.startswith(LAYOUT) and isinstance(text, str) and not language.placeholders(text)
        }

    def number(self, value: float | None, decimals: int, signed: bool = False) -> str:
        """A number, or a dash where there is none: never a zero."""
        return "—" if value is None else language.number(value, decimals, self.lang, signed)

    def percent(self, share: float | None, decimals: int = 0, signed: bool = False) -> str:
        """A share of 1 as a percentage, or a dash."""
        return "—" if share is None else language.percent(100 * share, decimals, self.lang, signed)

    def amount(self, value: float, decimals: int, percentage: bool, signed: bool = False) -> str:
        """A value of a series: with its sign for per cent, else as a bare number."""
        if percentage:
            return language.percent(value, decimals, self.lang, signed)
        return language.number(value, decimals, self.lang, signed)

    def date(self, day: Day | None) -> str:
        """A day in words, or a dash."""
        return "—" if day is None else language.date(day, self.lang)

    def period(self, value: str | None) -> str:
        """A period, or nothing: a year alone is a bare number, as columns and axes print it."""
        if value is None:
            return ""
        return value if len(value) == 4 else language.period(value, self.lang)

    def duration(self, days: int) -> str:
        """A length of time: days below two months, months below three years, else years and months.

        A month is a twelfth of 365.25 days, and only full months count.
        """
        months = int(days * 12 / 365.25)
        if months < 2:
            return self("duration.days", count=CountArg(value=days))
        if months < 36:
            return self("duration.months", count=CountArg(value=months))
        years = self("duration.years", count=CountArg(value=months // 12))
        if months % 12 == 0:
            return years
        return f"{years}\u00a0{self('duration.months', count=CountArg(value=months % 12))}"


def count(value: int) -> CountArg:
    """A whole number as an argument."""
    return CountArg(value=value)


def figure(value: float, decimals: int, percentage: bool = False) -> NumberArg:
    """A number as an argument, with the sign for per cent where it is one."""
    return NumberArg(value=value, decimals=decimals, unit="percent" if percentage else "none")


def day(value: Day) -> DateArg:
    """A day as an argument."""
    return DateArg(value=value)


def at(value: str) -> PeriodArg:
    """A period as an argument."""
    return PeriodArg(value=value)


def printed(text: str) -> TextArg:
    """A text that is already in the language of the page, as an argument."""
    return TextArg(value=Text(kk=text, ru=text, en=text))


__all__ = ["LAYOUT", "TextArg", "Words", "at", "count", "day", "figure", "printed"]
