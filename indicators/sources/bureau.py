"""What the Bureau of National Statistics' services share: terms, dates, values and cube slices.

Taldau and the files of stat.gov.kz come out of one database. A slice is one combination of terms
of the cube's dictionaries, the region first, with its values by date. The register chooses a slice
by ``SeriesRef.key``:

* ``terms``: ids of the terms after the region, separated by commas, in the order of the dictionaries;
* ``names``: the same by their printed names, separated by ``|``, where a file's ids are not stable;
* ``area.<id or name>``: the area code of a regional term; terms that no key names are not collected,
  because the dictionaries also hold districts.

The country's own term needs no key.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from indicators.register import period as periods
from indicators.register.model import SeriesRef
from indicators.register.observation import NATION, Observation
from indicators.sources.exchange import Fetched
from indicators.sources.faults import Faults
from indicators.sources.number import precision, read_number

COUNTRY = "741880"
COUNTRY_NAME = "республика казахстан"
AREA = "area."
CONFIDENTIAL = frozenset("xXхХ")
"""The mark of a confidential value, in Latin and in Cyrillic letters: they look the same."""

_DATE = re.compile(r"^(\d{2})\.(\d{2})\.(\d{4})$", re.ASCII)


@dataclass(frozen=True, slots=True)
class Slice:
    """One combination of terms; values are texts as they came, None where there is none."""

    terms: tuple[str, ...]
    names: tuple[str, ...]
    values: dict[str, str | None]


def read_json(answer: Fetched, fault: Faults) -> Any:
    """The answer as JSON with every number as its text; SourceChanged where it is none."""
    text = fault.text(answer)
    if text.lstrip().startswith("<"):
        raise fault.changed("the answer is a web page, not JSON", answer)
    try:
        return json.loads(text, parse_float=str, parse_int=str, parse_constant=str)
    except (ValueError, RecursionError) as error:
        raise fault.changed(f"the answer is not JSON: {str(error)[:120]}", answer) from error


def period_of(text: str, frequency: str) -> str:
    """The period that ends on a day written ``31.12.2023``; ValueError where none of that frequency does."""
    shape = _DATE.match(text.strip())
    if not shape:
        raise ValueError(f"{text[:40]!r} is not a day written 31.12.2023")
    day, month, year = shape.groups()
    period = period_ending(int(year), int(month), frequency)
    if periods.end(period).day != int(day):
        raise ValueError(f"{text} is not the last day of a period")
    return period


def period_ending(year: int, month: int, frequency: str) -> str:
    """The period of a frequency (``A``, ``S``, ``Q``, ``M``) that ends with a month; ValueError where none does."""
    length = periods.MONTHS[frequency]
    if not 1 <= month <= 12 or not 1900 <= year <= 2199 or month % length:
        raise ValueError(f"no period of frequency {frequency} ends in month {month} of {year}")
    return {"A": f"{year}", "S": f"{year}-S{month // 6}", "Q": f"{year}-Q{month // 3}", "M": f"{year}-{month:02}"}[
        frequency
    ]


def exact_period(text: str, frequency: str) -> str:
    """A period written as the register does; ValueError where it is none, or of another frequency."""
    if periods.frequency(text) != frequency:
        raise ValueError(f"{text} is no period of frequency {frequency}")
    return text


def observation(
    series: SeriesRef, area: str, period: str, text: str | None, status: str = "", *, unit: str = ""
) -> Observation:
    """One value as the Bureau writes it: empty is missing, ``x`` is confidential; ValueError for other texts."""
    bare = (text or "").strip()
    if not bare:
        return Observation(series.id, area, period, math.nan, "m", unit=unit)
    if bare in CONFIDENTIAL:
        return Observation(series.id, area, period, math.nan, "c", bare, unit=unit)
    number = read_number(bare, comma=True)
    decimals = precision(number, series.decimals)
    return Observation(series.id, area, period, number.value, status, number.text, decimals, unit)


def areas(series: SeriesRef) -> dict[str, str]:
    """Area codes by what the source calls an area, in lower case; the country is always among them."""
    named = {COUNTRY: NATION, COUNTRY_NAME: NATION}
    regional = {k.removeprefix(AREA): v for k, v in series.key.items() if k.startswith(AREA)}
    return named | {fold(name): code for name, code in regional.items()}


def fold(text: str) -> str:
    """A printed name for comparison: one space between words, small letters."""
    return " ".join(text.split()).casefold()


def read_slices(document: Any, answer: Fetched, fault: Faults) -> list[Slice]:
    """The slices of an answer; SeriesMissing for an empty list, which is how a wrong question is answered."""
    if document == []:
        raise fault.missing("the service answers an empty list", answer)
    if not isinstance(document, list):
        raise fault.changed("the answer is not a list of slices", answer)
    return [_slice(entry, answer, fault) for entry in document]


def _slice(entry: Any, answer: Fetched, fault: Faults) -> Slice:
    fields = entry if isinstance(entry, dict) else {}
    terms, names, rows = _texts(fields.get("terms")), _texts(fields.get("termNames")), fields.get("periods")
    if not terms or len(terms) != len(names) or not isinstance(rows, list):
        raise fault.changed("an entry has not the fields terms, termNames and periods of a slice", answer)
    values: dict[str, str | None] = {}
    for row in rows:
        if not isinstance(row, dict) or not isinstance(row.get("date"), str) or "value" not in row:
            raise fault.changed(f"a period of {names[0][:40]!r} has no date or no value", answer)
        day, value = row["date"].strip(), row["value"]
        if value is not None and not isinstance(value, str):
            raise fault.changed(f"the value of {day[:40]} is a {type(value).__name__}, not a number", answer)
        if day in values and values[day] != value:
            raise fault.changed(f"{day[:40]} came twice in one slice with two values", answer)
        values[day] = value
    return Slice(terms, names, values)


def _texts(value: Any) -> tuple[str, ...]:
    """A list of texts; empty where the value is something else."""
    return tuple(value) if isinstance(value, list) and all(isinstance(v, str) for v in value) else ()


def chosen(slices: Sequence[Slice], series: SeriesRef, answer: Fetched, fault: Faults) -> dict[str, list[Slice]]:
    """The slices that the series' key names, by area, the nation first; SeriesMissing without a national one."""
    by_id = [term.strip() for term in series.key.get("terms", "").split(",") if term.strip()]
    by_name = [fold(name) for name in series.key.get("names", "").split("|") if name.strip()]
    known, found = areas(series), dict[str, list[Slice]]()
    for part in slices:
        rest, names = list(part.terms[1:]), [fold(name) for name in part.names[1:]]
        if (names != by_name) if by_name else (rest != by_id):
            continue
        area = known.get(part.terms[0], known.get(fold(part.names[0])))
        if area == NATION or (area is not None and series.regional):
            found.setdefault(area, []).append(part)
    if NATION not in found:
        there = sorted({" | ".join(part.names) for part in slices})[:8]
        what = f"no slice is the country's with the terms of the key; there are {'; '.join(there)}"
        raise fault.missing(what, answer)
    for code in sorted(set(known.values()) - {NATION}) if series.regional else ():
        if code not in found:
            raise fault.changed(f"the answer has no slice of area {code} any more", answer)
    return {area: found[area] for area in sorted(found, key=lambda a: (a != NATION, a))}


