"""``oryndau sources``: what is read from where, what a service offers, and forms for ministries."""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any
from uuid import uuid4

import typer

from oryndau.options import JSON, print_json
from oryndau.settings import Settings

if TYPE_CHECKING:
    from indicators.register.load import Register
    from indicators.register.model import SeriesRef, SourceInfo

SERIES = Annotated[str, typer.Argument(metavar="SERIES", help="id of a series in the register, e.g. kz-forms/ti-cpi")]

SUFFIXES = {"spreadsheet": ".xlsx", "csv_form": ".csv"}
"""The file that a form of each protocol is."""

SECRETS = {"data_egov_kz": "key", "sql": "password, where the database asks for one"}
"""What must stand in the secrets for a source of each protocol; the others need none."""

sources_app = typer.Typer(no_args_is_help=True, help="The sources: services, databases and senders of forms.")


@sources_app.command("list")
def list_sources(as_json: JSON = False) -> None:
    """Every source: how and where it is read, whether it needs a secret, its newest release, its last failure."""
    from oryndau import pipeline, show

    settings = Settings.from_environment()
    rows = _overview(settings, pipeline.register_of(settings))
    if as_json:
        print_json(rows)
        return
    show.plain_table(rows)
    if settings.known_to is not None:
        typer.echo(f"Read from the archive {settings.samples}; set ORYNDAU_SOURCES=live to ask the sources themselves.")


@sources_app.command("structure")
def structure(
    source: Annotated[str, typer.Argument(metavar="SOURCE", help="id of an SDMX source, or a listed service: OECD")],
    flow: Annotated[str, typer.Argument(metavar="FLOW", help="agency,flow,version, or the flow alone")],
    dimension: Annotated[str | None, typer.Option(metavar="ID", help="All codes of one dimension.")] = None,
    as_json: JSON = False,
) -> None:
    """The dimensions of an SDMX data flow in the order of the key, and their codes. Asks the service now."""
    from indicators.sources.live import LiveTransport
    from indicators.sources.sdmx_structure import structure as read
    from oryndau import show

    settings = Settings.from_environment()
    transport = LiveTransport(kept=settings.home / "kept", secrets=settings.secrets())
    try:
        found = read(_sdmx_source(settings, source), flow, transport)
    finally:
        transport.close()
    if dimension is not None:
        chosen = next((d for d in found.dimensions if d.id == dimension), None)
        if chosen is None:
            raise LookupError(f"no dimension {dimension!r}: it has {', '.join(d.id for d in found.dimensions)}")
        rows = [{"code": code, "name": name} for code, name in chosen.codes.items()]
        print_json(rows) if as_json else show.plain_table(rows)
    elif as_json:
        print_json(asdict(found))
    else:
        typer.echo(f"{found.flow}  {found.name}")
        show.plain_table([_place(n, d.id, d.codes, d.time) for n, d in enumerate(found.dimensions, start=1)])


@sources_app.command("form")
def form(
    series: SERIES,
    out: Annotated[Path, typer.Option(metavar="FILE", help="Where to write it: .xlsx or .csv, as the source reads.")],
) -> None:
    """Write the empty form of a series, for the ministry that sends its figures."""
    from indicators.sources.csv_form import write_csv_template
    from indicators.sources.form import write_template
    from oryndau import pipeline

    settings = Settings.from_environment()
    register = pipeline.register_of(settings)
    ref, source = _of_forms(register, series)
    suffix = SUFFIXES[source.protocol]
    if out.suffix.lower() != suffix:
        raise typer.BadParameter(f"the forms of {source.id} are {suffix} files: name it {out.stem}{suffix}")
    body = write_template(ref, register.regions.values()) if suffix == ".xlsx" else write_csv_template(ref)
    try:
        with out.open("xb") as file:  # never over a form that somebody filled in
            file.write(body)
    except FileExistsError as error:
        raise LookupError(f"{out} exists: name another file, or remove it first") from error
    typer.echo(f"{out}: send it out; when it comes back, run `oryndau sources receive {ref.id} FILE`")


@sources_app.command("receive")
def receive(
    series: SERIES,
    file: Annotated[Path, typer.Argument(metavar="FILE", exists=True, dir_okay=False, help="The form as it came.")],
    replace: Annotated[bool, typer.Option("--replace", help="In place of another form that is in the inbox.")] = False,
    as_json: JSON = False,
) -> None:
    """Check a form that came back, cell by cell, and put it into the inbox, where collecting finds it."""
    from oryndau import pipeline

    settings = Settings.from_environment()
    ref, source = _of_forms(pipeline.register_of(settings), series)
    received = _checked(ref, source, file)
    place = settings.inbox / source.id / f"{ref.dataset}{SUFFIXES[source.protocol]}"
    if place.is_file() and not replace and _sha256(place) != received.sha256:
        raise LookupError(f"{place} holds another form: collect it first, then repeat with --replace")
    place.parent.mkdir(parents=True, exist_ok=True)
    part = place.with_name(f".{place.name}.{uuid4().hex}.part")
    shutil.copyfile(file, part)
    os.replace(part, place)
    told = {**asdict(received), "inbox": str(place)}
    if as_json:
        print_json(told)
    else:
        for name, value in told.items():
            typer.echo(f"{name:8} {value}")


