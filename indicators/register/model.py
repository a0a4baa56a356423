"""The register's model: laws, provisions, measures, acts, indicators and targets as data.

Every fact carries a :class:`Verification` mark. Marks A and B may print as facts (B with its
source named); C and ``open`` print as "to be confirmed" and never enter a rate or a score.
Unknown fields are refused, so that a misspelt key cannot silently lose a fact.
"""

from __future__ import annotations

from datetime import date as Day
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from indicators.register import period as periods

Identifier = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.:/-]*$", max_length=120)]
FolderName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]*$", max_length=90)]
"""An id that is part of a report's path: no dot and no slash."""

Period = Annotated[str, StringConstraints(pattern=r"^\d{4}(-(S[12]|Q[1-4]|0[1-9]|1[0-2]))?$")]
Line = Annotated[str, StringConstraints(min_length=1, max_length=2000, strip_whitespace=True)]


class Model(BaseModel):
    """Frozen, strict about unknown fields."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Text(Model):
    """One text in Kazakh, Russian and English; a missing language falls back to the Russian."""

    kk: Line | None = None
    ru: Line
    en: Line

    def get(self, lang: str) -> str:
        """The text in ``lang``; Russian where there is no Kazakh text yet."""
        return getattr(self, lang) or self.ru


class Verification(StrEnum):
    """How a fact was established, see docs/adding-a-law.md."""

    A = "A"  # read in the act itself
    B = "B"  # read elsewhere; the source is named beside it
    C = "C"  # inferred
    OPEN = "open"  # not found

    @property
    def printable(self) -> bool:
        """True where the fact may be printed as a fact and may be counted."""
        return self in (Verification.A, Verification.B)


class Source(Model):
    """Where a fact was read."""

    title: Text
    date: Day | None = None
    act: str | None = Field(None, description="adilet id of the document, where it is an act")
    urls: tuple[str, ...] = ()
    verification: Verification
    note: str | None = None


class DatedTitle(Model):
    """A title and the day from which the law bears it (None: from adoption)."""

    since: Day | None = None
    text: Text
    verification: Verification


class InForce(Model):
    """When the law takes effect: the rule as the law words it and, if established, the date."""

    date: Day | None = None
    rule: Text | None = None
    verification: Verification


class ResponsibleBody(Model):
    """A body answerable for the law, with the days it held the duty."""

    name: Text
    since: Day | None = None
    until: Day | None = None
    verification: Verification


class Provision(Model):
    """An article, paragraph or annex that imposes a duty or states a goal."""

    id: Identifier
    ref: Text = Field(description="as cited: ст. 6, пп. 5-5) / art. 6 (5-5)")
    repealed: Day | None = Field(None, description="the duty ended; by-laws are no longer required")
    verification: Verification


class State(StrEnum):
    """State of a measure, derived from dated facts (METHOD 2.1)."""

    NOT_STARTED = "not_started"
    DRAFTING = "drafting"
    ANNOUNCED = "announced"
    CONSULTATION = "consultation"
    SIGNED = "signed"
    PUBLISHED = "published"
    IN_FORCE = "in_force"
    SATISFIED_BY_EXISTING_ACT = "satisfied_by_existing_act"
    PARTIALLY_SATISFIED = "partially_satisfied"
    LAPSED = "lapsed"
    NOT_NEEDED = "not_needed"
    ANNULLED = "annulled"
    UNKNOWN = "unknown"


class MeasureFact(Model):
    """A dated fact about a measure; the latest at or before a day gives its state on that day.

    ``date`` None holds from the beginning (used for ``unknown``: not established in the
    sources read, which is no proof that nothing was adopted).
    """

    date: Day | None = None
    state: State
    act: Identifier | None = Field(None, description="id of the act in this file that brought it")
    source: Source | None = None
    verification: Verification
    note: str | None = None


class Measure(Model):
    """An implementing act that a provision calls for: who, what kind, by when."""

    id: Identifier
    provisions: tuple[Identifier, ...] = ()
    title: Text
    kind: Literal["order", "joint_order", "resolution", "decree", "report", "designation", "other"]
    responsible: Text
    due: Day | None = None
    due_source: Source | None = None
    yearly: bool = False
    facts: tuple[MeasureFact, ...]
    verification: Verification = Field(description="of the pairing of provision and measure")
    note: str | None = None


class Act(Model):
    """A legal act that fulfils a measure."""

    id: Identifier = Field(description="adilet id where seen, else an own id in lower case")
    adilet: str | None = None
    adilet_verification: Verification | None = Field(None, description="C: built by rule, not seen")
    kind: Literal["order", "joint_order", "resolution", "decree", "other"]
    number: str | None = None
    dates: tuple[Day, ...] = Field((), description="days of signature; a joint order may bear two")
    registration_number: str | None = None
    registered: Day | None = None
    in_force: Day | None = None
    replaces: tuple[Identifier, ...] = ()
    repealed: Day | None = None
    urls: tuple[str, ...] = ()
    verification: Verification
    note: str | None = None

    @property
    def adopted(self) -> Day | None:
        """Day of the last signature."""
        return max(self.dates) if self.dates else None


class Completeness(StrEnum):
    """Whether every delegation of the law's text was read (METHOD 2.3)."""

    COMPLETE = "complete"
    PARTIAL = "partial"
    NOT_READ = "not_read"


