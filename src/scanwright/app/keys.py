"""Keys that open the server: made here, shown once, kept as hashes, looked up in constant time.

A key is 256 bits of chance, so nobody finds it by trying: a plain SHA-256 hides it as well as a slow hash would, and a
request does not wait 50 ms for it. Slow hashes are for what people choose themselves.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import hashlib
import hmac
import re
import secrets
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Literal

from scanwright.model.clock import Clock
from scanwright.model.errors import Absent, SettingsError
from scanwright.model.secret import Secret

if TYPE_CHECKING:
    from scanwright.store.records.keys import KeyRecord, KeyTable

Scope = Literal["read", "run", "admin"]
SCOPES: tuple[Scope, ...] = ("read", "run", "admin")
PREFIX = "swk"
SHAPE = re.compile(rf"{PREFIX}_[0-9a-f]{{8}}_[A-Za-z0-9_-]{{43}}")
SESSION = dt.timedelta(hours=12)


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Limits:
    """How much one key may ask for.

    requests: a minute. runs: at the same time. streams: readers at the same time. values: numbers that one expression
    may take to compute, bars times symbols times steps. memory: bytes of state that it may take.
    """

    requests: int = 1200
    runs: int = 64
    streams: int = 1000
    values: float = 2e10
    memory: float = 2e9

    @classmethod
    def of(cls, given: Mapping[str, float]) -> Limits:
        """The usual ones with others in their place."""
        names = {each.name for each in dataclasses.fields(cls)}
        return dataclasses.replace(cls(), **{name: value for name, value in given.items() if name in names})


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Caller:
    """Who asks: a key, or whoever sits at a machine that has none."""

    id: str
    name: str
    scopes: frozenset[Scope]
    limits: Limits = dataclasses.field(default_factory=Limits)

    def may(self, scope: Scope) -> bool:
        """Whether a scope is theirs; who runs may read, and an admin may do everything.

        >>> Caller(id="a", name="a", scopes=frozenset({"run"})).may("read")
        True
        """
        return any(SCOPES.index(each) >= SCOPES.index(scope) for each in self.scopes)


HERE = Caller(id="here", name="this machine", scopes=frozenset(SCOPES), limits=Limits(requests=1_000_000))
"""Whoever asks over loopback where no key was ever made."""


class Keys:
    """The keys of a server.

    >>> from scanwright.app.wiring import clock
    >>> from scanwright.store.records.database import Database
    >>> keys = Keys(Database("sqlite://", clock()).keys, clock())
    >>> keys.was_made()
    False
    >>> made, secret = keys.make("phone", ["read"])
    >>> keys.caller(secret).name, keys.caller(Secret("swk_00000000_" + "x" * 43)), keys.was_made()
    ('phone', None, True)
    >>> keys.revoke(made.id)
    >>> keys.caller(secret), keys.was_made()
    (None, True)
    """

    def __init__(self, table: KeyTable, clock: Clock) -> None:
        """Keys are kept in `table`."""
        self._table, self._clock = table, clock

    def make(
        self, name: str, scopes: Iterable[str], limits: Mapping[str, float] | None = None
    ) -> tuple[KeyRecord, Secret]:
        """A new key and what opens the server with it, which is never to be had again."""
        from scanwright.store.records.keys import KeyRecord

        given = Limits.of(limits or {})
        wrong = [each for each in scopes if each not in SCOPES]
        wrong += [f"{key} {value:g}" for key, value in dataclasses.asdict(given).items() if value <= 0]
        if wrong or not scopes or not 0 < len(name.strip()) <= 64:
            found = ", ".join(wrong) or f"name {name!r}, scopes {' '.join(scopes)}"
            todo = f"scopes are {' '.join(SCOPES)}; limits are above 0; a name has 1 to 64 letters"
            raise SettingsError(expected="a key that can be made", found=found, todo=todo)
        id, secret = secrets.token_hex(4), secrets.token_urlsafe(32)
        record = KeyRecord(
            id=id,
            name=name.strip(),
            hash=hashed(secret),
            scopes=tuple(dict.fromkeys(scopes)),
            limits=dict(limits or {}),
            made=self._clock.now(),
        )
        self._table.add(record)
        return record, Secret(f"{PREFIX}_{id}_{secret}")

    def all(self) -> Sequence[KeyRecord]:
        """Every key that was ever made."""
        return self._table.all()

    def was_made(self) -> bool:
        """Whether there ever was a key: from then on nobody is let in without one, also when all are revoked."""
        return bool(self._table.all())

    def revoke(self, id: str) -> None:
        """Let a key open nothing any more; `Absent` where there is none of that id."""
        if not self._table.revoke(id) and self._table.get(id) is None:
            raise Absent(place="the keys", expected="the id of a key", found=repr(id), todo="scanwright keys list")

    def caller(self, secret: Secret) -> Caller | None:
        """Whose key this is; nothing for one that opens nothing."""
        text = secret.reveal()
        if not SHAPE.fullmatch(text):
            return None
        _, id, own = text.split("_", 2)
        known = self._table.get(id)
        fits = hmac.compare_digest(hashed(own), known.hash if known else hashed(""))
        return _caller(known) if known and fits and known.revoked is None else None

    def sign_in(self, secret: Secret) -> tuple[Caller, Secret] | None:
        """A session for a browser, which keeps its token instead of the key; nothing for a key that opens nothing."""
        found = self.caller(secret)
        if found is None:
            return None
        token = secrets.token_urlsafe(32)
        self._table.begin(hashed(token), found.id, self._clock.now() + SESSION)
        return found, Secret(token)

    def signed_in(self, token: Secret) -> Caller | None:
        """Whose session this is."""
        found = self._table.of_session(hashed(token.reveal()))
        return None if found is None else _caller(found)

    def sign_out(self, token: Secret) -> None:
        """End a session."""
        self._table.end(hashed(token.reveal()))


def hashed(text: str) -> str:
    """What is kept of a secret.

    >>> len(hashed("a"))
    64
    """
    return hashlib.sha256(text.encode()).hexdigest()


def _caller(key: KeyRecord) -> Caller:
    known: frozenset[Scope] = frozenset(each for each in SCOPES if each in key.scopes)
    return Caller(id=key.id, name=key.name, scopes=known, limits=Limits.of(key.limits))
