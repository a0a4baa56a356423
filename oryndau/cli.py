"""The command line: teaches by --help, gives data by --json, says what to do when it fails.

Exit codes: 0 done, 1 the run failed, 2 wrong usage or data that must be mended.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from oryndau import rank_commands, rate_commands, sign_command
from oryndau.check_commands import app as check_app
from oryndau.law_commands import laws_app
from oryndau.options import JSON, LAWS, print_json
from oryndau.settings import Settings, SettingsError, reference_date
from oryndau.source_commands import sources_app
from oryndau.store_commands import store_app

AT = Annotated[
    datetime | None,
    typer.Option(
        metavar="YYYY-MM-DD",
        formats=["%Y-%m-%d"],
        help="Reference date: the day the figures speak of. Default: last quarter's end.",
    ),
]
AS_OF = Annotated[
    datetime | None,
    typer.Option(
        metavar="YYYY-MM-DD", formats=["%Y-%m-%d"], help="Knowledge date: what was known by then. Default: the latest."
    ),
]
LANG = Annotated[list[str] | None, typer.Option("--lang", metavar="kk|ru|en", help="Language; repeat. Default: all.")]
OUT = Annotated[Path | None, typer.Option(help="Folder for the reports. Default: out.")]

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    help="Tells a parliament whether its laws are carried out, and proves it.\n\n"
    "Start with `oryndau run --law Z090000165_`, then open the PDF that it names.",
)
app.add_typer(laws_app, name="laws")
app.add_typer(sources_app, name="sources")
app.add_typer(store_app, name="store")
app.add_typer(check_app, name="check")
rate_commands.mount(app)
rank_commands.mount(app)
sign_command.mount(app)


@app.command()
def collect(law: LAWS = None, as_json: JSON = False) -> None:
    """Fetch, archive and stage the series of the laws. Nothing is published yet."""
    from oryndau import pipeline, show

    settings = _settings()
    outcome = pipeline.collect_laws(settings, law or [])
    _give([{"batch": b} for b in outcome.batches], as_json, show.count_of("batches staged"))
    _complain(outcome.failures)


@check_app.callback(invoke_without_command=True)
def check(ctx: typer.Context, law: LAWS = None, as_json: JSON = False) -> None:
    """Collect, run the data-quality suites and publish what passed; shows the verdict on each series."""
    if ctx.invoked_subcommand is not None:
        return
    from oryndau import pipeline, show

    settings = _settings()
    outcome = pipeline.collect_laws(settings, law or [])
    checked = pipeline.check(settings, outcome.batches)
    pipeline.publish(settings, checked.ready)
    _give(pipeline.verdicts(settings, law or [], _as_of(settings, None)), as_json, show.verdict_table)
    print(f"Evidence: {pipeline.prove(settings, outcome.batches, settings.out)}", file=sys.stderr)
    _complain(outcome.failures)


@app.command()
def score(
    law: LAWS = None,
    at: AT = None,
    as_of: AS_OF = None,
    explain: Annotated[
        str | None, typer.Option(metavar="ID", help="The arithmetic of one law's score, to be checked by hand.")
    ] = None,
    uncertainty: Annotated[
        bool, typer.Option("--uncertainty", help="How sure each score is: interval, statuses, what spreads it.")
    ] = False,
    since: Annotated[
        datetime | None,
        typer.Option(
            metavar="YYYY-MM-DD",
            formats=["%Y-%m-%d"],
            help="Why each score differs from the one of that day, part by part.",
        ),
    ] = None,
    as_json: JSON = False,
) -> None:
    """Score the laws from what is published; run `oryndau check` first."""
    from oryndau import pipeline, show

    settings = _settings()
    known, reference = _dates(settings, at, as_of)
    _say_if_nothing_is_published(settings, [explain] if explain else law or [], known)
    if explain is not None:
        tree = pipeline.explanation(settings, explain, reference, known)
        _give(tree.json() if as_json else tree.lines(), as_json, show.lines)
        return
    if since is not None:
        if since.date() > known:
            raise typer.BadParameter(
                f"{since.date()} lies after {known}, the last day of what is known", param_hint="--since"
            )
        changes = pipeline.score_changes(settings, law or [], reference, known, since.date())
        _give(changes, as_json, show.change_table)
        return
    if uncertainty:
        drawn = [found.json() for found in pipeline.uncertainties(settings, law or [], reference, known)]
        _give(drawn, as_json, show.uncertainty_table)
        return
    trees = pipeline.score_trees(settings, law or [], reference, known)
    _give(trees, as_json, show.score_table)


@app.command()
def report(
    law: LAWS = None,
    at: AT = None,
    as_of: AS_OF = None,
    lang: LANG = None,
    out: OUT = None,
    edition: Annotated[
        list[str] | None, typer.Option(metavar="ID", help="Print a kept edition again, e.g. KZ-Z090000165_/2026-Q3.")
    ] = None,
    as_json: JSON = False,
) -> None:
    """Freeze editions from what is published and print them as PDF with their data beside them."""
    from oryndau import pipeline, show

    settings = _settings()
    langs = _languages(lang)
    if edition:
        editions = edition
    else:
        known, reference = _dates(settings, at, as_of)
        _say_if_nothing_is_published(settings, law or [], known)
        editions = pipeline.edit(settings, law or [], reference, known, _today())
        if not law:
            editions.append(pipeline.overview(settings, editions, _today()))
    paths = pipeline.render(settings, editions, langs, out or settings.out)
    _give([{"path": str(p)} for p in paths], as_json, show.plain_table)


@app.command()
def errata(
    edition: Annotated[str, typer.Argument(metavar="EDITION_ID")],
    reason_ru: Annotated[str, typer.Option(help="What was wrong, in Russian, as it is to be printed.")],
    reason_en: Annotated[str, typer.Option(help="The same in English.")],
    reason_kk: Annotated[str | None, typer.Option(help="The same in Kazakh. Default: the Russian text.")] = None,
    lang: LANG = None,
    out: OUT = None,
    as_json: JSON = False,
) -> None:
    """Put a corrected edition in the place of one, made from the register and figures of now.

    The old edition keeps its id, its files and their bytes; the new one says which it replaces, since when and why.
    """
    from oryndau import pipeline, show
    from reports.replacing import reason_of

    settings = _settings()
    langs = _languages(lang)
    made = pipeline.errata(settings, edition, _today(), reason_of(reason_kk, reason_ru, reason_en))
    paths = pipeline.render(settings, made, langs, out or settings.out)
    _give([{"path": str(p)} for p in paths], as_json, show.plain_table)


@app.command()
def run(
    law: LAWS = None, at: AT = None, as_of: AS_OF = None, lang: LANG = None, out: OUT = None, as_json: JSON = False
) -> None:
    """The whole chain in one process, without Airflow: collect, check, publish, score, print."""
    from oryndau import pipeline, show

    settings = _settings()
    langs = _languages(lang)
    known, reference = _dates(settings, at, as_of)
    outcome = pipeline.collect_laws(settings, law or [])
    checked = pipeline.check(settings, outcome.batches)
    pipeline.prove(settings, outcome.batches, out or settings.out)
    pipeline.publish(settings, checked.ready)
    pipeline.score(settings, law or [], reference, known)
    editions = pipeline.edit(settings, law or [], reference, known, _today())
    overview = [] if law else [pipeline.overview(settings, editions, _today())]
    pipeline.render(settings, [*editions, *overview], langs, out or settings.out)
    _give(pipeline.results(settings, editions, langs, out or settings.out), as_json, show.result_table)
    _complain(outcome.failures)


@app.command()
def scorecards(
    law: LAWS = None, at: AT = None, as_of: AS_OF = None, lang: LANG = None, out: OUT = None, as_json: JSON = False
) -> None:
    """The whole chain by a real Airflow run, which is started for it and stopped after it."""
    from rich.console import Console

    from oryndau import launcher, pipeline, show
    from oryndau.airflow.progress import Progress

    settings = _settings() if out is None else replace(_settings(), out=out.resolve())
    langs = _languages(lang)
    known, reference = _dates(settings, at, as_of)
    pipeline.chosen_laws(pipeline.register_of(settings), law or [])  # a mistake is told before Airflow starts
    try:
        outcome = launcher.run(
            settings, law or [], langs, reference, known, settings.out, Progress(Console(stderr=True))
        )
    except KeyboardInterrupt:
        print("oryndau: stopped, and what it had started was ended; run it again to finish", file=sys.stderr)
        raise typer.Exit(130) from None
    for refused in outcome.quarantined:
        print(f"oryndau: quarantined {refused}: `oryndau check list` names the failed checks", file=sys.stderr)
    for failure in outcome.failures:
        print(f"oryndau: failed {failure}", file=sys.stderr)
    if outcome.failures and not outcome.paths:
        raise typer.Exit(1)
    _give(pipeline.results(settings, outcome.editions, langs, settings.out), as_json, show.result_table)
    if outcome.failures or not outcome.editions:
        raise typer.Exit(1)


@app.command()
def pools() -> None:
    """The commands that make Airflow's pools, for an installation that does not use the launcher."""
    from oryndau.airflow.pools import source_pools

    for pool, slots in source_pools(_settings().register).items():
        print(f"airflow pools set {pool} {slots} 'tasks that read this source'")


