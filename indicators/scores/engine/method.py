"""A method of a composite as data: tree, parameters and ordered steps; YAML in, JSON out.

A method alone, with a panel, gives a result: nothing that changes a number stands elsewhere.
"""

from __future__ import annotations

import hashlib
import json
from typing import Annotated, Any, Literal

from pydantic import Field, ValidationError, model_validator

from indicators.register import yaml_text
from indicators.register.model import Identifier, Model
from indicators.register.yaml_text import YamlTextError
from indicators.scores.engine.errors import MethodError

Number = Annotated[float, Field(allow_inf_nan=False)]
ByYear = Number | dict[int, Number]
"""A number, or the numbers that hold from each named year on."""

Posts = tuple[Number, Number]
NamedRule = Literal["arithmetic", "geometric", "harmonic"]
Rule = NamedRule | Number
"""A mean by its name, or the exponent of a power mean."""

EXPONENTS: dict[str, float] = {"arithmetic": 1.0, "geometric": 0.0, "harmonic": -1.0}

NormaliseRule = Literal[
    "goalposts",
    "minmax",
    "zscore",
    "percentile_rank",
    "rank",
    "distance_to_target",
    "distance_to_reference",
    "fraction_of_best",
    "none",
]


def exponent(rule: Rule) -> float:
    """Exponent of the power mean that a rule names."""
    return EXPONENTS[rule] if isinstance(rule, str) else float(rule)


class IndicatorNode(Model):
    """A leaf of the tree. Goalposts and target are in the indicator's own unit, lower value first."""

    id: Identifier
    parent: Identifier
    direction: Literal["up", "down"] = "up"
    weight: ByYear = 1.0
    goalposts: Posts | dict[int, Posts] | None = None
    target: ByYear | None = None
    transform: Literal["log"] | None = Field(None, description="natural logarithm of values, goalposts and target")
    mandatory: bool = False


class GroupNode(Model):
    """An aggregate; ``rule`` and ``threshold`` here win over those of the aggregation step."""

    id: Identifier
    parent: Identifier | None = None
    weight: ByYear = 1.0
    rule: Rule | None = None
    threshold: Annotated[float, Field(ge=0, le=1)] | None = None
    mandatory: bool = False


class Impute(Model):
    """Fill gaps; off unless the method names it, and every filled cell is flagged.

    Across units: ``mean``, ``median`` (within ``group`` where one is named), ``row_mean`` (of the
    unit's min-max values, within the indicator's own parent where ``within_parent``). Across years:
    ``latest`` (at most ``max_gap`` years back), ``constant`` (carried forward, then back), ``linear``
    (between neighbours in time, ends held), ``linear_inside`` (between neighbours only).
    """

    step: Literal["impute"] = "impute"
    rule: Literal["mean", "median", "row_mean", "latest", "constant", "linear", "linear_inside"]
    group: str | None = None
    within_parent: bool = False
    max_gap: Annotated[int, Field(ge=1)] | None = None

    @model_validator(mode="after")
    def _fits(self) -> Impute:
        if self.max_gap is not None and self.rule not in ("latest", "constant"):
            raise ValueError("max_gap goes with the rules 'latest' and 'constant'")
        if self.group is not None and self.rule not in ("mean", "median"):
            raise ValueError("group goes with the rules 'mean' and 'median'")
        return self


class Screen(Model):
    """Leave out units with too little data; ``keep`` and ``drop`` overrule it by name."""

    step: Literal["screen"] = "screen"
    least_available: Annotated[float, Field(ge=0, le=1)] | None = None
    least_nonzero: Annotated[float, Field(ge=0, le=1)] | None = None
    keep: tuple[str, ...] = ()
    drop: tuple[str, ...] = ()


class Treat(Model):
    """Tame skewed indicators: winsorise at most so many points, then a logarithm if that is not enough.

    An indicator passes with \\|skewness\\| below ``skew`` or kurtosis below ``kurtosis`` (both
    sample-corrected). Where winsorising does not suffice, its points are given back before the
    logarithm, unless ``combine``.
    """

    step: Literal["treat"] = "treat"
    winsorise: Annotated[int, Field(ge=0)] = 5
    log: Literal["shifted", "signed", "plus_one"] | None = "shifted"
    combine: bool = False
    skew: Annotated[float, Field(gt=0)] = 2.0
    kurtosis: float = 3.5
    scope: Literal["all", "year"] = "year"


