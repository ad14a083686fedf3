"""The gate that every request passes: who may be asked for, from where, by whom, how much of it, and how often.

A page on another site must not reach a server on this machine, so the name that a request asks for must be on a list
(another name for this address is somebody else's page), and an origin that is not this server's is refused, on
WebSockets too. Keys stand in a header or behind a cookie, never in an address.
"""

from __future__ import annotations

import asyncio
import dataclasses
import ipaddress
import math
from collections.abc import Callable, Iterable, Mapping
from http.cookies import CookieError, SimpleCookie

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from scanwright.app.http.limits import Limiter
from scanwright.app.http.problems import Refused, answer, of_error
from scanwright.app.keys import HERE, SHAPE, Caller, Keys
from scanwright.model.clock import Clock
from scanwright.model.errors import ScanwrightError, SettingsError
from scanwright.model.secret import NO_SECRET, Secret

COOKIE = "scanwright"
BODY = 1 << 18  # bytes that a request may have
SLOW = 20.0  # seconds that a body may take to come
TRUSTED = 1.0  # seconds that a key which was let in is not looked up again
MOST_TRUSTED = 1000
OPEN = frozenset({"/healthz", "/readyz"})
SIGN_IN = "/v1/session"
LOOPBACK = ("localhost", "127.0.0.1", "[::1]")
SAFE: Mapping[bytes, bytes] = {
    b"x-content-type-options": b"nosniff",
    b"referrer-policy": b"no-referrer",
    b"cache-control": b"no-store",
    b"cross-origin-resource-policy": b"same-origin",
    b"content-security-policy": b"default-src 'none'; frame-ancestors 'none'",
}


