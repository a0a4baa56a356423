"""A small S3 service on localhost for tests: one bucket, kept in memory, with the answers of the real one.

It knows the calls that an archive makes (PUT, GET, HEAD, DELETE of an object, ListObjectsV2), looks at the
access key of the signature, and can be told to fail.
"""

from __future__ import annotations

import re
from http import HTTPStatus
from threading import Lock
from xml.sax.saxutils import escape

from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

BUCKET, KEY, SECRET = "synthetic-bucket", "SYNTHETICKEY", "synthetic/secret+word"


class Replica:
    """The bucket: ``objects`` by key; ``calls`` as method and key; ``fail_with`` a status and S3's error code."""

    def __init__(self, server: HTTPServer):
        self.address = server.url_for("").rstrip("/")
        self.objects: dict[str, bytes] = {}
        self.calls: list[tuple[str, str]] = []
        self.fail_with: tuple[HTTPStatus, str] | None = None
        self._lock = Lock()
        server.expect_request(re.compile("^/.*")).respond_with_handler(self._answer)

    @property
    def options(self) -> dict[str, str]:
        """What an archive in this bucket is opened with."""
        return {"endpoint_url": self.address, "key": KEY, "secret": SECRET}

    def _answer(self, request: Request) -> Response:
        bucket, _, key = request.path.lstrip("/").partition("/")
        with self._lock:
            self.calls.append((request.method, key))
            if f"Credential={KEY}/" not in request.headers.get("Authorization", ""):
                return _error(HTTPStatus.FORBIDDEN, "InvalidAccessKeyId")
            if self.fail_with is not None:
                return _error(*self.fail_with)
            if bucket != BUCKET:
                return _error(HTTPStatus.NOT_FOUND, "NoSuchBucket")
            if not key:
                return self._list(request.args.get("prefix", ""))
            if request.method == "PUT":
                self.objects[key] = _body(request)
                return Response(headers={"ETag": '"synthetic"'})
            if request.method == "DELETE":
                self.objects.pop(key, None)
                return Response(status=HTTPStatus.NO_CONTENT)
            if key not in self.objects:
                return _error(HTTPStatus.NOT_FOUND, "NoSuchKey")
            return Response(self.objects[key], headers={"ETag": '"synthetic"'}, mimetype="application/octet-stream")

    def _list(self, prefix: str) -> Response:
        rows = "".join(
            f"<Contents><Key>{escape(key)}</Key><Size>{len(body)}</Size><ETag>synthetic</ETag>"
            "<LastModified>2024-05-10T00:00:00Z</LastModified></Contents>"
            for key, body in sorted(self.objects.items())
            if key.startswith(prefix)
        )
        text = f"<ListBucketResult><Name>{BUCKET}</Name><IsTruncated>false</IsTruncated>{rows}</ListBucketResult>"
        return Response(text, mimetype="application/xml")


def _body(request: Request) -> bytes:
    """The object sent, which a client may have cut into signed chunks."""
    sent = request.get_data()
    if "aws-chunked" not in request.headers.get("Content-Encoding", ""):
        return sent
    body = b""
    while sent:
        size, _, sent = sent.partition(b"\r\n")
        length = int(size.partition(b";")[0], 16)
        if not length:
            break
        body, sent = body + sent[:length], sent[length + 2 :]
    return body


def _error(status: HTTPStatus, code: str) -> Response:
    text = f"<Error><Code>{code}</Code><Message>synthetic {code}</Message></Error>"
    return Response(text, status=status, mimetype="application/xml")
