"""The Edition: all that a report says, as plain data without a language.

An edition is a pure function of (register version, method version, reference date, knowledge date)
and, where one was published for the quarter before, of that edition. Its canonical JSON is attached to
every PDF made of it, and the SHA-256 of that JSON is its identity. Rendering reads an edition and a
language, and nothing else.
"""

from __future__ import annotations

import hashlib
import json
import re
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from indicators.register.markdown import Block
from indicators.register.model import Text
from reports.reckoning import Arithmetic, ScoreChange, Uncertainty

LANGUAGES = ("kk", "ru", "en")
EDITION_FORMAT: Literal["oryndau-edition-1"] = "oryndau-edition-1"
EDITION_ID = re.compile(
    r"^[A-Z]{2}-[A-Za-z0-9_-]{1,100}/[0-9]{4}-(?:Q[1-4]|[0-9]{2}(?:-[0-9]{2})?)(?:\.k[0-9]{8})?(?:\.r[1-9][0-9]*)?$"
)
"""An edition's id is also its folder: country, law or committee, period, day of knowledge, number of the correction."""

EditionId = Annotated[str, StringConstraints(pattern=EDITION_ID.pattern)]


class Data(BaseModel):
    """Frozen and closed."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class NumberArg(Data):
    """A number to be printed: half up to ``decimals``, in the unit's own words."""

    type: Literal["number"] = "number"
    value: float
    decimals: int
    unit: Literal["none", "percent", "points", "percentage_points", "own"] = "none"
    unit_name: Text | None = None  # where unit is "own"
    signed: bool = False


class CountArg(Data):
    """A whole number that governs a plural."""

    type: Literal["count"] = "count"
    value: int


class PeriodArg(Data):
    """A period in ISO text."""

    type: Literal["period"] = "period"
    value: str


class DateArg(Data):
    type: Literal["date"] = "date"
    value: date


class TextArg(Data):
    """A text of the register in its languages."""

    type: Literal["text"] = "text"
    value: Text


class WordArg(Data):
    """A word of the catalogue, named by its key (a status, a reason, a kind of act)."""

    type: Literal["word"] = "word"
    key: str


Argument = Annotated[NumberArg | CountArg | PeriodArg | DateArg | TextArg | WordArg, Field(discriminator="type")]


class Message(Data):
    """A sentence of the catalogue and what fills it; rendered by ``reports.language``."""

    key: str
    args: dict[str, Argument] = {}


class Finding(Data):
    """One citable statement; ``id`` is ``§n`` within the edition and never changes."""

    id: str
    sentence: Message
    figure: Message | None = None  # the few characters set large: "9 / 12", "92.6%", "31.4 → 33.0"
    importance: int  # 1 headline, 2 to quote, 3 supporting
    kind: str  # status, by_laws, milestone, target_lowered, no_target, no_data, cross_check, quality …
    indicator: str | None = None
    period: str | None = None
    sources: tuple[str, ...] = ()  # S01, S02 …


class CorrectedPeriod(Data):
    period: str
    published: tuple[str, ...]  # every value as the source published it
    used: tuple[float, ...]  # none where it was taken out


class CorrectionRow(Data):
    """A known error of a source that was corrected before the checks."""

    id: str
    action: str  # drop, override, scale, flag
    area: str
    periods: tuple[CorrectedPeriod, ...]
    status: str | None
    reason: Text
    reported_to: Text | None
    reported_on: date | None
    source: Text
    verification: str


class OverrideRow(Data):
    """A check that the law file changes for a series, and why."""

    check: str
    skip: bool
    severity: str | None
    usual_severity: str
    bound: float | None
    usual_bound: float | None
    reason: Text


class DecisionRow(Data):
    """Who released a batch that the checks had refused, when, why, and in spite of what."""

    by: str
    at: str  # ISO, UTC
    reason: str
    checks: tuple[str, ...]


class SourceRow(Data):
    """A series, its vintage and the raw bytes it came from, as S01, S02 … on the page."""

    id: str
    series: str
    title: Text
    source: str
    owner: Text
    licence: str
    dataset: str
    vintage: str
    known_from: date
    retrieved: date | None = None
    raw_sha256: str
    url: str | None = None
    published_unit: Text | None = None  # the source's own unit, where the report converts it
    checks_passed: int
    checks_total: int
    grade: str
    warnings: tuple[Message, ...] = ()
    quarantined: bool = False  # a newer batch was refused; the last good vintage is shown
    stale: bool = False
    corrections: tuple[CorrectionRow, ...] = ()
    overrides: tuple[OverrideRow, ...] = ()
    released: DecisionRow | None = None
    evidence: Annotated[str, Field(pattern=r"^evidence/[A-Za-z0-9_.-]+\.html$")] | None = None  # page of its checks


