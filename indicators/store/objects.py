"""An archive's files in a bucket of object storage, through fsspec: S3 and what speaks like it, Google, Azure.

Object storage shows an object whole or not at all, so nothing is renamed and nothing unfinished is
seen. What a killed run leaves of an upload in parts is the bucket's own to tidy (a lifecycle rule).
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

import fsspec

from indicators.store.errors import StoreError, StoreReadOnly, StoreUnavailable, from_os_error

SCHEMES = ("s3", "gs", "abfs", "memory")
"""What a URL may begin with. ``memory`` is forgotten with the process: it is for trying things out."""

_BY_SCHEME: dict[str, dict[str, Any]] = {
    "s3": {"config_kwargs": {"connect_timeout": 10, "read_timeout": 60, "retries": {"total_max_attempts": 3}}}
}
_WRITE_URL = "Write s3://BUCKET/FOLDER (or gs, abfs); keys are given apart from it, see docs/store.md."
_HIDDEN = "***"


class Objects:
    """A bucket, or a folder in it, as a place of an archive.

    ``options`` go to the library of the service: ``key``, ``secret``, ``endpoint_url`` for S3. They are
    never part of a message.
    """

    def __init__(self, url: str, options: Mapping[str, str]):
        parts = urlsplit(url)
        if parts.username or parts.password or parts.query or parts.fragment:
            raise StoreUnavailable("the URL of the archive holds more than a place", f"{parts.scheme}://", _WRITE_URL)
        self.root = url.rstrip("/")
        if parts.scheme not in SCHEMES or not parts.netloc:
            raise StoreUnavailable("not a place for an archive", self.root, _WRITE_URL)
        self._options = dict(options)
        self._system: Any = None
        self._process = 0

    def location(self, name: str) -> str:
        """The object's URL."""
        return f"{self.root}/{name}"

    def read(self, name: str) -> bytes:
        """The whole object; FileNotFoundError where there is none."""
        with self._named(name, absent_is_an_error=False) as system:
            content: bytes = system.cat_file(self.location(name))
            return content

    def write(self, name: str, content: bytes) -> None:
        """Put the object; it appears whole or not at all."""
        with self._named(name) as system:
            system.pipe_file(self.location(name), content)

    def exists(self, name: str) -> bool:
        """Whether there is such an object."""
        with self._named(name) as system:
            return bool(system.exists(self.location(name)))

    def size(self, name: str) -> int:
        """Bytes of the object."""
        with self._named(name, absent_is_an_error=False) as system:
            return int(system.size(self.location(name)))

    def names(self) -> Iterator[str]:
        """The names of all objects, in order."""
        with self._named("") as system:
            root = system._strip_protocol(self.root).rstrip("/") + "/"
            found = sorted(path.removeprefix(root) for path in system.find(self.root))
        yield from found

    def remove(self, name: str) -> None:
        """Remove an object; nothing happens where it is not there."""
        with self._named(name) as system:
            if system.exists(self.location(name)):
                system.rm_file(self.location(name))

    def abandoned(self) -> Iterator[str]:
        """None: an object that is not whole is not seen."""
        return iter(())

    def remove_abandoned(self, name: str) -> None:
        """Nothing: see ``abandoned``."""

    @contextmanager
    def _named(self, name: str, absent_is_an_error: bool = True) -> Iterator[Any]:
        where = self.location(name) if name else self.root
        try:
            yield self._connected()
        except StoreError:
            raise
        except FileNotFoundError as error:
            if not absent_is_an_error:
                raise
            raise StoreUnavailable("there is no such bucket", where, "Make the bucket, or correct its name.") from error
        except PermissionError as error:
            raise StoreReadOnly(
                f"the service refuses: {self._told(error)}",
                where,
                "Give the keys of a user who may list, read, write and remove objects in the bucket.",
            ) from error
        except OSError as error:
            named = from_os_error(error, where)
            raise type(named)(self._told(error), where, _AGAIN) from error
        except Exception as error:
            raise StoreUnavailable(f"{type(error).__name__}: {self._told(error)}", where, _AGAIN) from error

    def _connected(self) -> Any:
        """fsspec's file system, made anew after a fork: its threads and sockets are the parent's."""
        if self._system is None or self._process != os.getpid():
            scheme = self.root.partition("://")[0]
            try:
                self._system = fsspec.filesystem(
                    scheme,
                    **{**_BY_SCHEME.get(scheme, {}), **self._options},
                    skip_instance_cache=True,
                    use_listings_cache=False,
                )
            except ImportError as error:
                raise StoreUnavailable(
                    f"the library for {scheme}:// is not installed: {error}",
                    self.root,
                    "Install it: pip install 'oryndau[objects]' for S3; gcsfs for Google; adlfs for Azure.",
                ) from error
            self._process = os.getpid()
        return self._system

    def _told(self, error: Exception) -> str:
        """The error's first line without the options, which may be secrets."""
        text = (str(error).splitlines() or [""])[0]
        for name, value in self._options.items():
            if value and name != "endpoint_url":
                text = text.replace(value, _HIDDEN)
        return text or type(error).__name__


_AGAIN = (
    "Check that the service answers at its address, and that the keys are there: in the file of secrets under "
    "'archive', or where the service's own library looks for them. Then repeat: nothing of this step was kept."
)