class Normalise(Model):
    """Bring indicators to one scale; the direction is applied once, before the formula.

    ``scale``: what worst and best become (goalposts, minmax, ranks and distances). ``clip``: no
    value leaves the scale (goalposts), or exceeds 1 (distances). ``scope``: extremes and moments
    over all years, or year by year. ``overrides``: other rules for single indicators.
    """

    step: Literal["normalise"] = "normalise"
    rule: NormaliseRule
    scale: Posts = (0.0, 100.0)
    clip: bool = True
    scope: Literal["all", "year"] = "all"
    mean: Number = 0.0
    sd: Annotated[float, Field(gt=0, allow_inf_nan=False)] = 1.0
    reference: str | None = Field(None, description="unit that distances are taken to")
    overrides: dict[Identifier, Normalise] = Field(default_factory=dict)


class Aggregate(Model):
    """Means level by level, lowest level first; lists give one entry a level, the last one going on.

    ``basis``: a group's coverage is held against the threshold by ``weight`` (of the leaves behind
    it, as for laws), by ``count`` of its direct children or by count of the ``leaves`` behind it.
    ``stand_in`` names an attribute of units: for the top only, a missing child takes the mean of its
    value over the units of the same attribute (the SDG Index's rule); the child itself stays missing.
    """

    step: Literal["aggregate"] = "aggregate"
    rules: tuple[Rule, ...] = ("arithmetic",)
    thresholds: tuple[Annotated[float, Field(ge=0, le=1)], ...] = (2 / 3,)
    basis: Literal["weight", "count", "leaves"] = "weight"
    stand_in: str | None = None

    @model_validator(mode="after")
    def _filled(self) -> Aggregate:
        if not self.rules or not self.thresholds:
            raise ValueError("rules and thresholds name at least one level")
        return self


Step = Annotated[Impute | Screen | Treat | Normalise | Aggregate, Field(discriminator="step")]


class Method(Model):
    """A versioned method. ``steps`` run in the order given; the last one aggregates."""

    id: Identifier
    version: str
    title: str
    source: str = Field(description="the document that defines the method")
    indicators: tuple[IndicatorNode, ...] = Field(min_length=1)
    groups: tuple[GroupNode, ...] = Field(min_length=1)
    steps: tuple[Step, ...]

    @model_validator(mode="after")
    def _order(self) -> Method:
        kinds = [s.step for s in self.steps]
        if kinds.count("normalise") != 1 or kinds.count("aggregate") != 1 or kinds[-1] != "aggregate":
            raise ValueError("steps hold one 'normalise' and end with the one 'aggregate'")
        if "treat" in kinds[kinds.index("normalise") :]:
            raise ValueError("'treat' comes before 'normalise'")
        return self

    @property
    def normalise(self) -> Normalise:
        """The step that normalises."""
        return next(s for s in self.steps if isinstance(s, Normalise))

    @property
    def aggregate(self) -> Aggregate:
        """The step that aggregates."""
        return next(s for s in self.steps if isinstance(s, Aggregate))


def read_method(text: str, where: str = "method", **parts: Any) -> Method:
    """A method from YAML text; ``parts`` add or replace top-level fields, such as the indicators.

    Raises MethodError with the place for text that is no YAML or no method.
    """
    return method_from({**read_mapping(text, where), **parts}, where)


def read_mapping(text: str, where: str) -> dict[str, Any]:
    """The fields of a YAML text. Raises MethodError for text that is no YAML or no mapping."""
    try:
        data = yaml_text.read(text)
    except YamlTextError as error:
        raise MethodError(where, f"not YAML ({error})", "mend the file") from error
    if not isinstance(data, dict):
        raise MethodError(where, "the top level is no mapping", "begin with id, version, title")
    return data


def method_from(data: dict[str, Any], where: str = "method") -> Method:
    """A method from plain data, as :func:`method_json` gives it. Raises MethodError with the place."""
    try:
        return Method.model_validate(data)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(p) for p in (where, *first["loc"]))
        raise MethodError(place, first["msg"], "mend the field") from error


def method_json(method: Method) -> str:
    """Canonical JSON of a method: every default spelt out, keys in order."""
    return json.dumps(method.model_dump(mode="json"), ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def method_sha256(method: Method) -> str:
    """Identity of a method: the hash of its canonical JSON."""
    return hashlib.sha256(method_json(method).encode()).hexdigest()
