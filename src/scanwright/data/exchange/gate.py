"""What stands between a request and its answer: keys, limits, latency, failures, outages; and the counts of them."""

from __future__ import annotations

import asyncio
import math
from collections import Counter
from typing import Any

from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from scanwright.data.exchange.behaviour import Behaviour, Bucket, Fate
from scanwright.model.clock import Clock

FREE = {"/v1/behaviour", "/v1/clock"}
"""Paths that are no business of the exchange: they tell of it and set its clock, at once and uncounted."""

SAID = {500: "something broke", 502: "bad gateway", 503: "not available at present"}


class Gate:
    """An ASGI layer that lets requests through as the behaviour says."""

    def __init__(self, app: ASGIApp, *, behaviour: Behaviour, clock: Clock) -> None:
        """Stand before an app."""
        self._app, self._behaviour, self._clock = app, behaviour, clock
        self._begun = clock.monotonic()
        self._buckets: dict[str, Bucket] = {}
        self._number = 0
        self.counts: Counter[str] = Counter()

    def is_out(self) -> bool:
        """Whether nothing is answered at present."""
        return self._behaviour.is_out(self._clock.monotonic() - self._begun)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request through, or not."""
        if scope["type"] != "http" or scope["path"] in FREE:
            await self._app(scope, receive, send)
            return
        self._number += 1
        number, bad = self._number, self._behaviour
        self.counts["requests"] += 1
        self.counts[f"path {scope['path']}"] += 1
        if self.is_out():
            await self._refuse(scope, receive, send, 503, "an outage")
            return
        key = _key(scope)
        if bad.keys and key not in bad.keys:
            await self._refuse(scope, receive, send, 401 if not key else 403, "a known key in X-API-Key is needed")
            return
        wait = self._bucket(key).take(self._clock.monotonic()) if bad.rate else 0.0
        if wait:
            await self._refuse(scope, receive, send, 429, "too many requests", after=wait)
            return
        await asyncio.sleep(bad.latency(number))
        await self._meet(bad.fate(number), number, scope, receive, send)

    async def _meet(self, fate: Fate, number: int, scope: Scope, receive: Receive, send: Send) -> None:
        if fate == "error":
            await self._refuse(scope, receive, send, list(SAID)[number % 3], SAID[list(SAID)[number % 3]])
        elif fate == "busy":
            await self._refuse(scope, receive, send, 429, "busy", after=0.2)
        elif fate == "reset":
            self.counts["reset"] += 1
            await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"1000")]})
            await send({"type": "http.response.body", "body": b"", "more_body": False})
        else:
            scope["state"] = {**scope.get("state", {}), "short": fate == "short"}
            self.counts["answered" if fate == "well" else fate] += 1
            await self._app(scope, receive, _cutting(send) if fate == "cut" else send)

    async def _refuse(
        self, scope: Scope, receive: Receive, send: Send, status: int, why: str, *, after: float | None = None
    ) -> None:
        self.counts[f"status {status}"] += 1
        headers = {} if after is None else {"Retry-After": f"{math.ceil(after * 1000) / 1000:g}"}
        await JSONResponse({"error": why}, status_code=status, headers=headers)(scope, receive, send)

    def _bucket(self, key: str) -> Bucket:
        if key not in self._buckets:
            self._buckets[key] = Bucket(self._behaviour.rate, self._clock.monotonic())
        return self._buckets[key]


def _key(scope: Scope) -> str:
    headers: list[tuple[bytes, bytes]] = scope["headers"]
    return next((value.decode("latin-1") for name, value in headers if name == b"x-api-key"), "")


def _cutting(send: Send) -> Send:
    """Send half of the body, though the headers promise all of it; the server then closes the connection."""

    async def half(message: Message) -> None:
        body: Any = message.get("body", b"")
        await send({**message, "body": body[: len(body) // 2]} if message["type"] == "http.response.body" else message)

    return half
