"""Signing in and out, and the keys for whoever keeps the server."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, Request, Response

from scanwright.app.http.problems import Refused
from scanwright.app.http.security import COOKIE, token_of
from scanwright.app.http.service import ADMINS, Served, caller_of
from scanwright.app.http.shapes import KeyBody, SessionBody
from scanwright.app.keys import SESSION
from scanwright.model.secret import Secret

if TYPE_CHECKING:
    from scanwright.store.records.keys import KeyRecord

ROUTES = APIRouter(prefix="/v1", tags=["keys"])


@ROUTES.post("/session", status_code=204, summary="Sign in")
async def sign_in(body: SessionBody, request: Request, response: Response, service: Served) -> None:
    """Sign in with a key. The browser keeps a token in a cookie that no script reads and no other site sends."""
    found = await service.work(lambda: service.keys.sign_in(Secret(body.key)))
    if found is None:
        raise Refused(401, "unauthorized", "this key opens nothing", hint="scanwright keys list says which do")
    _, token = found
    response.set_cookie(
        COOKIE,
        token.reveal(),
        max_age=int(SESSION.total_seconds()),
        httponly=True,
        samesite="strict",
        secure=request.url.scheme == "https",
    )


@ROUTES.get("/session", summary="Who is signed in")
async def who(request: Request) -> dict[str, Any]:
    """Whose key or session this is, what it may do, and how much of it."""
    caller = caller_of(request)
    limits = {name: getattr(caller.limits, name) for name in ("requests", "runs", "streams", "values", "memory")}
    return {"id": caller.id, "name": caller.name, "scopes": sorted(caller.scopes), "limits": limits}


@ROUTES.delete("/session", status_code=204, summary="Sign out")
async def sign_out(request: Request, response: Response, service: Served) -> None:
    """End the session."""
    token = token_of(request.headers)
    if token:
        await service.work(lambda: service.keys.sign_out(token))
    response.delete_cookie(COOKIE, httponly=True, samesite="strict")


@ROUTES.get("/keys", summary="All keys", dependencies=ADMINS)
async def all_of_them(service: Served) -> dict[str, Any]:
    """Every key that was ever made, without what opens the server."""
    return {"keys": [shape(each) for each in await service.work(service.keys.all)]}


@ROUTES.post("/keys", status_code=201, summary="Make a key", dependencies=ADMINS)
async def make(body: KeyBody, service: Served) -> dict[str, Any]:
    """Make a key; `key` is shown here and never again."""
    limits = {str(name): value for name, value in body.limits.items()}
    record, secret = await service.work(lambda: service.keys.make(body.name, body.scopes, limits))
    return shape(record) | {"key": secret.reveal()}


@ROUTES.delete("/keys/{id}", status_code=204, summary="Revoke a key", dependencies=ADMINS)
async def revoke(id: str, service: Served) -> None:
    """Let a key open nothing any more."""
    await service.work(lambda: service.keys.revoke(id[:64]))


def shape(key: KeyRecord) -> dict[str, Any]:
    """A key as requests see it."""
    facts = {"id": key.id, "name": key.name, "scopes": list(key.scopes), "limits": dict(key.limits)}
    return {**facts, "made": key.made.isoformat(), "revoked": key.revoked.isoformat() if key.revoked else None}
