"""Documents of every kind for the tests of this room, each made once."""

from __future__ import annotations

from functools import cache

from reports.model import Edition
from reports.render import render_pdf
from tests.reports import synthetic_edition as synthetic

KINDS = {
    "scored": lambda: synthetic.law_edition(),
    "one_indicator": lambda: synthetic.law_edition(indicators=1, measures=0, completeness="not_read", regions=0),
    "no_target": lambda: synthetic.law_edition(
        targets=False, indicators=3, measures=5, completeness="partial", regions=0
    ),
    "no_data": lambda: synthetic.law_edition(
        data=False, measures=0, completeness="not_read", regions=0, findings=1, pillars=3
    ),
    "bounds": lambda: synthetic.law_edition(bounds=True, sign=-1.0),
    "long": lambda: synthetic.law_edition(long=True, indicators=60, measures=300, pillars=7, findings=40, said=True),
    "negative": lambda: synthetic.law_edition(sign=-1.0, indicators=5),
    "titles": lambda: synthetic.at_length(synthetic.law_edition(indicators=7, measures=12, said=True)),
    "overview": lambda: synthetic.overview_edition(12),
}
LAWS = tuple(kind for kind in KINDS if kind != "overview")


@cache
def edition(kind: str) -> Edition:
    """The invented edition of a kind."""
    return KINDS[kind]()


@cache
def pdf(kind: str, lang: str) -> bytes:
    """Its document in a language."""
    return render_pdf(edition(kind), lang)
