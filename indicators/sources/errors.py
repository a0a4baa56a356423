"""What can go wrong between a source and an observation, by what the caller should do about it.

A :class:`SourceDown` is worth another try, everything else needs a person: each error says what
happened, where, and the remedy. Errors survive pickling, because task runners carry them between
processes.
"""

from __future__ import annotations


class SourceError(Exception):
    """A source could not give a series.

    ``source``, ``series`` and ``url`` say where (``series`` is None while only the transport is at
    work), ``what`` says what happened, ``remedy`` what a person or the scheduler should do.
    """

    retry = False
    """True where the same request may succeed later without anybody changing anything."""

    def __init__(
        self, what: str, *, source: str, series: str | None = None, url: str | None = None, remedy: str
    ) -> None:
        super().__init__(what)
        self.what = what
        self.source = source
        self.series = series
        self.url = url
        self.remedy = remedy

    def __str__(self) -> str:
        where = f" ({self.url})" if self.url else ""
        return f"{self.series or self.source}: {self.what}{where}. Remedy: {self.remedy}"

    def __reduce__(self) -> tuple[object, ...]:
        return _rebuilt, (type(self), self.what, self.source, self.series, self.url, self.remedy)


class SourceDown(SourceError):
    """The source does not answer or answers with a passing fault: try again later."""

    retry = True


class SourceChanged(SourceError):
    """The answer is not what this connector reads: a changed layout, another page, a wrong file."""


class SeriesMissing(SourceError):
    """The source answers properly and has no such series, or no values of it."""


class ArchiveDamaged(SourceError):
    """A file of the archive is missing, was altered, or its manifest cannot be read."""


def _rebuilt(
    kind: type[SourceError], what: str, source: str, series: str | None, url: str | None, remedy: str
) -> SourceError:
    return kind(what, source=source, series=series, url=url, remedy=remedy)
