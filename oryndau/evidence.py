"""What is known about one law on one day: read once from the store, then scored and frozen."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

import pandas as pd

from checks.evidence import Proof
from indicators.register.load import Register
from indicators.register.model import Law
from indicators.register.observation import NATION
from indicators.scores.change import law_change
from indicators.scores.confidence import LawUncertainty, difference, law_uncertainty
from indicators.scores.law import score_law
from indicators.scores.result import LawScore
from indicators.scores.revisions import Reliability, release_history, reliability
from indicators.store.store import Store
from oryndau import proof
from oryndau.comparison import Printed
from oryndau.failures import failures
from reports.edition import Provenance, build_law_edition
from reports.model import LawEdition
from reports.reckoning import ScoreChange
from reports.sureness import score_change


@dataclass(frozen=True)
class Evidence:
    """One law's observations and their provenance as known at ``as_of``."""

    register: Register
    store: Store
    law: Law
    as_of: date

    @cached_property
    def series(self) -> list[str]:
        """Ids of the law's series."""
        return [s.id for s in self.law.series]

    @cached_property
    def observations(self) -> pd.DataFrame:
        """Observations of the vintages known at ``as_of``, as the store gives them."""
        return self.store.observations(self.series, self.as_of)

    @cached_property
    def vintages(self) -> dict[str, str]:
        """Id of the vintage that is shown, by series; series without any are absent."""
        shown = self.observations[["series", "vintage"]].drop_duplicates()
        return dict(zip(shown["series"], shown["vintage"], strict=True))

    @cached_property
    def quarantined(self) -> list[str]:
        """Series of which the newest batch known by ``as_of`` was refused."""
        return [refusal.series_id for refusal in self.store.quarantined(self.series, self.as_of)]

    @cached_property
    def proof(self) -> Proof:
        """What the checks found in these vintages, to be published with the edition."""
        return proof.of_law(self.register, self.store, self.law, self.as_of)

    def score(self, at: date) -> LawScore:
        """The score tree at a reference date."""
        down = [f.series for f in failures(self.store, self.series) if f.retry]
        return score_law(self.law, self.observations, at, self.as_of, failed=self.quarantined, down=down)

    @cached_property
    def reliability(self) -> dict[str, Reliability]:
        """What past revisions say of the latest value of each series; nothing of a series never revised."""
        latest = self.observations[(self.observations["area"] == NATION) & self.observations["value"].notna()]
        newest = latest.groupby("series")["period"].max()
        history = release_history(self.store.releases(self.series, self.as_of, NATION))
        found = {str(series): reliability(history[str(series)], period) for series, period in newest.items()}
        return {series: given for series, given in found.items() if given is not None}

    def uncertainty(self, score: LawScore, *, blocks: int = 256) -> LawUncertainty:
        """The draws of a score tree of this evidence; ``blocks`` 0 leaves the sensitivity out."""
        errors = {
            i.id: self.reliability[i.series].relative * abs(i.value)
            for i in score.indicators
            if i.value is not None and i.series in self.reliability
        }
        return law_uncertainty(
            self.law, self.observations, score.reference_date, self.as_of, score=score, errors=errors, blocks=blocks
        )

    def change(self, at: date, before: Evidence) -> ScoreChange | None:
        """Why the score at ``at`` differs from the one that ``before`` gives for its own last day."""
        earlier = before.score(before.as_of)
        return self._change(self.score(at), before, earlier, earlier)

    def _change(self, now: LawScore, before: Evidence, earlier: LawScore, start: LawScore) -> ScoreChange | None:
        """``earlier``: the state before by today's register and method; ``start``: as it was printed, where it was.

        What the register or the method made of the state before is no matter of chance: it shifts the interval.
        """
        if None in (start.total.score, earlier.total.score, now.total.score):
            return None
        interval = difference(before.uncertainty(earlier, blocks=0), self.uncertainty(now, blocks=0))
        if interval is not None:
            shift = (earlier.total.score or 0.0) - (start.total.score or 0.0)
            interval = (interval[0] + shift, interval[1] + shift)
        return score_change(law_change(start, now, rescored=earlier), interval)

    def edition(self, at: date, before: Evidence | None = None, printed: Printed | None = None) -> LawEdition:
        """The edition at a reference date, compared with the law as ``printed`` before, else as recomputed.

        ``before``: what was known of the state before, recomputed at the date of ``printed``, else on its own last day.
        """
        score = self.score(at)
        if before is None:
            return self._edition(score, uncertainty=self.uncertainty(score))
        earlier = before.score(before.as_of if printed is None else printed.edition.reference_date)
        return self._edition(
            score,
            uncertainty=self.uncertainty(score),
            previous=before._edition(earlier) if printed is None else printed.edition,
            published=printed is not None,
            change=self._change(score, before, earlier, earlier if printed is None else printed.tree),
        )

    def _edition(
        self,
        score: LawScore,
        *,
        uncertainty: LawUncertainty | None = None,
        previous: LawEdition | None = None,
        published: bool = False,
        change: ScoreChange | None = None,
    ) -> LawEdition:
        return build_law_edition(
            law=self.law,
            register=self.register,
            score=score,
            reliability=self.reliability,
            uncertainty=uncertainty,
            change=change,
            observations=self.observations,
            revisions=self._revisions(),
            verdicts={series: self._verdict(vintage) for series, vintage in self.vintages.items()},
            provenance={series: self._provenance(vintage) for series, vintage in self.vintages.items()},
            quarantined=self.quarantined,
            previous=previous,
            published=published,
            evidence=self.proof.run,
        )

    def _revisions(self) -> pd.DataFrame:
        frames = [
            revised.assign(series=series)
            for series in self.vintages
            if len(revised := self.store.revisions(series, self.as_of))
        ]
        columns = ["series", "area", "period", "value", "previous"]
        return pd.concat(frames)[columns] if frames else pd.DataFrame(columns=columns)

    def _verdict(self, vintage: str) -> dict[str, Any]:
        verdict = self.store.verdict_of(vintage)
        if verdict is None:
            raise LookupError(f"vintage {vintage} was published without a verdict: run `oryndau check` again")
        return verdict

    def _provenance(self, vintage: str) -> Provenance:
        batch = self.store.batch(vintage)
        first = batch.raw[0]
        return Provenance(
            vintage=vintage,
            known_from=batch.known_from,
            raw_sha256=batch.raw_sha256,
            retrieved=first.retrieved,
            url=first.url,
            evidence=f"{proof.FOLDER}/{self.proof.page_names[vintage]}",
        )
