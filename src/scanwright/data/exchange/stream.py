"""The exchange's live feed over a WebSocket: numbered, so that a reader notices a gap, and can ask for it again.

A reader writes `{"subscribe": ["AAPL"], "channels": ["bars", "trades"], "interval": "1m"}`; `["*"]` is everybody, later
ones too. Each message has `seq`, and `prev`: the number of the message that this reader got before. Who lacks `prev`
has lost something, and writes `{"after": N}` to read on after what it has; the same is written at once by one who comes
back: `{"subscribe": [...], "after": N}`. What is not kept any more is told as a `gap`. A reader who is too slow is let
go with the code 1013.
"""

from __future__ import annotations

import asyncio
import dataclasses
import json
from collections.abc import Callable, Mapping
from typing import cast

from starlette.websockets import WebSocket, WebSocketDisconnect

from scanwright.data.exchange import answers
from scanwright.data.exchange.behaviour import Behaviour
from scanwright.data.exchange.feed import CHANNELS, TICK, Feed, Message
from scanwright.model.errors import ScanwrightError, SettingsError
from scanwright.model.interval import Interval

HEARTBEAT = 1.0  # seconds without news after which a heartbeat is sent
PATIENCE = 5.0  # seconds that a message may take to be accepted
TOO_SLOW, NOT_ALLOWED, WRONG, AWAY = 1013, 4401, 4400, 1012


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Wish:
    """What a reader wants to hear of; `after` is the number that it has come to."""

    symbols: frozenset[str]
    everybody: bool
    channels: tuple[str, ...]
    interval: Interval
    after: int | None

    def includes(self, message: Message) -> bool:
        """Whether a message is for this reader."""
        return (
            message.channel in self.channels
            and (self.everybody or message.symbol in self.symbols)
            and message.interval in {"", self.interval.value}
        )


def read_wish(text: str, finest: Interval) -> Wish:
    """A wish as it is written; `SettingsError` says what is wrong with it.

    >>> read_wish('{"subscribe": ["A", "B"], "after": 3}', Interval.DAY).after
    3
    """
    shown = '{"subscribe": ["AAPL"], "channels": ["bars"], "interval": "1m"}'
    asked = _object(text)
    symbols, channels, after = (
        _texts(asked.get("subscribe")),
        _texts(asked.get("channels", ["bars"])),
        asked.get("after"),
    )
    if not symbols or not set(channels) <= set(CHANNELS) or not isinstance(after, int | None):
        expected = f"symbols to subscribe, channels of {' '.join(CHANNELS)}, a number in after"
        raise SettingsError(expected=expected, found=repr(text[:80]), todo=f"write {shown}")
    return Wish(
        symbols=frozenset(symbols),
        everybody="*" in symbols,
        channels=tuple(channels),
        interval=Interval.read(str(asked.get("interval", finest.value))),
        after=after,
    )


def _object(text: str) -> Mapping[str, object]:
    """What a reader wrote, or nothing where it is no object."""
    try:
        found: object = json.loads(text)
    except ValueError:
        return {}
    return cast("Mapping[str, object]", found) if isinstance(found, dict) else {}


def _texts(found: object) -> list[str]:
    """A list of texts, or nothing where it is none."""
    if not isinstance(found, list):
        return []
    return [str(each) for each in cast("list[object]", found)]


class Stream:
    """Serves readers out of one feed."""

    def __init__(self, feed: Feed, behaviour: Behaviour, *, is_out: Callable[[], bool]) -> None:
        """`is_out` says whether the exchange answers nobody at present."""
        self._feed, self._behaviour, self._is_out = feed, behaviour, is_out

    async def serve(self, socket: WebSocket) -> None:
        """One reader, until it leaves."""
        if self._behaviour.keys and socket.headers.get("x-api-key", "") not in self._behaviour.keys:
            await socket.close(NOT_ALLOWED, "a known key in X-API-Key is needed")
            return
        await socket.accept()
        try:
            wish = read_wish(await socket.receive_text(), self._feed.intervals()[0])
        except ScanwrightError as error:
            await socket.close(WRONG, str(error)[:120])
            return
        except WebSocketDisconnect:
            return
        await _Reader(socket, self._feed, wish, self._behaviour, self._is_out).run()


class _Reader:
    """A cursor into the feed, and the socket that it is read to."""

    def __init__(
        self, socket: WebSocket, feed: Feed, wish: Wish, behaviour: Behaviour, is_out: Callable[[], bool]
    ) -> None:
        self._socket, self._feed, self._wish = socket, feed, wish
        self._behaviour, self._is_out = behaviour, is_out
        self._at = self._sent = self._reached = feed.last
        self._again = wish.after

    async def run(self) -> None:
        """Read on until the reader leaves, is too slow, or the exchange is away."""
        self._feed.begin()
        known = self._feed.known()
        symbols = known if self._wish.everybody else [each for each in known if each in self._wish.symbols]
        self._feed.want(self._wish.interval, self._wish.channels, symbols)
        hearing = asyncio.get_running_loop().create_task(self._hear())
        try:
            await self._send(self._subscribed(symbols))
            await self._read_on(hearing)
        except TimeoutError:
            await self._socket.close(TOO_SLOW, "read faster, or fewer symbols")
        except WebSocketDisconnect:
            pass
        finally:
            hearing.cancel()
            self._feed.unwant(self._wish.interval, self._wish.channels, symbols)

    def _subscribed(self, symbols: list[str]) -> str:
        told = {"symbols": symbols, "channels": self._wish.channels, "interval": self._wish.interval.value}
        return answers.text({"type": "subscribed", "seq": self._at, "now": answers.moment(self._feed.now), **told})

    async def _read_on(self, hearing: asyncio.Task[None]) -> None:
        quiet = 0.0
        while not hearing.done():
            if self._is_out():
                await self._socket.close(AWAY, "an outage")
                return
            turn, after, self._again = self._feed.turn, self._again, None
            if after is not None:
                await self._back(after)
            quiet = 0.0 if await self._catch_up() else quiet + TICK
            if quiet >= HEARTBEAT:
                quiet = 0.0
                beat = {"type": "heartbeat", "now": answers.moment(self._feed.now), "prev": self._sent}
                await self._send(answers.text(beat))
            await turn.wait()
        hearing.result()

    async def _hear(self) -> None:
        """What the reader writes while it listens: the number after which it wants everything again."""
        while True:
            after = _object(await self._socket.receive_text()).get("after")
            if isinstance(after, int):
                self._again = after

    async def _back(self, after: int) -> None:
        """Stand after a number again; say what is gone."""
        kept = self._feed.first - 1
        if not kept <= after <= self._feed.last:
            here = self._feed.last if after > self._feed.last else kept
            await self._send(answers.text({"type": "gap", "after": after, "next": here + 1}))
            after = here
        self._at = self._sent = after

    async def _catch_up(self) -> int:
        """Send what has come since; the number of messages."""
        sent = 0
        for message in list(self._feed.after(self._at)):
            self._at = message.seq
            if not self._wish.includes(message):
                continue
            text = f'{message.text},"prev":{self._sent}}}'
            self._sent, sent = message.seq, sent + 1
            if message.seq <= self._reached or not self._behaviour.lot(
                f"lose {message.seq}", self._behaviour.lose_rate
            ):
                await self._send(text)
        self._reached = max(self._reached, self._at)
        return sent

    async def _send(self, text: str) -> None:
        await asyncio.wait_for(self._socket.send_text(text), PATIENCE)