ANYBODY = Caller(id="anybody", name="", scopes=frozenset())
"""Whoever looks at the page, which says nothing by itself."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class Rules:
    """What the gate goes by.

    hosts: names that a request may ask for. is_loopback: whether only this machine reaches the server.
    """

    hosts: frozenset[str]
    is_loopback: bool

    @classmethod
    def of(cls, host: str, further: Iterable[str] = ()) -> Rules:
        """The rules of a server that listens at an address.

        >>> Rules.of("127.0.0.1").is_loopback, Rules.of("0.0.0.0", ["scans.example"]).is_loopback
        (True, False)
        """
        own = () if host in {"0.0.0.0", "::"} else (host,)  # noqa: S104 - compared, not listened at
        names = (*LOOPBACK, *further, *own)
        return cls(hosts=frozenset(_bracketed(each.lower()) for each in names), is_loopback=is_loopback(host))


def is_loopback(host: str) -> bool:
    """Whether an address is reached from this machine only.

    >>> is_loopback("localhost"), is_loopback("::1"), is_loopback("192.168.0.7")
    (True, True, False)
    """
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host.lower() == "localhost"


def closed(host: str, keys: Keys) -> None:
    """Refuse to start where a stranger could come in: on another address than loopback, without a key that is valid."""
    if is_loopback(host) or any(each.revoked is None for each in keys.all()):
        return
    todo = "scanwright keys create NAME --scopes run, or listen on 127.0.0.1"
    raise SettingsError(expected=f"a key before others may reach {host}", found="no key that is valid", todo=todo)


class Gate:
    """An ASGI application that stands before another one; `scope["state"]["caller"]` says who was let in."""

    def __init__(
        self,
        inner: ASGIApp,
        *,
        rules: Rules,
        keys: Keys,
        limiter: Limiter,
        clock: Clock,
        hidden: Callable[[str], str],
        page: frozenset[str] = frozenset(),
    ) -> None:
        """Let into `inner` whom the rules and the keys let in; `hidden` takes out what no stranger may read.

        page: what addresses begin with that anybody may look at: files that are the same for all, and say nothing.
        """
        self._page = page
        self._inner, self._rules, self._keys, self._limiter, self._clock = inner, rules, keys, limiter, clock
        self._hidden = hidden
        self._trusted: dict[Secret, tuple[Caller, float]] = {}
        self._is_keyed = (False, -math.inf)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] == "lifespan":
            await self._inner(scope, receive, send)
            return
        try:
            caller = await self._let_in(scope)
            receive = await self._body(scope, receive)
        except Refused as refused:
            await _turned_away(refused, scope, receive, send)
            return
        except ScanwrightError as error:
            found = of_error(error, self._hidden)
            status, headers = int(str(found["status"])), {"Retry-After": "5"}
            refused = Refused(status, error.code, str(found["detail"]), headers=headers)
            await _turned_away(refused, scope, receive, send)
            return
        scope.setdefault("state", {})["caller"] = caller
        await self._inner(scope, receive, send if scope["type"] == "websocket" else _safe(send))

    async def _let_in(self, scope: Scope) -> Caller:
        headers = Headers(scope=scope)
        if scope["path"] in OPEN:
            return HERE
        self._asked_for(headers)
        asked = f"{scope.get('raw_path', b'').decode('latin-1')}?{scope.get('query_string', b'').decode('latin-1')}"
        if SHAPE.search(asked):
            todo = "send `Authorization: Bearer KEY`; addresses are written down on the way, so revoke this key"
            raise Refused(400, "key-in-address", "a key stands in the address", hint=todo)
        if self._is_page(scope):
            return ANYBODY
        _from_here(headers)
        caller = await self._caller(headers)
        if caller is None and scope["type"] == "http" and (scope["method"], scope["path"]) == ("POST", SIGN_IN):
            caller = Caller(id=f"signing in from {_peer(scope)}", name="", scopes=frozenset())
        if caller is None:
            todo = "send `Authorization: Bearer KEY`; `scanwright keys create NAME` makes one"
            challenge = {"WWW-Authenticate": 'Bearer realm="scanwright"'}
            raise Refused(401, "unauthorized", "expected a valid key, found none", hint=todo, headers=challenge)
        wait = await self._limiter.wait(caller)
        if wait:
            raise too_many(f"more than {caller.limits.requests:,} requests a minute", wait)
        return caller

    def _is_page(self, scope: Scope) -> bool:
        """Whether a file of the page is asked for; a link on another site may lead to it."""
        is_read = scope["type"] == "http" and scope["method"] in {"GET", "HEAD"}
        return is_read and scope["path"].lstrip("/").partition("/")[0] in self._page

    def _asked_for(self, headers: Headers) -> None:
        """Refuse a name that is not this server's."""
        names = headers.getlist("host")
        if len(names) != 1 or _name(names[0]) not in self._rules.hosts:
            todo = "start the server with --allow-host NAME for each further name that it has"
            raise Refused(421, "host", "this server is not called what was asked for", hint=todo)

    async def _caller(self, headers: Headers) -> Caller | None:
        """Whose key or session a request has; whoever sits at this machine, where no key was ever made."""
        if not await self._keyed() and self._rules.is_loopback:
            if {"forwarded", "x-forwarded-for", "via"} & set(headers.keys()):
                todo = "make a key: scanwright keys create NAME"
                raise Refused(401, "unauthorized", "others reach this server, and it has no key", hint=todo)
            return HERE
        scheme, _, text = headers.get("authorization", "").partition(" ")
        if scheme.lower() == "bearer":
            return await self._known(Secret(text.strip()), self._keys.caller)
        token = token_of(headers)
        return await self._known(token, self._keys.signed_in) if token else None

    async def _keyed(self) -> bool:
        """Whether there ever was a key."""
        known, since = self._is_keyed
        if not known and self._clock.monotonic() - since > TRUSTED:
            self._is_keyed = (await asyncio.to_thread(self._keys.was_made), self._clock.monotonic())
        return self._is_keyed[0]

    async def _known(self, secret: Secret, look: Callable[[Secret], Caller | None]) -> Caller | None:
        now = self._clock.monotonic()
        kept = self._trusted.get(secret)
        if kept is not None and kept[1] > now:
            return kept[0]
        self._trusted.pop(secret, None)
        found = await asyncio.to_thread(look, secret)
        if found is not None:
            while len(self._trusted) >= MOST_TRUSTED:
                del self._trusted[next(iter(self._trusted))]
            self._trusted[secret] = (found, now + TRUSTED)
        return found

    async def _body(self, scope: Scope, receive: Receive) -> Receive:
        """The whole of a small JSON body, before anybody works on it; anything else is refused."""
        if scope["type"] != "http" or scope["method"] in {"GET", "HEAD", "OPTIONS"}:
            return receive
        headers = Headers(scope=scope)
        length = headers.get("content-length", "0")
        if not (length.isascii() and length.isdigit() and len(length) < 12) or int(length) > BODY:
            raise _too_large()
        try:
            async with asyncio.timeout(SLOW):
                body = await _whole(receive)
        except TimeoutError:
            raise Refused(408, "slow", f"the body took more than {SLOW:g} seconds to come") from None
        if body and headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
            raise Refused(415, "not-json", "expected a body of application/json", hint="set Content-Type")
        return _again(body, receive)


