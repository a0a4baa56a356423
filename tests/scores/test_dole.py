"""French schedules as the plain table; every dossier here is synthetic and says so in its title."""

from __future__ import annotations

from datetime import date

import pytest

from indicators.register.model import State
from indicators.scores.dole import read_dole
from indicators.scores.listed_rates import rate_json
from indicators.scores.measures_csv import TableError
from indicators.scores.perimeters import FR_GOVERNMENT, FR_SENATE

TITLE = "LOI n° 2097-1 du 1er janvier 2097 relative à un exemple (synthetic)"


def dossier(*lines: str, updated: str = "2098-06-30", title: str = TITLE) -> bytes:
    rows = "".join(f"<LIGNE><NUMERO_ORDRE>{n}</NUMERO_ORDRE>{line}</LIGNE>" for n, line in enumerate(lines, start=1))
    schedule = f'<ECHEANCIER derniere_maj="{updated}">{rows}</ECHEANCIER>'
    meta = f"<META><META_DOSSIER_LEGISLATIF><TITRE>{title}</TITRE></META_DOSSIER_LEGISLATIF></META>"
    body = f"<DOSSIER_LEGISLATIF>{meta}<CONTENU>{schedule}</CONTENU></DOSSIER_LEGISLATIF>"
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{body}'.encode()


def line(decree: str, planned: str = "") -> str:
    return f"<ARTICLE>Article 1</ARTICLE><DECRET>{decree}</DECRET><DATE_PREVUE>{planned}</DATE_PREVUE>"


@pytest.mark.parametrize(
    ("decree", "state", "day"),
    [
        ("Décret n° 2097-167 du 7/03/2097", State.PUBLISHED, date(2097, 3, 7)),
        ("Décret en Conseil d'État n°2097-167 du 1er mars 2097", State.PUBLISHED, date(2097, 3, 1)),
        ("Décrets n° 2097-1 du 7/03/2097 et n° 2097-2 du 9/03/2097", State.PUBLISHED, date(2097, 3, 9)),
        ("Décret n° 2097-1 du 7/03/2097 relatif au registre prévu à l'article 3", State.PUBLISHED, date(2097, 3, 7)),
        ("Arrêté du 12 avril 2097", State.PUBLISHED, date(2097, 4, 12)),
        ("Décret n° 2090-1 du 7/03/2090", State.SATISFIED_BY_EXISTING_ACT, date(2090, 3, 7)),
        ("Publication envisagée en juin 2098", State.ANNOUNCED, None),
        ("Publication éventuelle envisagée en juillet 2098", State.ANNOUNCED, None),
        ("Objectif de publication : 31/12/2098", State.ANNOUNCED, None),
    ],
)
def test_references_are_met_and_announcements_are_open(decree: str, state: State, day: date | None) -> None:
    measure = read_dole(dossier(line(decree))).measures[0]
    assert (measure.state, measure.fulfilled) == (state, day)
    assert measure.kind == ("order" if decree.startswith("Arrêté") else "decree")


@pytest.mark.parametrize(
    "decree",
    [
        "",
        "Déjà appliquée par arrêté du 3 mars 2096",
        "Publication n'est pas nécessaire",
        "Publication plus envisagée",
        "Décret du 7/03/2097",
        "Décret n° 2097-167",
        "Décret n° 2097-167 du 31/02/2097",
        "Décret n° 2097-167 du 7/03/2099",
        "Décret n° 2097-167 du 7/03/2097 annulé",
        "Décret n° 2097-167 du 7/03/2097 ; publication d'un second décret envisagée en juin 2098",
        "Arrêtés du 12/04/2097 et du 15/09/2097",
        "Projet de décret n° 2097-167 du 7/03/2097",
    ],
)
def test_what_a_text_leaves_open_is_unknown_and_makes_the_rate_bounds(decree: str) -> None:
    law = read_dole(dossier(line("Décret n° 2097-1 du 2/02/2097"), line(decree)))
    assert (law.measures[1].state, law.measures[1].fulfilled) == (State.UNKNOWN, None)
    found = rate_json([law], FR_SENATE, date(2098, 1, 1))
    assert (found["rate"], found["rate_low"], found["rate_high"]) == (None, 0.5, 1.0)


def test_a_planned_day_alone_is_an_announcement_and_no_deadline() -> None:
    measure = read_dole(dossier(line("", planned="2098-01-01"))).measures[0]
    assert (measure.state, measure.due) == (State.ANNOUNCED, None)


def test_a_schedule_says_nothing_of_what_came_after_it() -> None:
    """The measure is censored on the last day of the list, years before the cut-off that was asked for."""
    law = read_dole(dossier(line("Décret n° 2097-1 du 31/01/2097"), line("Publication envisagée"), line("Objectif")))
    found = rate_json([law], FR_GOVERNMENT, date(2104, 1, 1))
    row = found["by_law"][0]
    assert (row["law"], row["cutoff"], row["known_until"]) == ("2097-1", "2098-06-30", "2098-06-30")
    assert (row["fulfilled"], row["expected"]) == (1, 3)
    assert found["delay"]["km_median"] is None
    assert found["delay"]["out_by_month"]["12"] == {"out": 1, "of": 3}
    assert found["delay"]["out_by_month"]["24"] == {"out": 0, "of": 0}


def test_a_dossier_without_a_schedule_gives_no_rate() -> None:
    bare = dossier().replace(b'<ECHEANCIER derniere_maj="2098-06-30"></ECHEANCIER>', b"")
    for content in (bare, dossier()):
        assert rate_json([read_dole(content)], FR_SENATE, date(2099, 1, 1))["left_out"] == 1


ENTITIES = b'<!DOCTYPE d [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><DOSSIER_LEGISLATIF>&b;</DOSSIER_LEGISLATIF>'


@pytest.mark.parametrize(
    ("content", "column"),
    [
        (ENTITIES, "file"),
        (b"<DOSSIER_LEGISLATIF><META>", "file"),
        (b"law,kind\n", "file"),
        (b"<ARTICLE/>", "file"),
        (dossier(line("x"), title="Projet de loi ratifiant l'ordonnance n° 2096-1 du 3 mai 2096"), "TITRE"),
        (dossier(line("x"), title="LOI n° 2097-1 du 31 juin 2097"), "TITRE"),
        (dossier(line("x"), updated=""), "derniere_maj"),
        (dossier(line("x"), updated="30/06/2098"), "derniere_maj"),
        (b" " * 20_000_001, "file"),
    ],
)
def test_a_file_that_is_no_schedule_is_named(content: bytes, column: str) -> None:
    with pytest.raises(TableError, match="synthetic-dossier") as error:
        read_dole(content, "synthetic-dossier.xml")
    assert error.value.column == column
