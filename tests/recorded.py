"""Recorded answers over real HTTP: a loopback server that says what a provider said, and fails as one fails."""

from __future__ import annotations

import contextlib
import dataclasses
import json
import socket
import struct
import threading
from collections.abc import Callable, Mapping, Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

HELD_AT_MOST = 20.0  # seconds that an answer with a gate waits, should the test fail to open it


@dataclasses.dataclass(frozen=True, kw_only=True)
class Reply:
    """An answer. `{address}` in its body becomes the server's address, as `next_url` needs.

    body: bytes, text, or what is sent as JSON. cut: so many bytes of the body are sent, then the connection ends.
    reset: the connection is torn down with nothing sent. gate: the answer is held until the test sets it.
    """

    body: Any = b""
    status: int = 200
    headers: Mapping[str, str] = dataclasses.field(default_factory=dict)
    cut: int | None = None
    reset: bool = False
    gate: threading.Event | None = None


@dataclasses.dataclass(frozen=True, kw_only=True)
class Seen:
    """A request as it came in; `query` has the last value of each name."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes


Answering = Callable[[Seen], Any]
Route = Any  # a Reply, a body, several of them to be given one after the other (the last stays), or an Answering


class Recorded:
    """A running server: its address, and the requests it has seen, in order."""

    def __init__(self, routes: Mapping[str, Route]):
        self.routes = dict(routes)
        self.seen: list[Seen] = []
        self.connections: set[socket.socket] = set()
        self.torn: set[socket.socket] = set()
        self._given: dict[str, int] = {}
        self._lock = threading.Lock()
        self._server = _Server(self)
        self.address = f"http://127.0.0.1:{self._server.server_port}"

    def asked(self, path: str) -> list[Seen]:
        """The requests for a path."""
        return [each for each in self.seen if each.path == path]

    def reply(self, seen: Seen) -> Reply:
        """What is answered: by the route of the path that names the most of the query; 404 where there is none."""
        with self._lock:
            self.seen.append(seen)
            key = max((each for each in self.routes if _fits(each, seen)), key=_detail, default="")
            if not key:
                return Reply(body={"error": f"no route for {seen.path} {dict(seen.query)}"}, status=404)
            route = self.routes[key]
            if isinstance(route, Sequence) and not isinstance(route, str | bytes):
                turn = self._given[key] = self._given.get(key, -1) + 1
                route = route[min(turn, len(route) - 1)]
        said = route(seen) if callable(route) else route
        return said if isinstance(said, Reply) else Reply(body=said)

    def start(self) -> threading.Thread:
        thread = threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        return thread

    def stop(self, thread: threading.Thread) -> None:
        self._server.shutdown()
        thread.join()
        for each in list(self.connections):
            with contextlib.suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
        self._server.server_close()


@contextlib.contextmanager
def serving(routes: Mapping[str, Route]):
    """A server of some routes: `{"/v2/bars": {...}, "/v2/bars?page=2": Reply(status=429), "*": "for all else"}`."""
    server = Recorded(routes)
    thread = server.start()
    try:
        yield server
    finally:
        server.stop(thread)


def _detail(route: str) -> int:
    return -1 if route == "*" else route.count("=")


def _fits(route: str, seen: Seen) -> bool:
    path, _, query = route.partition("?")
    return path in {"*", seen.path} and set(parse_qsl(query, keep_blank_values=True)) <= set(seen.query.items())


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def __init__(self, recorded: Recorded):
        super().__init__(("127.0.0.1", 0), _Handler)
        self.recorded = recorded

    def shutdown_request(self, request):
        self.recorded.connections.discard(request)
        if request in self.recorded.torn:
            self.close_request(request)
        else:
            super().shutdown_request(request)

    def handle_error(self, request, client_address):
        """A client that went away is no news: tests cut connections on purpose."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def setup(self):
        super().setup()
        self.server.recorded.connections.add(self.connection)

    def log_message(self, *said):
        """Tests read `seen`."""

    def do_GET(self):
        parts = urlsplit(self.path)
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        headers = {name.lower(): value for name, value in self.headers.items()}
        query = dict(parse_qsl(parts.query, keep_blank_values=True))
        seen = Seen(method=self.command, path=parts.path, query=query, headers=headers, body=body)
        self.send(self.server.recorded.reply(seen))

    do_POST = do_HEAD = do_GET  # noqa: N815 - the names that the server looks for

    def send(self, reply: Reply) -> None:
        if reply.gate is not None:
            reply.gate.wait(HELD_AT_MOST)
        if reply.reset:
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.server.recorded.torn.add(self.connection)
            self.close_connection = True
            return
        body, kind = _encoded(reply.body)
        body = body.replace(b"{address}", self.server.recorded.address.encode())
        self.send_response(reply.status)
        for name, value in {"Content-Type": kind, "Content-Length": str(len(body)), **reply.headers}.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body[: reply.cut])
        self.close_connection = self.close_connection or reply.cut is not None


def _encoded(body: Any) -> tuple[bytes, str]:
    if isinstance(body, bytes):
        return body, "application/octet-stream"
    if isinstance(body, str):
        return body.encode(), "text/html" if body.lstrip().startswith("<") else "text/plain"
    return json.dumps(body).encode(), "application/json"
