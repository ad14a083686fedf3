"""The exchange's live feed: bars as they form and close, over a WebSocket, with running numbers and heartbeats.

A reader subscribes with `{"subscribe": ["AAPL", ...]}` (`["*"]` for all) and gets one message a change: `bar` (closed),
`forming`, `corrected`, `heartbeat`. A reader who is too slow is let go with the code 1013, and reads on by HTTP.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from typing import Any

from starlette.websockets import WebSocket, WebSocketDisconnect

from scanwright.data.exchange import answers
from scanwright.data.exchange.behaviour import Behaviour
from scanwright.data.exchange.book import Book, Part
from scanwright.data.exchange.timeline import Timeline
from scanwright.model.interval import Interval

TICK = 0.05  # seconds between two looks at the clock
HEARTBEAT = 20  # looks without news after which a heartbeat is sent
PATIENCE = 5.0  # seconds that a message may take to be accepted
TOO_SLOW, NOT_ALLOWED, WRONG = 1013, 4401, 4400


class Stream:
    """Feeds readers from a book as its time goes on."""

    def __init__(self, book: Book, timeline: Timeline, behaviour: Behaviour) -> None:
        """The same book and time as the HTTP interface."""
        self._book, self._timeline, self._behaviour = book, timeline, behaviour

    async def serve(self, socket: WebSocket) -> None:
        """One reader, until it leaves."""
        if self._behaviour.keys and socket.headers.get("x-api-key", "") not in self._behaviour.keys:
            await socket.close(NOT_ALLOWED, "a known key in X-API-Key is needed")
            return
        await socket.accept()
        try:
            wanted = json.loads(await socket.receive_text())
            names, interval = list[str](wanted["subscribe"]), Interval.read(wanted.get("interval", self._finest()))
        except (ValueError, KeyError, TypeError):
            await socket.close(WRONG, 'write {"subscribe": ["AAPL"], "interval": "1m"}')
            return
        except WebSocketDisconnect:
            return
        known = self._book.symbols(interval)
        symbols = list(known) if "*" in names else [each for each in names if each in known]
        try:
            await self._feed(socket, symbols, interval)
        except TimeoutError:
            await socket.close(TOO_SLOW, "read faster, or fewer symbols")
        except WebSocketDisconnect:
            return

    def _finest(self) -> str:
        return self._book.intervals[0].value

    async def _feed(self, socket: WebSocket, symbols: list[str], interval: Interval) -> None:
        number, idle = 0, 0
        told = self._timeline.now()
        await self._send(socket, {"type": "subscribed", "symbols": symbols, "interval": interval.value, "seq": number})
        while True:
            now = self._timeline.now()
            idle += 1
            for message in self._news(symbols, interval, told, now) if now > told else ():
                number, idle = number + 1, 0
                await self._send(socket, message | {"seq": number})
            told = now
            if idle >= HEARTBEAT:
                number, idle = number + 1, 0
                await self._send(socket, {"type": "heartbeat", "now": _moment(now), "seq": number})
            await asyncio.sleep(TICK)

    async def _send(self, socket: WebSocket, message: dict[str, Any]) -> None:
        await asyncio.wait_for(socket.send_text(json.dumps(message, separators=(",", ":"))), PATIENCE)

    def _news(self, symbols: list[str], interval: Interval, told: int, now: int) -> Iterator[dict[str, Any]]:
        """What changed between two moments."""
        for symbol in symbols:
            before = self._book.part(symbol, interval, told - 4 * 86_400, now, told)
            after = self._book.part(symbol, interval, told - 4 * 86_400, now, now)
            if before is None or after is None:
                continue
            known = {int(ts): values.tolist() for ts, values in zip(before.ts, before.values, strict=True)}
            for at, ts in enumerate(after.ts.tolist()):
                if ts not in known:
                    yield _message("bar", after, at, interval)
                elif known[ts] != after.values[at].tolist():
                    yield _message("corrected", after, at, interval)
            forming = self._book.forming(symbol, interval, now)
            if forming is not None:
                yield _message("forming", forming, 0, interval)


def _message(kind: str, part: Part, at: int, interval: Interval) -> dict[str, Any]:
    values = dict(zip(("open", "high", "low", "close", "volume"), part.values[at].tolist(), strict=True))
    return {"type": kind, "symbol": part.symbol, "ts": answers.stamp(int(part.ts[at]), interval), **values}


def _moment(seconds: int) -> str:
    return answers.stamp(seconds, Interval.MINUTE)
