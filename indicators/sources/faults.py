"""Errors of a connector about one series, and what every connector must know of an answer."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from indicators.register.model import SeriesRef, SourceInfo
from indicators.sources.errors import SeriesMissing, SourceChanged, SourceDown, SourceError
from indicators.sources.exchange import Fetched, address

FEWER = "ask for fewer: name a code for every dimension in the series' key"


@dataclass(frozen=True, slots=True)
class Faults:
    """Makes errors that name the source, the series and the address."""

    source: SourceInfo
    series: SeriesRef

    def changed(self, what: str, answer: Fetched | None = None, remedy: str | None = None) -> SourceError:
        """The answer is not what the connector reads; None where the register does not let it ask."""
        usual = "open the address and compare its answer with the manual of the service"
        return self._error(SourceChanged, what, answer, remedy or usual)

    def missing(self, what: str, answer: Fetched) -> SourceError:
        """The service answers properly and has no such series, or no value of it."""
        remedy = "compare the series' dataset and key in the register with the codes of the service"
        return self._error(SeriesMissing, what, answer, remedy)

    def down(self, what: str, answer: Fetched) -> SourceError:
        """The service says that it cannot answer now."""
        remedy = "nothing to mend here: try again later; the figures known so far stay in use"
        return self._error(SourceDown, what, answer, remedy)

    def day(self, answer: Fetched) -> date:
        """The day from which the answer could be known; SourceChanged where nobody noted any."""
        day = answer.known_from or answer.retrieved
        if day is None:
            raise self.changed("neither the day of the release nor of the request is known", answer)
        return day

    def text(self, answer: Fetched) -> str:
        """The answer as text; SourceChanged where it is not UTF-8."""
        try:
            return answer.body.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise self.changed(f"the answer is not UTF-8 text: {error.reason}", answer) from error

    def document(self, answer: Fetched) -> Any:
        """The answer's JSON, numbers as Decimal so that their text is kept; SourceChanged where it is none."""
        text = self.text(answer)
        if text.lstrip().startswith("<"):
            raise self.changed("the answer is markup, not JSON", answer)
        try:
            return json.loads(text, parse_float=Decimal, parse_int=Decimal, parse_constant=_refuse)
        except (ValueError, ArithmeticError, RecursionError) as error:
            raise self.changed(f"the answer is not JSON: {error}", answer) from error

    def _error(self, kind: type[SourceError], what: str, answer: Fetched | None, remedy: str) -> SourceError:
        url = answer.url if answer else address(self.source, "", {})
        return kind(what, source=self.source.id, series=self.series.id, url=url, remedy=remedy)


def _refuse(constant: str) -> float:
    raise ValueError(f"{constant} is no number")