@app.command()
def verify(
    file: Annotated[Path, typer.Argument(metavar="FILE.pdf")],
    trust: Annotated[
        Path | None, typer.Option(metavar="FILE.pem", help="Certificates whose signatures are trusted.")
    ] = None,
    as_json: JSON = False,
) -> None:
    """Is this PDF what was made? Exit code 1 where any answer is no."""
    from dataclasses import asdict

    from oryndau import show
    from oryndau.verification import verify as ask

    if not file.is_file():
        raise LookupError(f"{file}: no such file: name the PDF of a report, e.g. one in out/editions/")
    if trust is not None and not trust.is_file():
        raise LookupError(f"{trust}: no such file: name a PEM file of certificates")
    answer = ask(_settings(), file, trust)
    _give({**asdict(answer), "verified": answer.verified}, as_json, show.answers)
    if not answer.verified:
        raise typer.Exit(1)


@app.command()
def trace(finding: Annotated[str, typer.Argument(metavar="FINDING_ID")], as_json: JSON = False) -> None:
    """The way from a finding to the bytes that it rests on.

    Write the finding as on the page: 'KZ-Z090000165_/2026-Q3 §1'.
    """
    from dataclasses import asdict

    from oryndau import show
    from oryndau.verification import trace as follow

    _give(asdict(follow(_settings(), finding)), as_json, show.way)