class MeasuresList(Model):
    """What the list of measures is worth: only a complete list gives a rate."""

    completeness: Completeness
    edition: str | None = Field(None, description="edition of the law whose text was read")
    verification: Verification
    note: Text | None = None


class Unit(Model):
    """A unit: its code, its printed name, and where it is to be converted the ``measure`` to do it by."""

    code: str
    name: Text
    percentage: bool = Field(False, description="values are percentages; differences are percentage points")
    measure: Annotated[str, StringConstraints(min_length=1, max_length=80)] | None = Field(
        None, description="the unit in the words of indicators/register/units.txt: GWh, million KZT, person/1e5"
    )


class Break(Model):
    """From this period on the series is not comparable with what lies before."""

    period: Period
    reason: Text


class CheckOverride(Model):
    """What a law file changes in one check of one series, and why."""

    severity: Literal["critical", "warning", "info"] | None = Field(None, description="in place of the usual one")
    bound: float | None = Field(None, ge=0, allow_inf_nan=False, description="in place of the check's usual bound")
    skip: bool = Field(False, description="True: the check is not asked of this series")
    reason: Text = Field(description="printed with every verdict on the series")

    @model_validator(mode="after")
    def _something(self) -> CheckOverride:
        changes = self.severity is not None or self.bound is not None
        if changes == self.skip:
            raise ValueError("states severity or bound, or else skip: true")
        return self


class Redefinition(Model):
    """From a release on, the source gives the whole series, its past too, on another basis.

    Figures of releases before and after it are never compared: what lies between them is no progress.
    """

    seen: Day = Field(description="day from which the first release on the new basis that was read is known")
    basis: Literal["price_base", "unit", "definition", "method"]
    reason: Text
    verification: Verification


class SeriesRef(Model):
    """One time series of one source and how it is to be checked."""

    id: Identifier
    source: Identifier = Field(description="id in sources.yaml")
    dataset: str = Field(description="the source's own id: EG.ELC.RNWX.ZS, 7-2-1, a workbook's name")
    key: dict[str, str] = Field(default_factory=dict, description="values of the source's own dimensions")
    title: Text
    unit: Unit
    frequency: Literal["A", "S", "Q", "M"] = "A"
    regular: bool = Field(True, description="False: a survey without a fixed rhythm; gaps are expected")
    regional: bool = Field(False, description="regions are collected with the national total")
    decimals: int | None = Field(None, ge=0, le=12, description="expected precision; None: as published")
    minimum: float | None = Field(None, description="natural limit, in the source's own unit")
    maximum: float | None = None
    first_period: Period | None = Field(None, description="periods expected from here on")
    publication_lag_months: int = Field(12, ge=0, description="after the end of the period")
    ended: Period | None = Field(None, description="last period that the source will ever publish")
    ended_reason: Text | None = None
    breaks: tuple[Break, ...] = ()
    redefinitions: tuple[Redefinition, ...] = ()
    owner: Text | None = Field(None, description="who published it, where a source gathers series of several owners")
    licence: str | None = Field(None, description="licence of this series, where it differs from its source's")
    growth_rate: bool = Field(False, description="True: the values are themselves growth rates")
    years_comparable: bool = Field(True, description="False: years compare poorly, so no change is ever stated")
    monotonic: Literal["up", "down"] | None = Field(
        None, description="a running total: from period to period it may only rise, or only fall"
    )
    checks: dict[str, CheckOverride] = Field(default_factory=dict, description="by id of the check, see docs")

    @model_validator(mode="after")
    def _limits(self) -> SeriesRef:
        if self.minimum is not None and self.maximum is not None and self.minimum >= self.maximum:
            raise ValueError("minimum must be below maximum")
        return self


