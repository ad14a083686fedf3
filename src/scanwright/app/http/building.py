"""The application: every route over one service, behind the gate; `openapi.json` says all of it."""

from __future__ import annotations

import importlib.metadata
from typing import Any

from fastapi import FastAPI
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from scanwright.app.http import (
    check,
    compare,
    context,
    data,
    estimate,
    health,
    keys,
    language,
    lessons,
    library,
    lists,
    marks,
    page,
    pasts,
    play,
    questions,
    results,
    runs,
    scans,
    streams,
    symbol,
    symbols,
    updates,
)
from scanwright.app.http.metrics import Metrics
from scanwright.app.http.problems import MEDIA, installed
from scanwright.app.http.security import Gate, Rules
from scanwright.app.http.service import Service
from scanwright.app.http.shapes import ProblemShape
from scanwright.model.clock import Clock

GROUPS = (
    *(runs, streams, results, scans, library, language),
    *(check, estimate, play, questions, pasts, compare, lessons),
    *(context, symbol, symbols, lists, marks, data, updates, keys, health, page),
)
ABOUT = """Scans of a market: runs tell their hits as they are found. Everything that goes wrong is a problem document
(RFC 9457). Ask with `Authorization: Bearer KEY`; a server on loopback that never had a key asks for none."""
PROBLEMS: dict[int | str, dict[str, Any]] = {
    "4XX": {"model": ProblemShape, "description": "the request cannot be answered, and why"},
    "5XX": {"model": ProblemShape, "description": "the server cannot answer at present"},
}


def described() -> FastAPI:
    """Every route, and what openapi.json says of it."""
    app = FastAPI(
        title="Scanwright",
        version=importlib.metadata.version("scanwright"),
        description=ABOUT,
        docs_url=None,  # these pages load scripts of strangers
        redoc_url=None,
        responses=PROBLEMS,
    )
    for group in GROUPS:
        app.include_router(group.ROUTES)
    _as_problems(app)
    return app


def application(service: Service, rules: Rules) -> ASGIApp:
    """The ASGI application of a service."""
    app = described()
    app.state.service = service
    installed(app, service.hidden)
    gate = Gate(
        app,
        rules=rules,
        page=page.open_to_all(),
        keys=service.keys,
        limiter=service.limiter,
        clock=service.clock,
        hidden=service.hidden,
    )
    service.metrics.watch(lambda: service.limiter.open("runs"), lambda: service.limiter.open("streams"))
    return Counted(gate, service.metrics, service.clock)


def _as_problems(app: FastAPI) -> None:
    """Say in the description that problems are of their own media type, and how one signs in."""
    made = app.openapi()
    for path in made["paths"].values():
        for operation in path.values():
            for status, response in operation["responses"].items():
                if status.startswith(("4", "5")) and "application/json" in response.get("content", {}):
                    response["content"] = {MEDIA: {"schema": {"$ref": "#/components/schemas/ProblemShape"}}}
    schemes = made.setdefault("components", {}).setdefault("securitySchemes", {})
    schemes |= {"key": {"type": "http", "scheme": "bearer"}}
    made["security"] = [{"key": []}, {}]


class Counted:
    """Counts the requests that pass, by the route that answered."""

    def __init__(self, inner: ASGIApp, metrics: Metrics, clock: Clock) -> None:
        """Stand before `inner`."""
        self._inner, self._metrics, self._clock = inner, metrics, clock

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._inner(scope, receive, send)
            return
        begun = self._clock.monotonic()

        async def sent(message: Message) -> None:
            if message["type"] == "http.response.start":
                path = getattr(scope.get("route"), "path", "none")
                method = scope["method"] if scope["method"] in KNOWN else "other"
                self._metrics.requests.labels(method, path, str(message["status"])).inc()
                self._metrics.seconds.labels(method, path).observe(self._clock.monotonic() - begun)
            await send(message)

        await self._inner(scope, receive, sent)


KNOWN = frozenset({"GET", "POST", "PUT", "DELETE", "HEAD", "OPTIONS", "PATCH"})
