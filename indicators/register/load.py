"""Reading the register from its folder: every problem with file, line and remedy."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from pydantic import BaseModel, TypeAdapter, ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from indicators.register.model import Law, Profile, Region, SeriesRef, SourceInfo
from indicators.register.rules import Finding, cross_file_findings, law_findings

CODE_LISTS = ("profile.yaml", "sources.yaml", "regions.yaml")
"""Files of a country that are not laws; every other ``*.yaml`` beside them is a law."""


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """Something in a register file that must be mended, with its place."""

    file: str
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.message}"


class RegisterError(ValueError):
    """The register cannot be used; ``problems`` says where and why."""

    def __init__(self, problems: list[Problem]):
        self.problems = sorted(problems)
        super().__init__("\n".join(str(p) for p in self.problems))


@dataclass(frozen=True)
class Register:
    """Everything under one country's folder, and the hash that names this version of it."""

    root: Path
    laws: tuple[Law, ...]
    profile: Profile
    sources: dict[str, SourceInfo]
    regions: dict[str, Region]
    version: str
    law_hashes: dict[str, str]

    def law(self, law_id: str) -> Law:
        """The law with this id; LookupError names the ids that exist."""
        for law in self.laws:
            if law.id == law_id:
                return law
        known = ", ".join(law.id for law in self.laws)
        raise LookupError(f"no law {law_id!r} in {self.root}; there are: {known}")

    @cached_property
    def series(self) -> dict[str, SeriesRef]:
        """Every series of every law by id."""
        return {s.id: s for law in self.laws for s in law.series}


def load_register(root: Path) -> Register:
    """The register of one country, e.g. ``laws/kz``; RegisterError lists every problem."""
    register, problems = _read(root)
    if register is None or problems:
        raise RegisterError(problems)
    return register


def load_sources(root: Path) -> dict[str, SourceInfo]:
    """The sources of one country alone, without reading a law; RegisterError as above."""
    problems: list[Problem] = []
    sources = _document(root / "sources.yaml", list[SourceInfo], problems)
    if problems:
        raise RegisterError(problems)
    return {source.id: source for source in sources}


def lint(root: Path) -> list[Problem]:
    """Every problem of the register, in file and line order; empty where it is sound."""
    return sorted(_read(root)[1])


def json_schema() -> dict[str, Any]:
    """JSON Schema of a law file, for editors."""
    return Law.model_json_schema()


def _read(root: Path) -> tuple[Register | None, list[Problem]]:
    problems: list[Problem] = []
    if not root.is_dir():
        return None, [Problem(str(root), 1, "no such folder: name the folder of a country's register")]
    profile = _document(root / "profile.yaml", Profile, problems)
    sources = _document(root / "sources.yaml", list[SourceInfo], problems)
    regions = _document(root / "regions.yaml", list[Region], problems)
    laws: list[tuple[Path, Law, Any]] = []
    digest = hashlib.sha256()
    hashes: dict[str, str] = {}
    for name in CODE_LISTS:
        if (root / name).is_file():
            digest.update((root / name).read_bytes())
    paths = sorted(path for path in root.glob("*.yaml") if path.name not in CODE_LISTS)
    if not paths:
        problems.append(Problem(str(root), 1, "no law files: add one, see docs/adding-a-law.md"))
    for path in paths:
        body = path.read_bytes()
        digest.update(body)
        tree, law = _parsed(path, Law, problems)
        if law is None:
            continue
        hashes[law.id] = hashlib.sha256(body).hexdigest()
        if path.stem != law.id:
            problems.append(Problem(str(path), 1, f"the file is to be named {law.id}.yaml after the law's id"))
        problems.extend(_placed(path, tree, law_findings(law)))
        laws.append((path, law, tree))
    if profile is None or sources is None or regions is None:
        return None, problems
    places = {law.id: (path, tree) for path, law, tree in laws}
    for law_id, finding in cross_file_findings([law for _, law, _ in laws], profile, sources, regions):
        path, tree = places[law_id]
        problems.extend(_placed(path, tree, [finding]))
    register = Register(
        root=root,
        laws=tuple(law for _, law, _ in laws),
        profile=profile,
        sources={s.id: s for s in sources},
        regions={r.code: r for r in regions},
        version=digest.hexdigest(),
        law_hashes=hashes,
    )
    return register, problems


def _document(path: Path, shape: Any, problems: list[Problem]) -> Any:
    if not path.is_file():
        problems.append(Problem(str(path), 1, "file is missing: every country's register has one"))
        return None
    return _parsed(path, shape, problems)[1]


def _parsed(path: Path, shape: Any, problems: list[Problem]) -> tuple[Any, Any]:
    try:
        tree = YAML(typ="rt").load(path.read_text(encoding="utf-8"))
    except UnicodeDecodeError as error:
        problems.append(Problem(str(path), 1, f"not UTF-8 text (byte {error.start}): save the file as UTF-8"))
        return None, None
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        problems.append(Problem(str(path), (mark.line + 1) if mark else 1, f"not YAML: {error.problem}"))
        return None, None
    except YAMLError as error:
        problems.append(Problem(str(path), 1, f"not YAML: {error}"))
        return None, None
    try:
        value = TypeAdapter(shape).validate_python(_plain(tree))
    except ValidationError as error:
        for item in error.errors(include_url=False):
            where = ".".join(str(part) for part in item["loc"]) or "file"
            message = f"{where}: {_gentle(item)}"
            problems.append(Problem(str(path), _line(tree, item["loc"]), message))
        return tree, None
    return tree, value


def _gentle(item: Any) -> str:
    kind, given = item["type"], item.get("input")
    if kind == "extra_forbidden":
        return "unknown field: check its spelling against `oryndau laws schema`"
    if kind == "missing":
        return "missing: this field is required"
    text = item["msg"].removeprefix("Value error, ")
    return f"{text} (found {given!r})" if isinstance(given, str | int | float) else text


def _plain(node: Any) -> Any:
    """Plain Python containers, so that the model never sees the YAML library's own types."""
    if isinstance(node, dict):
        return {str(key): _plain(value) for key, value in node.items()}
    if isinstance(node, list):
        return [_plain(value) for value in node]
    return node


def _line(tree: Any, loc: tuple[Any, ...]) -> int:
    """Line of the deepest part of ``loc`` that stands in the file."""
    line, node = 1, tree
    for part in loc:
        if isinstance(node, CommentedMap) and part in node:
            line = node.lc.key(part)[0] + 1
        elif isinstance(node, CommentedSeq) and isinstance(part, int) and part < len(node):
            line = node.lc.item(part)[0] + 1
        else:
            break
        node = node[part]
    return line


def _placed(path: Path, tree: Any, findings: Iterable[Finding]) -> Iterator[Problem]:
    for finding in findings:
        yield Problem(str(path), _line(tree, finding.loc), finding.message)


def dump(model: BaseModel) -> dict[str, Any]:
    """A model as JSON-ready data, without the fields that say nothing."""
    return model.model_dump(mode="json", exclude_none=True)