class Target(Model):
    """A value due at a date, with the document that set it; it hardly ever stands in the law itself."""

    id: Identifier
    period: Period = Field(description="by the end of this period")
    value: float | None = Field(None, description="absolute target, in the indicator's unit, else the series'")
    change_percent: float | None = Field(None, description="relative target: change against base_period")
    base_period: Period | None = None
    announced: Day | None = Field(None, description="known from this day; None: known throughout")
    superseded_by: Identifier | None = None
    superseded: Day | None = Field(None, description="day from which the successor holds")
    role: Literal["path", "reference"] = Field(
        "path", description="path: scored; reference: printed with its reason, never scored"
    )
    role_reason: Text | None = None
    source: Source

    @model_validator(mode="after")
    def _one_kind(self) -> Target:
        if self.role == "path" and (self.value is None) == (self.change_percent is None):
            raise ValueError("a target on the path states either value or change_percent")
        if self.change_percent is not None and self.role == "path" and self.base_period is None:
            raise ValueError("a relative target needs its base_period")
        if self.role == "reference" and self.role_reason is None:
            raise ValueError("a reference target says in role_reason why it is not scored")
        if (self.superseded_by is None) != (self.superseded is None):
            raise ValueError("superseded_by and superseded go together")
        return self


class Baseline(Model):
    """Where the path starts. The value is read from the series unless the source states its own."""

    period: Period
    value: float | None = None
    source: Source | None = None


class CrossCheck(Model):
    """A second series that should tell the same story; disagreement is a flag, never an average."""

    series: Identifier
    tolerance: float | None = Field(None, gt=0, description="largest relative difference; None: shown only")
    difference: Text = Field(description="how its definition differs")


class Indicator(Model):
    """A statistic that shows whether the law works."""

    id: Identifier
    pillar: Identifier
    title: Text
    why: Text = Field(description="what of the law it measures, and what it does not")
    series: Identifier | None = Field(None, description="None: no series measures it in the sources read")
    no_series_reason: Text | None = None
    unit: Unit | None = Field(
        None, description="unit of targets and report, where no series gives one or the series' unit is converted"
    )
    caveat: Text | None = Field(None, description="what must be said with the status: printed beside the verdict")
    direction: Literal["up", "down", "at"]
    best: float | None = Field(None, description="the point to be at, where direction is 'at'")
    weight: float = Field(1.0, gt=0)
    method: Literal["path", "cagr_ratio", "sdsn_arrow", "unstat_projection", "weather"] = Field(
        "path", description="how the status is judged; the score always measures the way to the target"
    )
    baseline: Baseline | None = None
    targets: tuple[Target, ...] = ()
    cross_checks: tuple[CrossCheck, ...] = ()
    provisions: tuple[Identifier, ...] = ()
    mandatory: bool = False
    max_age_periods: int = Field(3, ge=1)

    @model_validator(mode="after")
    def _whole(self) -> Indicator:
        if (self.series is None) != (self.no_series_reason is not None):
            raise ValueError("an indicator has a series, or else a no_series_reason")
        if (self.direction == "at") != (self.best is not None):
            raise ValueError("direction 'at' goes with 'best'")
        if self.series is None and (self.unit is not None) != any(t.value is not None for t in self.targets):
            raise ValueError("without a series, 'unit' goes with targets that have a value")
        path = [t for t in self.targets if t.role == "path"]
        if path and self.series is not None and self.baseline is None:
            raise ValueError("an indicator with a target on the path needs a baseline")
        if self.baseline is not None:
            for target in path:
                if periods.time(target.period) <= periods.time(self.baseline.period):
                    raise ValueError(
                        f"target {target.id} ({target.period}) is not after its baseline ({self.baseline.period})"
                    )
        return self


class Whole(Model):
    """Series that make up a whole: in every period in which all have a value, the values add up to the total."""

    id: Identifier
    title: Text
    parts: tuple[Identifier, ...] = Field(min_length=2, description="ids of series of this file")
    total: float = Field(100.0, gt=0, allow_inf_nan=False, description="what the parts add up to")
    total_series: Identifier | None = Field(None, description="series that holds the total, in place of a number")
    tolerance: float = Field(0.0, ge=0, lt=1, description="beyond rounding, as a share of the total")
    source: Source = Field(description="where it was read that the parts are all and do not overlap")


