"""Reading the register from its folder: every problem with file, line and remedy."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from indicators.register.corrections import CORRECTIONS_FILE, Correction, correction_findings
from indicators.register.findings import Finding
from indicators.register.model import Law, Profile, Region, SeriesRef, SourceInfo
from indicators.register.parse import Parsed, Problem, parse
from indicators.register.rules import (
    cross_file_findings,
    law_findings,
    profile_findings,
    region_findings,
    source_findings,
)
from indicators.register.statements import Statement, StatementFile, read_statements

__all__ = [
    "CODE_LISTS",
    "Problem",
    "Register",
    "RegisterError",
    "dump",
    "json_schema",
    "lint",
    "load_register",
    "load_sources",
]

CODE_LISTS: dict[str, Any] = {
    "profile.yaml": Profile,
    "sources.yaml": list[SourceInfo],
    "regions.yaml": list[Region],
    CORRECTIONS_FILE: list[Correction],
}
"""Files of a country that are not laws, with their shapes; every other ``*.yaml`` beside them is a law."""


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
    law_versions: dict[str, str]
    """Hash of each law's file with the code lists, its corrections and its statements: another law's change
    leaves it as it is."""
    corrections: tuple[Correction, ...] = ()
    statements: tuple[Statement, ...] = ()

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
    file = _code_list(root, "sources.yaml")
    problems = [*file.problems, *_placed(file, source_findings(file.value or []))]
    if problems:
        raise RegisterError(problems)
    return {source.id: source for source in file.value}


def lint(root: Path) -> list[Problem]:
    """Every problem of the register, in file and line order; empty where it is sound."""
    return sorted(set(_read(root)[1]))


def json_schema() -> dict[str, Any]:
    """JSON Schema of a law file, for editors."""
    return Law.model_json_schema()


def dump(model: BaseModel) -> dict[str, Any]:
    """A model as JSON-ready data, without the fields that say nothing."""
    return model.model_dump(mode="json", exclude_none=True)


def _read(root: Path) -> tuple[Register | None, list[Problem]]:
    if not root.is_dir():
        return None, [Problem(str(root), 1, "no such folder: name the folder of a country's register")]
    lists = {name: _code_list(root, name) for name in CODE_LISTS}
    files = [parse(path, Law) for path in sorted(root.glob("*.yaml")) if path.name not in CODE_LISTS]
    problems = [problem for file in (*lists.values(), *files) for problem in file.problems]
    problems += [
        Problem(str(path), 1, f"files of another suffix are not read: rename it {path.stem}.yaml")
        for path in sorted(root.glob("*.yml"))
    ]
    if not files:
        problems.append(Problem(str(root), 1, "no law files: add one, see docs/adding-a-law.md"))
    laws = [file for file in files if file.value is not None]
    for file in laws:
        if file.path.stem != file.value.id:
            problems.append(
                Problem(str(file.path), 1, f"the file is to be named {file.value.id}.yaml after the law's id")
            )
        problems += _placed(file, law_findings(file.value))
    profile, sources, regions, corrections = (lists[name].value for name in CODE_LISTS)
    if profile is None or sources is None or regions is None or corrections is None:
        return None, problems
    problems += _placed(lists["profile.yaml"], profile_findings(profile))
    problems += _placed(lists["sources.yaml"], source_findings(sources))
    problems += _placed(lists["regions.yaml"], region_findings(regions))
    by_name = {file.path.name: file for file in laws}
    for name, finding in cross_file_findings({n: f.value for n, f in by_name.items()}, profile, sources):
        problems += _placed(by_name[name], [finding])
    series = {s.id: s for file in laws for s in file.value.series}
    problems += _placed(lists[CORRECTIONS_FILE], correction_findings(corrections, series))
    statements = read_statements(root, {file.value.id: file.value for file in laws})
    problems += [problem for entry in statements for problem in entry.problems]
    register = Register(
        root=root,
        laws=tuple(file.value for file in laws),
        profile=profile,
        sources={s.id: s for s in sources},
        regions={r.code: r for r in regions},
        version=_version([*lists.values(), *files], statements),
        law_hashes={file.value.id: hashlib.sha256(file.body).hexdigest() for file in laws},
        law_versions={file.value.id: _law_version(lists, file, corrections, statements) for file in laws},
        corrections=tuple(corrections),
        statements=tuple(entry.statement for entry in statements if entry.statement is not None),
    )
    return register, problems


def _code_list(root: Path, name: str) -> Parsed:
    path = root / name
    if name == CORRECTIONS_FILE and not path.exists():
        return Parsed(path, b"", "", [], ())
    if not path.exists():
        problem = Problem(str(path), 1, "file is missing: every country's register has one")
        return Parsed(path, b"", "", None, (problem,))
    return parse(path, CODE_LISTS[name])


def _version(files: Iterable[Parsed], statements: Iterable[StatementFile] = ()) -> str:
    """Hash over the names and bytes of all files: moving an entry between files is a new version too."""
    digest = hashlib.sha256()
    names = [(file.path.name, file.body) for file in files]
    names += [(f"{entry.law}/{entry.path.name}", entry.body) for entry in statements]
    for name, body in names:
        digest.update(f"{name}\n{hashlib.sha256(body).hexdigest()}\n".encode())
    return digest.hexdigest()


def _law_version(
    lists: Mapping[str, Parsed], law: Parsed, corrections: Sequence[Correction], statements: Sequence[StatementFile]
) -> str:
    """Hash over what one law's page depends on: only the corrections of its own series, only its own statements."""
    shared = [file for name, file in lists.items() if name != CORRECTIONS_FILE]
    own = {series.id for series in law.value.series}
    entries = "\n".join(entry.model_dump_json() for entry in corrections if entry.series in own)
    version = _version([*shared, law], [entry for entry in statements if entry.law == law.value.id])
    return hashlib.sha256(f"{version}\n{entries}".encode()).hexdigest() if entries else version


def _placed(file: Parsed, findings: Iterable[Finding]) -> Iterator[Problem]:
    for finding in findings:
        yield Problem(str(file.path), file.line(finding.loc), finding.message)