@dataclass(frozen=True, slots=True)
class Received:
    """A form that was read whole: who sent which series, when, how many figures, and the hash of its bytes."""

    series: str
    sender: str
    sent: date
    figures: int
    sha256: str


def _checked(ref: SeriesRef, source: SourceInfo, file: Path) -> Received:
    """The form as its connector reads it; SourceError names the cell or line of the first mistake."""
    from indicators.sources.collect import collect
    from indicators.sources.live import LiveTransport

    with tempfile.TemporaryDirectory() as inbox:
        copy = Path(inbox) / source.id / f"{ref.dataset}{SUFFIXES[source.protocol]}"
        copy.parent.mkdir()
        shutil.copyfile(file, copy)
        found = collect(ref, source, LiveTransport(Path(inbox)))
    sender, _, sent = found.release.rpartition(", ")
    figures = int(found.observations["value"].notna().sum())
    return Received(ref.id, sender, date.fromisoformat(sent), figures, hashlib.sha256(found.raw[0].body).hexdigest())


def _of_forms(register: Register, series_id: str) -> tuple[SeriesRef, SourceInfo]:
    """A series that arrives as a form, and its source; LookupError tells which those are."""
    forms = [s.id for s in register.series.values() if register.sources[s.source].protocol in SUFFIXES]
    if series_id not in forms:
        known = register.series.get(series_id)
        what = (
            f"no series {series_id!r}" if known is None else f"{series_id} is read from {known.source}, not from forms"
        )
        raise LookupError(f"{what}; by forms arrive: {', '.join(sorted(forms)) or 'none'}")
    ref = register.series[series_id]
    return ref, register.sources[ref.source]


def _sdmx_source(settings: Settings, name: str) -> SourceInfo:
    """A source of the register, or a service that the project knows by name."""
    from indicators.register.model import SourceInfo
    from indicators.sources.sdmx_presets import PRESETS
    from oryndau import pipeline

    sources = pipeline.register_of(settings).sources
    found = sources.get(name)
    if found is not None and found.protocol in ("sdmx_21", "sdmx_30"):
        return found
    if found is not None:
        raise LookupError(f"source {name} speaks {found.protocol}, which has no data flows")
    known = next((p for p in PRESETS if p.name.casefold() == name.casefold()), None)
    if known is None:
        raise LookupError(
            f"no source {name!r}: name an SDMX source of the register or {', '.join(p.name for p in PRESETS)}"
        )
    text = {"ru": known.name, "en": known.name}
    return SourceInfo.model_validate(
        {"id": known.name, "protocol": known.protocol, "name": text, "owner": text, "base_url": known.base_url}
        | {"licence": "see the service"}
    )


def _place(position: int, name: str, codes: Any, time: bool) -> dict[str, Any]:
    """A line about one dimension; the codes of Kazakhstan are named, as every key needs one."""
    ours = [code for code in ("KZ", "KAZ", "398") if code in codes]
    first = ", ".join(list(codes)[:8]) + (" …" if len(codes) > 8 else "")
    return {
        "place": None if time else position,
        "dimension": name,
        "codes": "time" if time else len(codes),
        "Kazakhstan": ", ".join(ours) or None,
        "first codes": first or None,
    }


def _overview(settings: Settings, register: Register) -> list[dict[str, Any]]:
    from indicators.store.errors import StoreNotMigrated
    from oryndau import failures
    from oryndau.storing import store_of

    secrets = settings.secrets()
    series: dict[str, list[str]] = {name: [] for name in register.sources}
    for ref in register.series.values():
        series[ref.source].append(ref.id)
    try:
        store = store_of(settings)
        newest = {i: v[-1] for ids in series.values() for i in ids if (v := store.vintages(i))}
        failed = failures.failures(store, [i for ids in series.values() for i in ids])
    except StoreNotMigrated:  # nothing was collected yet
        newest, failed = {}, []
    rows = []
    for source in register.sources.values():
        known = [newest[i].known_from for i in series[source.id] if i in newest]
        faults = [f for f in failed if f.source == source.id]
        needed = SECRETS.get(source.protocol)
        held = "held" if source.id in secrets else "none held"
        rows.append(
            {
                "source": source.id,
                "protocol": source.protocol,
                "address": source.base_url or f"inbox: {settings.inbox / source.id}",
                "licence": source.licence,
                "secret": "not needed" if needed is None else f"{needed}: {held}",
                "series": len(series[source.id]),
                "collected": len(known),
                "newest release": max(known).isoformat() if known else None,
                "failed": len(faults),
                "last failure": faults[-1].message if faults else None,
            }
        )
    return rows


def _sha256(file: Path) -> str:
    with file.open("rb") as body:
        return hashlib.file_digest(body, "sha256").hexdigest()