class HistoryPoint(Data):
    period: str
    value: float
    flag: str = ""
    revised_from: float | None = None  # value in the vintage before


class RegionValue(Data):
    code: str
    name: Text
    value: float | None
    existed: bool = True


class TargetRow(Data):
    """A target with its document; superseded ones stay and print with their successor."""

    id: str
    period: str
    value: float | None
    change_percent: float | None = None
    base_period: str | None = None
    document: Text
    document_date: date | None = None
    verification: str
    superseded_by: str | None = None
    mark: str | None = None  # achieved, missed, pending, no_data
    scored: bool
    reason: Text | None = None  # why it is not scored


class CrossCheckRow(Data):
    title: Text
    period: str | None
    value: float | None
    own_value: float | None
    relative_difference: float | None  # of the other value to the own one: below 0 where the other is smaller
    agrees: bool | None
    difference: Text
    source: str  # S0n


class TrendRow(Data):
    """What the method that the register names for an indicator says; it gives the status."""

    method: str  # cagr_ratio, sdsn_arrow, unstat_projection, weather
    trend: str
    number: float | None
    fallback: str | None  # why the path stood in


class IndicatorRow(Data):
    """One indicator as the tables and charts show it."""

    number: str  # 1.1
    id: str
    pillar: str
    title: Text
    why: Text
    unit: Text | None
    percentage: bool
    direction: str
    decimals: int
    weight: float
    period: str | None
    value: float | None
    flag: str
    baseline_period: str | None
    baseline: float | None
    target_period: str | None
    target: float | None
    needed_value: float | None
    attainment: float | None
    needed: float | None
    ratio: float | None
    status: str
    reason: str | None
    reason_text: Text | None = None  # the register's own words, where it has them
    stale: bool
    ended: bool
    recent_pace: float | None
    needed_pace: float | None
    acceleration: float | None
    turn_round: bool
    trend: TrendRow | None = None  # None: the status follows from the path
    standard_error: float | None = None  # of the latest value, from the series' own revisions
    comparable: bool = True  # False: years compare poorly, no change is stated
    caveat: Text | None = None  # what must be said with the status
    grade: str | None
    source: str | None  # S0n
    path: tuple[tuple[str, float], ...] = ()
    history: tuple[HistoryPoint, ...] = ()
    breaks: tuple[tuple[str, Text], ...] = ()
    targets: tuple[TargetRow, ...] = ()
    cross_checks: tuple[CrossCheckRow, ...] = ()
    regions: tuple[RegionValue, ...] = ()
    regions_period: str | None = None


class PillarRow(Data):
    id: str
    number: int
    title: Text
    weight: float
    score: float | None
    needed: float | None
    low: float | None
    high: float | None
    status: str
    coverage: float | None
    covered: int
    children: int
    not_scorable: int
    quality: str | None
    previous_score: float | None = None


class MeasureRow(Data):
    id: str
    title: Text
    provisions: tuple[Text, ...]
    kind: str
    responsible: Text
    state: str
    clock: str
    fulfilled: bool
    counted: bool
    act_id: str | None
    act_label: str | None  # "№ 466"
    adopted: date | None
    delay_days: int | None
    due: date | None
    verification: str
    url: str | None = None
    note: str | None = None


class Change(Data):
    """One difference from the previous edition and its cause."""

    cause: Literal["new_period", "revision", "register", "method"]
    indicator: str | None
    message: Message


class StatementRow(Data):
    """What the staff or a body that was asked say of the law, in their own words; no figure rests on it.

    A reply without ``day`` had not come by the edition's knowledge date.
    """

    id: str  # Z090000165_/2026-07-03-pace: law and file
    kind: Literal["comment", "reply"]
    author: Text
    day: date | None  # written, or received
    requested: date | None = None
    due: date | None = None
    about: Literal["law", "finding", "absent"]  # absent: a finding that this edition does not make
    finding: str | None = None  # §n
    texts: dict[str, tuple[Block, ...]]


class Replaces(Data):
    """The edition in whose place a corrected one stands; its own pages stay as they were."""

    edition: EditionId
    sha256: str
    on: date
    causes: tuple[Literal["figures", "register", "laws", "method", "program"], ...]
    reason: Text | None = None  # in the words of the staff


