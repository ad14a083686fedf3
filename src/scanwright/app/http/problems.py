"""Everything that goes wrong as a problem document (RFC 9457): what, where, and what to do, never how it is built."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request, WebSocket
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response

from scanwright.model.errors import (
    Absent,
    Conflict,
    DataError,
    ExpressionError,
    ProviderError,
    RateLimited,
    ScanwrightError,
    SettingsError,
    StoreError,
    Unavailable,
    Unreachable,
)

MEDIA = "application/problem+json"
KIND = "urn:scanwright:problem:"
LOG = logging.getLogger("scanwright.http")

# The first that an error is one of.
STATUS: tuple[tuple[type[ScanwrightError], int], ...] = (
    (Unreachable, 503),
    (Absent, 404),
    (Conflict, 409),
    (StoreError, 503),
    (RateLimited, 503),
    (Unavailable, 503),
    (ProviderError, 502),
    (DataError, 422),
    (ExpressionError, 422),
    (SettingsError, 422),
)
SOON = "5"  # seconds after which a retry may help


class Refused(HTTPException):
    """A request that is not answered: the status, a code of one word, a sentence, what to do."""

    def __init__(
        self,
        status: int,
        code: str,
        detail: str,
        *,
        hint: str = "",
        headers: Mapping[str, str] | None = None,
        more: Mapping[str, object] | None = None,
    ) -> None:
        """Refuse with a document."""
        super().__init__(status, detail, headers)
        self.document = document(status, code, detail, hint=hint, more=more)


def document(
    status: int, code: str, detail: str, *, hint: str = "", more: Mapping[str, object] | None = None
) -> dict[str, object]:
    """A problem's members.

    >>> document(404, "absent", "no run 'x'")["title"]
    'Not Found'
    """
    whole: dict[str, object] = {"type": f"{KIND}{code}", "title": HTTPStatus(status).phrase, "status": status}
    return {**whole, "detail": detail, "code": code, **({"hint": hint} if hint else {}), **(more or {})}


def answer(found: Mapping[str, Any], headers: Mapping[str, str] | None = None) -> Response:
    """A problem as a response."""
    text = json.dumps(found, ensure_ascii=False, default=str)
    return Response(text, found["status"], media_type=MEDIA, headers=dict(headers or {}))


def of_error(error: ScanwrightError, hidden: Callable[[str], str] = str) -> dict[str, object]:
    """The document of one of our errors; `hidden` takes out of a text what no stranger may read."""
    status = next((status for kind, status in STATUS if isinstance(error, kind)), 500)
    more: dict[str, object] = {}
    if isinstance(error, ExpressionError):
        more = {"line": error.line, "column": error.column}
    notes = [hidden(str(each)) for each in getattr(error, "__notes__", ())]
    if notes:
        more["notes"] = notes
    return document(status, error.code, hidden(error.text), hint=hidden(error.advice), more=more)


def installed(app: FastAPI, hidden: Callable[[str], str]) -> None:
    """Let an application answer with problems only, WebSockets too."""

    def ours(error: ScanwrightError) -> Response:
        found = of_error(error, hidden)
        return answer(found, {"Retry-After": SOON} if found["status"] == 503 else None)

    def broken(error: Exception) -> Response:
        LOG.error("a request failed", exc_info=error)
        return answer(document(500, "error", "the server failed on this; its log says where", hint="tell its keeper"))

    ways: tuple[tuple[type[Exception], Callable[[Any], Response]], ...] = (
        (HTTPException, _refused),
        (ScanwrightError, ours),
        (RequestValidationError, _unread),
        (Exception, broken),
    )
    for kind, way in ways:
        app.add_exception_handler(kind, _told(way))


def _told(way: Callable[[Any], Response]) -> Callable[[Any, Exception], Any]:
    async def handled(asked: Request | WebSocket, error: Exception) -> Response | None:
        response = way(error)
        if not isinstance(asked, WebSocket):
            return response
        if "websocket.http.response" in asked.scope.get("extensions", {}):
            await asked.send_denial_response(response)
        else:
            await asked.close(1008)
        return None

    return handled


def _refused(error: HTTPException) -> Response:
    if isinstance(error, Refused):
        return answer(error.document, error.headers)
    code = HTTPStatus(error.status_code).phrase.lower().replace(" ", "-")
    return answer(document(error.status_code, code, str(error.detail)), error.headers)


def _unread(error: RequestValidationError) -> Response:
    """Each thing that is wrong with a request: where, and what it should be; what was sent is not sent back."""
    found = [{"at": "/".join(str(part) for part in each["loc"]), "detail": each["msg"]} for each in error.errors()]
    first = f"{found[0]['at']}: {found[0]['detail']}" if found else "the request cannot be read"
    todo = "openapi.json says what this path takes"
    return answer(document(422, "request", first, hint=todo, more={"errors": found}))
