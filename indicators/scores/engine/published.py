"""Published methods that come with the engine, as files beside this module."""

from __future__ import annotations

from importlib import resources
from typing import Any

from indicators.scores.engine.errors import MethodError
from indicators.scores.engine.method import Method, method_from, read_mapping, read_method

METHODS = ("hdi", "sdg_index")


def published(name: str, **parts: Any) -> Method:
    """A published method by name; ``parts`` give what the file leaves to the data.

    The SDG Index takes ``indicators`` and ``groups``. Raises KeyError for an unknown name and
    MethodError where a part is missing.
    """
    if name not in METHODS:
        raise KeyError(f"no published method {name!r}: choose from {', '.join(METHODS)}")
    file = resources.files("indicators.scores.engine") / "methods" / f"{name}.yaml"
    return read_method(file.read_text(encoding="utf-8"), f"{name}.yaml", **parts)


def read_any(text: str, where: str = "method.yaml") -> Method:
    """A method from YAML text, complete or as the parts that a published one leaves to the data.

    The latter names it in a field ``published`` beside its own ``indicators`` and ``groups``. Raises
    MethodError with the place.
    """
    data = read_mapping(text, where)
    name = data.pop("published", None)
    if name is None:
        return method_from(data, where)
    if name not in METHODS:
        raise MethodError(f"{where}.published", f"no method {name!r}", f"name one of {', '.join(METHODS)}")
    return published(name, **data)
