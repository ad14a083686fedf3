"""The events of a run, as they come: server-sent events, and a WebSocket. A reader is a place in what was told.

What was told is sent as it was kept, byte for byte. Several events go to the socket at once; a reader that does not
read holds one such piece, and nothing else.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncGenerator, Iterator, Sequence
from typing import Annotated, Literal

from fastapi import APIRouter, Header, Query, WebSocket
from fastapi.sse import EventSourceResponse
from starlette.responses import Response
from starlette.types import Receive, Scope, Send
from starlette.websockets import WebSocketDisconnect

from scanwright.app.http.limits import Place
from scanwright.app.http.ports import Told
from scanwright.app.http.problems import Refused
from scanwright.app.http.runs import known
from scanwright.app.http.security import too_many
from scanwright.app.http.service import Reader, Served, Service
from scanwright.app.keys import Caller
from scanwright.app.rows import json_text
from scanwright.model.run import Event

ROUTES = APIRouter(prefix="/v1/runs", tags=["runs"])
BEAT = 15.0  # seconds of silence after which a reader is told that somebody is there
PIECE = 1 << 15  # bytes of events that are written at once, where one event is not longer
RETRY = b"retry: 1000\n\n"
INTERRUPTED = b": interrupted\n\n"
BROKEN_OFF = 4001  # the code with which a WebSocket closes where the run was interrupted
Mode = Literal["events", "state"]
After = Annotated[int, Query(ge=0, le=2**53)]
STREAM = {"content": {"text/event-stream": {"schema": {"type": "string"}}}, "description": "events as they come"}


@ROUTES.get(
    "/{run}/events",
    summary="What a run tells, as server-sent events",
    response_class=Response,
    responses={200: STREAM, 204: {"description": "it is over, and the reader has it all"}},
)
async def events(
    run: str,
    service: Served,
    caller: Reader,
    after: After | None = None,
    mode: Mode = "events",
    last_event_id: Annotated[str | None, Header()] = None,
) -> Response:
    """All events after one, and then those that come, until `finished`.

    `id` is an event's `seq`, `event` its type, `data` the event. Who reconnects with `Last-Event-ID` loses nothing; who
    has all of a run that is over gets 204, at which browsers stop to ask. With `mode=state` the first event is the
    present state, and those after it follow.
    """
    place = _place(last_event_id, after)
    record, story = await _story(run, service)
    if place and record == "finished" and not await _has_more(story, place):
        return Response(status_code=204)

    async def sent() -> AsyncGenerator[bytes]:
        start, first = await _start(run, service, story, place, mode)
        yield RETRY + first
        async with contextlib.aclosing(story.read(start, BEAT)) as batches:
            async for batch in batches:
                for piece in pieces(batch):
                    yield framed(piece)
                    service.metrics.events.inc(len(piece))
        if await _is_interrupted(run, service):
            yield INTERRUPTED

    return _Sent(sent(), await _room(service, caller))


class _Sent(EventSourceResponse):
    """Events that are sent to one of the readers that a caller may have."""

    def __init__(self, parts: AsyncGenerator[bytes], room: Place) -> None:
        super().__init__(parts, headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"})
        self._room = room

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        with self._room:
            await super().__call__(scope, receive, send)


@ROUTES.websocket("/{run}/ws")
async def socket(socket: WebSocket, run: str, service: Served, caller: Reader) -> None:
    """All events after `?after=` and those that come, one a message; `?mode=state` begins with the present state."""
    place = socket.query_params.get("after", "0")
    _, story = await _story(run, service)
    mode: Mode = "state" if socket.query_params.get("mode") == "state" else "events"
    with await _room(service, caller):
        await socket.accept()
        telling = asyncio.create_task(_tell(socket, service, story, run, _number(place), mode))
        leaving = asyncio.create_task(_left(socket))
        done, others = await asyncio.wait([telling, leaving], return_when=asyncio.FIRST_COMPLETED)
        for each in others:
            each.cancel()
        await asyncio.wait([telling, leaving])
        if telling in done and telling.exception() is None:
            with contextlib.suppress(WebSocketDisconnect, OSError):
                if await _is_interrupted(run, service):
                    await socket.close(BROKEN_OFF, "interrupted")
                else:
                    await socket.close()


async def _tell(socket: WebSocket, service: Service, story: Told, run: str, after: int, mode: Mode) -> None:
    if mode == "state":
        state = await service.states.of(run, story)
        await socket.send_text(json_text(state.document(run)))
        after = state.last
    async with contextlib.aclosing(story.read(after, BEAT)) as batches:
        async for batch in batches:
            for event in batch:
                await socket.send_text(event.line.decode())
            service.metrics.events.inc(len(batch))


async def _left(socket: WebSocket) -> None:
    """Wait until the other side has gone; what it says meanwhile is not listened to."""
    while (await socket.receive())["type"] != "websocket.disconnect":
        pass


def framed(events: Sequence[Event]) -> bytes:
    r"""Events as they stand in a stream; a comment where nothing was told.

    >>> framed([Event(seq=3, type="hit", line=b'{"seq":3}')])
    b'id: 3\nevent: hit\ndata: {"seq":3}\n\n'
    >>> framed([])
    b': still here\n\n'
    """
    parts = [b"id: %d\nevent: %s\ndata: %s\n\n" % (each.seq, each.type.encode(), each.line) for each in events]
    return b"".join(parts) or b": still here\n\n"


def pieces(events: Sequence[Event]) -> Iterator[Sequence[Event]]:
    """Events as they are written: as many together as are no longer than a piece; of no events one piece of none.

    >>> [len(each) for each in pieces([Event(seq=at, type="hit", line=b"x" * 10_000) for at in range(5)])]
    [3, 2]
    >>> list(pieces([]))
    [[]]
    """
    piece: list[Event] = []
    size = 0
    for event in events:
        if piece and size + len(event.line) > PIECE:
            yield piece
            piece, size = [], 0
        piece.append(event)
        size += len(event.line)
    if piece or not events:
        yield piece


async def _story(run: str, service: Service) -> tuple[str, Told]:
    record = await known(run, service)
    story = await service.shelf.told(run)
    if story is None:
        raise Refused(404, "absent", "no run has this id", hint="GET /v1/runs lists them")
    return record.status, story


async def _room(service: Service, caller: Caller) -> Place:
    """A place for one more reader of a caller."""
    place = await service.limiter.place("streams", caller)
    if place is None:
        raise too_many(f"more than {caller.limits.streams:,} readers at once", BEAT)
    return place


async def _start(run: str, service: Service, story: Told, place: int, mode: Mode) -> tuple[int, bytes]:
    """After which event a reader goes on, and what it is told before."""
    if mode == "events" or place:
        return place, b""
    state = await service.states.of(run, story)
    whole = json_text(state.document(run)).encode()
    return state.last, b"id: %d\nevent: state\ndata: %s\n\n" % (state.last, whole)


async def _is_interrupted(run: str, service: Service) -> bool:
    """Whether nothing more comes, though the run has not finished: it can be continued."""
    record = await service.shelf.get(run)
    return record is not None and record.status == "interrupted"


async def _has_more(story: Told, after: int) -> bool:
    """Whether anything was told after an event."""
    async with contextlib.aclosing(story.read(after, 0.0)) as batches:
        async for batch in batches:
            return bool(batch)
    return False


def _place(last_event_id: str | None, after: int | None) -> int:
    """The event that a reader has seen last: what the browser says stands over what the address says."""
    return _number(last_event_id) if last_event_id else after or 0


def _number(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 16):
        hint = "send the `id` of the last event that was seen"
        raise Refused(422, "request", "expected the number of an event", hint=hint)
    return int(text)
