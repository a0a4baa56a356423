"""The command ``sign``: a signature on a published PDF, as a step of its own."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from oryndau.settings import Settings, SettingsError


def sign(
    file: Annotated[Path, typer.Argument(metavar="FILE.pdf")],
    pkcs12: Annotated[Path | None, typer.Option(metavar="FILE.p12", help="Key and certificate to sign with.")] = None,
    secret: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="Which secret of ORYNDAU_SECRETS_FILE opens the key. Default: none does."),
    ] = None,
    signer: Annotated[
        str | None, typer.Option(metavar="MODULE:FUNCTION", help="A signer of your own in place of a PKCS#12 file.")
    ] = None,
    at: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%dT%H:%M:%SZ"], help="Time that the signature states, in UTC. Default: now."),
    ] = None,
    out: Annotated[
        Path | None, typer.Option(metavar="FILE.pdf", help="Where to write. Default: FILE_signed.pdf in this folder.")
    ] = None,
) -> None:
    """Sign a published PDF (PAdES): certified, no change allowed after it, still PDF/A-3a and PDF/UA-1.

    The file itself stays as it is: it is the identity that can be made again.
    """
    from oryndau.signing import SigningRefused, pkcs12_signer, plugged_signer
    from oryndau.signing import sign as signed

    if (pkcs12 is None) == (signer is None):
        raise SigningRefused("name what to sign with: either --pkcs12 FILE.p12 or --signer MODULE:FUNCTION")
    if not file.is_file():
        raise LookupError(f"no file {file}")
    target = out or Path(f"{file.stem}_signed.pdf")
    if target.resolve() == file.resolve():
        raise SigningRefused("--out names the published file, which stays as it is: name another")
    by = plugged_signer(signer) if signer is not None else pkcs12_signer(pkcs12 or Path(), _password(secret))
    body = signed(file.read_bytes(), by, at.replace(tzinfo=UTC) if at else datetime.now(UTC).replace(microsecond=0))
    part = target.with_name(f".{target.name}.part")
    part.write_bytes(body)
    os.replace(part, target)
    typer.echo(str(target))


def _password(name: str | None) -> str | None:
    if name is None:
        return None
    secrets = Settings.from_environment().secrets()
    if name not in secrets:
        raise SettingsError("ORYNDAU_SECRETS_FILE", f"has no secret {name!r}", "add it, or name another with --secret")
    return secrets[name]


def mount(app: typer.Typer) -> None:
    """Put the command on an application."""
    app.command()(sign)