def joined(segments: Sequence[Sequence[Observation]]) -> list[Observation]:
    """Segments of one series, which a change of method keeps apart in the source, as one.

    The first value of a later segment gets status ``b``. Segments may overlap where they agree;
    ValueError where they give two values for one period, because no rule says which one holds.
    """
    found: dict[str, Observation] = {}
    for segment in sorted((sorted(s, key=lambda o: o.period) for s in segments if s), key=lambda s: s[0].period):
        fresh = [o for o in segment if o.period not in found]
        for other in segment:
            if other.period in found and not _agree(found[other.period], other):
                raise ValueError(
                    f"two slices with the same terms give {found[other.period].published or 'nothing'} and "
                    f"{other.published or 'nothing'} for {other.period}"
                )
        if found and len(fresh) == len(segment):
            valued = next((n for n, o in enumerate(fresh) if not math.isnan(o.value)), None)
            if valued is not None:
                fresh[valued] = replace(fresh[valued], status="b")
        found |= {o.period: o for o in fresh}
    return [found[period] for period in sorted(found)]


def _agree(one: Observation, other: Observation) -> bool:
    return one.value == other.value or (math.isnan(one.value) and one.status == other.status)


def flag(key: Mapping[str, str], name: str) -> bool:
    """A yes or no of a series' key; no where it says nothing. ValueError for other words."""
    said = key.get(name, "no")
    if said not in ("yes", "no"):
        raise ValueError(f"key {name}: {said!r} is neither yes nor no")
    return said == "yes"