def main() -> None:
    """Run the command line; errors that a person can mend become one clear message."""
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    try:
        app(standalone_mode=True)
    except Exception as error:
        code = _exit_code(error)
        if code is None:
            raise
        print(f"oryndau: {_told(error)}", file=sys.stderr)
        sys.exit(code)


def _told(error: Exception) -> str:
    """What is said of an error; the system's own complaints name the path and what to look at."""
    if isinstance(error, OSError) and error.filename is not None and error.strerror is not None:
        remedy = "check that the path is right, that you may read and write there and that its disk has room"
        return f"{error.filename}: {error.strerror}: {remedy}"
    return str(error)


def _exit_code(error: Exception) -> int | None:
    """1 for a run that failed, 2 for usage or data; None for a fault of the program itself."""
    from checks.identities import InconsistentEdition
    from checks.quarantine import DecisionRefused
    from indicators.register.load import RegisterError
    from indicators.sources.errors import SourceError
    from indicators.store.errors import StoreError
    from oryndau.airflow.embedded import AirflowFailed
    from oryndau.airflow.home import HomeError
    from oryndau.airflow.lock import Taken
    from oryndau.signing import SigningRefused
    from oryndau.verification import NotAReport
    from reports.render import RenderError
    from reports.replacing import ReasonRefused

    if isinstance(error, SourceError):
        return 1 if error.retry else 2
    if isinstance(error, StoreError | RenderError | InconsistentEdition | AirflowFailed | HomeError | Taken | OSError):
        return 1
    if isinstance(
        error,
        RegisterError | SettingsError | NotAReport | DecisionRefused | ReasonRefused | SigningRefused | LookupError,
    ):
        return 2
    return None


def _settings() -> Settings:
    return Settings.from_environment()


def _as_of(settings: Settings, given: datetime | None) -> date:
    return given.date() if given else settings.knowledge_date(_today())


def _today() -> date:
    return datetime.now(UTC).date()


def _dates(settings: Settings, at: datetime | None, as_of: datetime | None) -> tuple[date, date]:
    """Knowledge date and reference date."""
    known = _as_of(settings, as_of)
    return known, at.date() if at else reference_date(known)


def _say_if_nothing_is_published(settings: Settings, law_ids: list[str], known: date) -> None:
    """A store that nothing was collected into looks like a country without figures: the difference is said."""
    from oryndau import pipeline

    rows = pipeline.verdicts(settings, law_ids, known)
    if rows and not any(row["shown"] for row in rows):
        print(
            f"oryndau: no series of these laws is published in {settings.home} by {known}, so nothing has data: "
            "run `oryndau check` first",
            file=sys.stderr,
        )


def _languages(given: list[str] | None) -> list[str]:
    from reports.model import LANGUAGES

    for lang in given or []:
        if lang not in LANGUAGES:
            raise typer.BadParameter(
                f"{lang!r} is not a language of the reports: write kk, ru or en", param_hint="--lang"
            )
    return list(given or LANGUAGES)


def _give(data: Any, as_json: bool, table: Callable[[Any], None]) -> None:
    if as_json:
        print_json(data)
    else:
        table(data)


def _complain(failures: list[Any]) -> None:
    """Name what could not be collected and end with the exit code that fits."""
    for failure in failures:
        print(f"oryndau: {failure.message}", file=sys.stderr)
    if failures:
        raise typer.Exit(1 if any(f.retry for f in failures) else 2)
