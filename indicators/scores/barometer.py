"""The French National Assembly's barometer of the application of laws, as the plain table of measures.

Two files: laws (``id_legifrance``, ``date_publication``, ``application_directe``,
``mesures_a_appliquer``) and measures (``id_loi``, ``article``, ``objectif_observations``, ``etat``,
``delai_jours`` since the law's publication). A law of which fewer measures are listed than it asks
for has no complete list and gives no rate.
"""

from __future__ import annotations

import csv
from datetime import timedelta
from io import StringIO

from indicators.register.model import State
from indicators.scores.measures_csv import ListedLaw, ListedMeasure, TableError, day

STATES = {
    "appliqué": State.PUBLISHED,
    "en attente d'application": State.NOT_STARTED,
    "sans objet": State.NOT_NEEDED,
}
"""The barometer's words; a fourth one is an error and no guess."""


def read_barometer(
    laws: str, measures: str, laws_name: str = "lois.csv", measures_name: str = "mesures.csv"
) -> tuple[ListedLaw, ...]:
    """Laws with their measures. Raises TableError for an unknown state, law or day, with the line."""
    listed = _measures(measures, measures_name)
    found: list[ListedLaw] = []
    reader = csv.DictReader(StringIO(laws.removeprefix("\ufeff")))
    _columns(reader, laws_name, ("id_legifrance", "date_publication", "mesures_a_appliquer"))
    for row in reader:
        line = reader.line_num
        name = row["id_legifrance"].strip()
        adopted = day(row, "date_publication", laws_name, line)
        if adopted is None:
            raise TableError(laws_name, line, "date_publication", "it is empty", "give the day as 2024-12-31")
        rows = listed.pop(name, [])
        asked = _whole(row["mesures_a_appliquer"], laws_name, line, "mesures_a_appliquer") or 0
        owed = sum(state is not State.NOT_NEEDED for _, _, state, _ in rows)
        measured = tuple(
            ListedMeasure(
                provision=article,
                kind=kind,
                due=None,
                fulfilled=adopted + timedelta(days=delay) if delay is not None else None,
                state=state,
                deferred=False,
            )
            for article, kind, state, delay in rows
        )
        found.append(ListedLaw(name, adopted, measured, complete=owed >= asked))
    if listed:
        stranger = next(iter(listed))
        raise TableError(measures_name, 1, "id_loi", f"{stranger} is not among the laws", f"add it to {laws_name}")
    return tuple(found)


def _measures(text: str, where: str) -> dict[str, list[tuple[str, str, State, int | None]]]:
    """Measures by law: article, kind, state and days from the law's publication to the decree's."""
    reader = csv.DictReader(StringIO(text.removeprefix("\ufeff")))
    _columns(reader, where, ("id_loi", "article", "etat", "delai_jours"))
    rows: dict[str, list[tuple[str, str, State, int | None]]] = {}
    for row in reader:
        line = reader.line_num
        word = row["etat"].strip().lower()
        if word not in STATES:
            raise TableError(where, line, "etat", f"{word!r} is unknown", f"know {', '.join(STATES)}")
        delay = _whole(row["delai_jours"], where, line, "delai_jours")
        if (delay is None) == (STATES[word] is State.PUBLISHED):
            raise TableError(
                where, line, "delai_jours", "a delay goes with an applied measure, and only with one", "mend"
            )
        order = (row.get("objectif_observations") or "").strip().lower().startswith("arrêté")
        rows.setdefault(row["id_loi"].strip(), []).append(
            (row["article"].strip(), "order" if order else "decree", STATES[word], delay)
        )
    return rows


def _columns(reader: csv.DictReader[str], where: str, needed: tuple[str, ...]) -> None:
    absent = [c for c in needed if c not in (reader.fieldnames or ())]
    if absent:
        raise TableError(where, 1, ", ".join(absent), "no such column", "give the barometer's own file")


def _whole(text: str | None, where: str, line: int, column: str) -> int | None:
    text = (text or "").strip()
    if not text:
        return None
    if not text.removeprefix("-").isdigit():
        raise TableError(where, line, column, f"{text!r} is no whole number", "mend the cell")
    return int(text)