def too_many(what: str, wait: float) -> Refused:
    """That somebody asks too much, and when to ask again."""
    after = {"Retry-After": str(max(1, math.ceil(wait)))}
    return Refused(429, "too-many", f"{what}, which is this key's limit", hint="wait", headers=after)


def token_of(headers: Headers) -> Secret:
    """The session's token, nothing where there is none."""
    try:
        morsel = SimpleCookie(headers.get("cookie", "")).get(COOKIE)
    except CookieError:
        return NO_SECRET
    return Secret(morsel.value) if morsel else NO_SECRET


def _from_here(headers: Headers) -> None:
    """Refuse what another site's page asks for."""
    host = headers.get("host", "").lower()
    for origin in headers.getlist("origin"):
        scheme, sign, place = origin.lower().partition("://")
        if not sign or scheme not in {"http", "https"} or place != host:
            raise Refused(403, "origin", "a page of another origin asks", hint="pages of this server may, no others")
    if headers.get("sec-fetch-site", "none").lower() not in {"none", "same-origin"}:
        raise Refused(403, "origin", "a page of another site asks", hint="pages of this server may, no others")


def _name(host: str) -> str:
    """A host without its port.

    >>> _name("LocalHost:80"), _name("[::1]:80"), _name("[::1]")
    ('localhost', '[::1]', '[::1]')
    """
    text = host.strip().lower()
    head, sign, port = text.rpartition(":")
    return head if sign and port.isdigit() and (not head.startswith("[") or head.endswith("]")) else text


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host and not host.startswith("[") else host


def _peer(scope: Scope) -> str:
    client = scope.get("client")
    return str(client[0]) if client else ""


def _too_large() -> Refused:
    return Refused(413, "too-large", f"a body may have {BODY:,} bytes", hint="leave out what is not needed")


async def _whole(receive: Receive) -> bytes:
    parts: list[bytes] = []
    size, more = 0, True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            return b""
        parts.append(message.get("body", b""))
        size += len(parts[-1])
        more = message.get("more_body", False)
        if size > BODY:
            raise _too_large()
    return b"".join(parts)


def _again(body: bytes, receive: Receive) -> Receive:
    """Hand out a body that was read, then what comes after it."""
    waiting: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def handed() -> Message:
        return waiting.pop() if waiting else await receive()

    return handed


def _safe(send: Send) -> Send:
    """Let browsers guess nothing and keep nothing."""

    async def sent(message: Message) -> None:
        if message["type"] == "http.response.start":
            there = {name.lower() for name, _ in message.get("headers", ())}
            more = [(name, value) for name, value in SAFE.items() if name not in there]
            message = {**message, "headers": [*message.get("headers", ()), *more]}
        await send(message)

    return sent


async def _turned_away(refused: Refused, scope: Scope, receive: Receive, send: Send) -> None:
    """Say no: as a document, also to a WebSocket where the server can."""
    response = answer(refused.document, refused.headers)
    if scope["type"] == "http":
        await response(scope, receive, _safe(send))
    elif "websocket.http.response" in scope.get("extensions", {}):
        await send(
            {"type": "websocket.http.response.start", "status": refused.status_code, "headers": response.raw_headers}
        )
        await send({"type": "websocket.http.response.body", "body": response.body})
    else:
        await send({"type": "websocket.close", "code": 1008})