class Pillar(Model):
    """A group of indicators. ``instruments`` is fed by the by-laws, the others by statistics."""

    id: Identifier
    title: Text
    weight: float = Field(1.0, gt=0)


class Law(Model):
    """An enacted act under watch."""

    id: FolderName
    kind: Literal["law", "code", "constitutional_law"]
    number: str
    adopted: Day
    enacted_under: Identifier = Field(description="id of the parliament period in profile.yaml")
    titles: tuple[DatedTitle, ...] = Field(min_length=1)
    short_title: Text
    identity_verification: Verification = Field(description="of number, date and articles")
    in_force: InForce
    responsible: tuple[ResponsibleBody, ...] = ()
    committee: Identifier | None = None
    competence_articles: Text | None = None
    provisions: tuple[Provision, ...] = ()
    measures_list: MeasuresList
    measures: tuple[Measure, ...] = ()
    acts: tuple[Act, ...] = ()
    pillars: tuple[Pillar, ...] = Field(min_length=1, max_length=7)
    indicators: tuple[Indicator, ...] = ()
    series: tuple[SeriesRef, ...] = ()
    wholes: tuple[Whole, ...] = ()
    sources: tuple[Source, ...] = ()
    note: Text | None = None

    def title(self, at: Day, lang: str) -> str:
        """Title in force on a day."""
        current = [t for t in self.titles if t.since is None or t.since <= at]
        return (current or list(self.titles))[-1].text.get(lang)


class Chamber(Model):
    """A house of parliament."""

    id: Identifier
    name: Text
    seats: int | None = None


class ParliamentPeriod(Model):
    """The shape of the parliament between two days."""

    id: Identifier
    name: Text
    since: Day | None = None
    until: Day | None = None
    chambers: tuple[Chamber, ...] = Field(min_length=1)
    source: Source


class Committee(Model):
    """A committee that receives reports; configuration of the installation."""

    id: FolderName
    name: Text
    parliament: Identifier
    since: Day | None = None
    until: Day | None = None


class Profile(Model):
    """A parliament: its dated shape and, as configuration, its committees."""

    country: Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")]
    name: Text
    languages: tuple[Literal["kk", "ru", "en"], ...]
    periods: tuple[ParliamentPeriod, ...] = Field(min_length=1)
    committees: tuple[Committee, ...] = ()

    def parliament(self, day: Day) -> ParliamentPeriod:
        """The parliament of a day; LookupError where the profile does not cover it."""
        for entry in self.periods:
            if (entry.since is None or entry.since <= day) and (entry.until is None or day <= entry.until):
                return entry
        raise LookupError(f"profile of {self.country} covers no parliament on {day}")


class SourceInfo(Model):
    """A statistics service or a sender of spreadsheets: who owns it, how it is read."""

    id: Identifier
    protocol: Literal[
        "worldbank_v2",
        "open_sdg",
        "spreadsheet",
        "sdmx_21",
        "sdmx_30",
        "json_stat",
        "unsd_sdg",
        "who_gho",
        "taldau",
        "stat_gov_kz",
        "data_egov_kz",
        "national_bank_kz",
        "sql",
        "csv_form",
    ]
    name: Text
    owner: Text
    base_url: str | None = Field(None, description="None for forms, which arrive as files; never with a password")
    licence: str
    pool_slots: int = Field(2, ge=1)
    requests_per_second: float = Field(1.0, gt=0)
    timeout_seconds: float = Field(45.0, gt=0)
    max_bytes: int = Field(50_000_000, gt=0)
    allowed_hosts: tuple[str, ...] = ()
    updated_after: bool = Field(
        False, description="SDMX: to updatedAfter the service answers 204 or 304 where nothing changed, as was seen"
    )


class Cession(Model):
    """From this day parts of a region's territory belong to other regions."""

    on: Day
    to: tuple[Identifier, ...] = Field(min_length=1, description="codes of the regions that they became")


class Region(Model):
    """A region as the source codes it, with the days it existed and the days on which it grew smaller."""

    code: Identifier
    kato: str | None = Field(
        None, pattern=r"^\d{9}$", description="code in the classifier of administrative-territorial objects"
    )
    name: Text
    since: Day | None = None
    until: Day | None = None
    ceded: tuple[Cession, ...] = ()
    verification: Verification = Field(Verification.OPEN, description="of code and days")
