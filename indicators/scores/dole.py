"""French schedules of application (échéanciers) of the DOLE open data, as the plain table of measures.

One file is one legislative dossier: ``DOSSIER_LEGISLATIF/CONTENU/ECHEANCIER`` with an attribute
``derniere_maj`` and a ``LIGNE`` for each measure. The law's number and day of promulgation stand in
the dossier's title. What became of a measure is free text (``DECRET``) that mixes references,
announcements and explanations, so it is read with caution:

* one or more references to decrees with number and day, or to orders (which bear no number) with
  their day, and no word that qualifies them: met on the latest of these days, those of signature;
* an announcement without a reference, or an empty text beside a ``DATE_PREVUE``: open;
* anything else, such as a reference beside an announcement, or a day that is none or later than the
  schedule's last update: ``unknown``, and the rate becomes bounds.

``DATE_PREVUE`` is what the Government plans and no deadline of the law, so ``due`` stays empty.
``CID_LOI_CIBLE`` is not read: whether it names the law or the decree is documented nowhere.
"""

from __future__ import annotations

import re
from datetime import date
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from indicators.register.model import State
from indicators.scores.measures_csv import ListedLaw, ListedMeasure, TableError

MOST_BYTES = 20_000_000
"""Far more than a dossier holds; a larger file is none."""

MONTHS = (
    "janvier", "février", "mars", "avril", "mai", "juin",
    "juillet", "août", "septembre", "octobre", "novembre", "décembre",
)  # fmt: skip

_DAY = rf"(\d{{1,2}})(?:er)?(?:/(\d{{1,2}})/|\s+({'|'.join(MONTHS)})\s+)(\d{{4}})"
_NUMBERED = rf"n\s?[°ºo]\s*(\d{{2,4}}-\d+)\s+du\s+{_DAY}"
_TITLE = re.compile(rf"(?:loi|ordonnance)(?:\s+organique|\s+constitutionnelle)?\s+{_NUMBERED}")
_REFERENCE = re.compile(rf"{_NUMBERED}|\barrêté()\s+du\s+{_DAY}")
_A_DAY = re.compile(_DAY)
_ANNOUNCED = re.compile(r"(?:publication|parution|décret|arrêté|objectif)s?\b.*(?:envisagé|prévu|objectif)|objectif\b")
_DOUBT = re.compile(
    r"envisag|prévu(?!e?s? (?:à|au|aux|par)\b)|projet|annul|abrog|paraître|attente|cours d|objectif|report|partiel|"
    r"publication|sauf|second|autre|reste|éventuel|déjà|nécessaire|\b(?:pas|plus|non|sans|avant)\b|sous réserve|modifié"
)
"""Words beside a reference that leave open whether the measure is met, or since when."""
_REFUSED = re.compile(r"\b(?:pas|plus|non|sans|abandonn\w*)\b")
"""Words that turn an announcement into something else."""


def read_dole(content: bytes, where: str = "dossier.xml") -> ListedLaw:
    """The law of one dossier with its measures, known until the day of the schedule's last update.

    The law's id is its number. A dossier without a schedule, or with an empty one, has no complete list
    and gives no rate.
    Raises TableError for XML that is none or declares entities, for a title without a law's number
    and day, and for a schedule without the day of its last update.
    """
    root = _parsed(content, where)
    title = _text(root, ".//META_DOSSIER_LEGISLATIF/TITRE")
    found = _TITLE.match(title.lower()) or _TITLE.match(_text(root, ".//CONTENU/LIBELLE_TEXTE_1").lower())
    adopted = _day(found.groups()[1:]) if found is not None else None
    if found is None or adopted is None:
        what = f"{title[:80]!r} names no law with its number and day"
        raise TableError(where, 1, "TITRE", what, "give the dossier of a law that was promulgated")
    schedule = root.find(".//CONTENU/ECHEANCIER")
    if schedule is None:
        return ListedLaw(found[1], adopted, (), complete=False)
    updated = (schedule.get("derniere_maj") or "").strip()
    try:
        known_until = date.fromisoformat(updated)
    except ValueError as error:
        what = f"{updated!r} is no day" if updated else "the schedule does not say when it was last updated"
        raise TableError(where, 1, "derniere_maj", what, "give it as 2018-12-31") from error
    measures = tuple(_measure(line, adopted, known_until) for line in schedule.findall("LIGNE"))
    return ListedLaw(found[1], adopted, measures, complete=bool(measures), known_until=known_until)


def _parsed(content: bytes, where: str) -> Element:
    if len(content) > MOST_BYTES:
        what = f"{len(content):,} bytes are more than a dossier holds"
        raise TableError(where, 1, "file", what, "give one dossier a file")
    try:
        root: Element = fromstring(content)
    except DefusedXmlException as error:
        raise TableError(where, 1, "file", "it declares entities", "give the file as it was published") from error
    except ParseError as error:
        raise TableError(where, error.position[0], "file", f"it is no XML ({error})", "fetch it anew") from error
    if root.tag != "DOSSIER_LEGISLATIF":
        what = f"the root is {root.tag}"
        raise TableError(where, 1, "file", what, "give a file of DOLE, which begins with DOSSIER_LEGISLATIF")
    return root


def _measure(line: Element, adopted: date, known_until: date) -> ListedMeasure:
    text = _text(line, "DECRET").lower()
    days = [_day(m.groups()[1:5] if m[1] else m.groups()[6:]) for m in _REFERENCE.finditer(text)]
    met = max((d for d in days if d is not None), default=None) if None not in days else None
    rest = _REFERENCE.sub(" ", text)
    state, fulfilled = State.UNKNOWN, None
    if text.startswith(("décret", "arrêté")) and met is not None and not (_DOUBT.search(rest) or _A_DAY.search(rest)):
        if met <= known_until:
            fulfilled = met
            state = State.PUBLISHED if met >= adopted else State.SATISFIED_BY_EXISTING_ACT
    elif not days and _announced(text, planned=bool(_text(line, "DATE_PREVUE"))):
        state = State.ANNOUNCED
    kind = "order" if text.startswith("arrêté") else "decree"
    return ListedMeasure(_text(line, "ARTICLE"), kind, None, fulfilled, state, deferred=False)


def _announced(text: str, *, planned: bool) -> bool:
    if not text:
        return planned
    return _ANNOUNCED.match(text) is not None and not _REFUSED.search(text)


def _day(parts: tuple[str | None, ...]) -> date | None:
    """A day from its number, the month in digits or in letters, and the year; None where there is no such day."""
    number, digits, name, year = parts
    month = int(digits) if digits else MONTHS.index(name or "") + 1
    try:
        return date(int(year or 0), month, int(number or 0))
    except ValueError:
        return None


def _text(parent: Element, path: str) -> str:
    """The text of a descendant in one line; empty where there is none."""
    found = parent.find(path)
    return "" if found is None else " ".join("".join(found.itertext()).split())
