"""The synthetic register of the benchmarks: what it measures is what the project scores."""

from __future__ import annotations

from datetime import date

import pandas as pd

from benchmarks.register import FIRST, INDICATORS, LAST, REGIONS, national_register
from benchmarks.scores import regional_method, regional_panel
from indicators.register.observation import NATION, OBSERVATION_COLUMNS
from indicators.scores.engine.run import run
from indicators.scores.law import score_law

YEARS = LAST - FIRST + 1
AT, KNOWN = date(LAST, 12, 31), date(LAST + 1, 7, 1)


def test_a_register_has_the_size_it_states_and_can_be_shared_out() -> None:
    whole = list(national_register(range(3)))
    law, observations = whole[2]
    assert list(observations.columns[: len(OBSERVATION_COLUMNS)]) == list(OBSERVATION_COLUMNS)
    assert len(observations) == INDICATORS * (REGIONS + 1) * YEARS
    alone, rows = next(national_register([2]))
    assert score_law(alone, rows, AT, KNOWN) == score_law(law, observations, AT, KNOWN)


def test_a_law_scores_the_same_from_the_rows_of_all_laws_in_any_order() -> None:
    laws = list(national_register(range(3)))
    frames = [rows for _, rows in laws]
    together = pd.concat(frames, ignore_index=True).sample(frac=1, random_state=1)
    for law, rows in laws:
        score = score_law(law, rows, AT, KNOWN)
        assert score == score_law(law, together, AT, KNOWN) and score.total.score is not None


def test_its_regions_are_compared_from_the_same_rows() -> None:
    law, observations = next(national_register([0]))
    panel = regional_panel(observations)
    assert panel.values.shape == (YEARS, REGIONS, INDICATORS)
    row = observations[(observations["area"] != NATION)].iloc[YEARS + 3]
    at = (panel.years.index(int(row["period"])), panel.units.index(row["area"]), 0)
    assert panel.values[at] == row["value"]
    assert run(regional_method(law, panel), panel).scores().min() >= 0