class LawEdition(Data):
    """Everything a scorecard of one law says."""

    format: Literal["oryndau-edition-1"] = EDITION_FORMAT
    kind: Literal["law"] = "law"
    id: EditionId  # KZ-Z090000165_/2026-Q3
    country: str
    parliament: Text
    law: str
    law_kind: str
    number: str
    adopted: date
    title: Text
    short_title: Text
    identity_verification: str
    in_force: date | None
    in_force_rule: Text | None
    in_force_verification: str
    responsible: tuple[Text, ...]
    enacted_by: Text
    committee: Text | None
    target_date: date | None  # the last target of a scored indicator
    reference_date: date
    as_of: date
    register_version: str
    law_file_sha256: str
    method: str
    previous_edition: EditionId | None
    previous_date: date | None = None  # day of the state compared with
    # The published edition compared with; absent where the state before is recomputed as known on its day. Left out
    # of the JSON then, so that editions made before there was such a field keep their bytes.
    previous_sha256: Annotated[str | None, Field(exclude_if=lambda value: value is None)] = None
    score: float | None
    needed: float | None
    low: float | None
    high: float | None
    status: str
    coverage: float | None
    covered: int
    children: int
    not_scorable: int
    quality: str | None
    previous_score: float | None
    verdict: Message
    verdict_detail: tuple[Message, ...]
    pillars: tuple[PillarRow, ...]
    indicators: tuple[IndicatorRow, ...]
    trajectory: tuple[tuple[str, float | None, float | None], ...]  # year, score, needed
    measures_completeness: str
    measures_expected: int
    measures_fulfilled: int
    measures_unknown: int
    measures_category: str | None
    measures_rate_low: float | None
    measures_rate_high: float | None
    measures_note: Text | None
    measures: tuple[MeasureRow, ...]
    findings: tuple[Finding, ...]
    changes: tuple[Change, ...]
    sources: tuple[SourceRow, ...]
    notes: tuple[Message, ...]
    law_note: Text | None = None
    replaces: Replaces | None = None
    statements: tuple[StatementRow, ...] = ()
    uncertainty: Uncertainty | None = None  # None: no score
    score_change: ScoreChange | None = None  # None: no previous edition, or one of the two has no score
    arithmetic: tuple[Arithmetic, ...] = ()
    evidence: Annotated[str, Field(pattern=r"^[0-9a-f]{12}$")] | None = None  # run of checks, published beside it


class OverviewRow(Data):
    law: str
    edition: EditionId
    title: Text
    status: str
    score: float | None
    needed: float | None
    gap: float | None  # needed - score
    coverage: float | None
    covered: int
    children: int
    not_scorable: int
    quality: str | None
    previous_score: float | None
    measures_completeness: str
    measures_expected: int
    measures_fulfilled: int
    measures_unknown: int
    headline: Message
    fact: Message | None = None  # the figure that stands where there is no score
    sha256: str  # of the law's edition


class OverviewEdition(Data):
    """A committee's laws, sorted by the gap to the needed level."""

    format: Literal["oryndau-edition-1"] = EDITION_FORMAT
    kind: Literal["overview"] = "overview"
    id: EditionId  # KZ-all/2026-Q3
    country: str
    parliament: Text
    committee: Text | None  # None: every law under watch
    reference_date: date
    as_of: date
    register_version: str
    method: str
    counts: dict[str, int]
    rows: tuple[OverviewRow, ...]
    findings: tuple[Finding, ...]
    notes: tuple[Message, ...]
    replaces: Replaces | None = None


Edition = LawEdition | OverviewEdition


def canonical_json(edition: Edition) -> bytes:
    """The edition as JSON bytes that are the same wherever it is written."""
    data = edition.model_dump(mode="json")
    return json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False).encode()


def sha256(edition: Edition) -> str:
    """The identity of an edition."""
    return hashlib.sha256(canonical_json(edition)).hexdigest()


def read_edition(body: bytes | str) -> Edition:
    """An edition from its JSON; ValueError where it is not one."""
    data: Any = json.loads(body)
    kinds: dict[str, type[LawEdition] | type[OverviewEdition]] = {"law": LawEdition, "overview": OverviewEdition}
    if not isinstance(data, dict) or data.get("format") != EDITION_FORMAT or data.get("kind") not in kinds:
        raise ValueError(f"not an edition: expected an object with format {EDITION_FORMAT!r}")
    return kinds[data["kind"]].model_validate(data)
