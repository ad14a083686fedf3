"""The page: the files that its build has put into the package, at the addresses that the page has links for.

Files with a hash in their names never change and are kept for good; the page itself is made anew for each reader, with
a nonce that lets the editor and the grid add their styles, and nobody else anything.
"""

from __future__ import annotations

import asyncio
import dataclasses
import re
import secrets
from collections.abc import Mapping
from pathlib import Path

from fastapi import APIRouter, Request
from starlette.responses import Response

from scanwright.app.http.problems import Refused

ROUTES = APIRouter(include_in_schema=False)  # after all others: it answers for whatever stands alone
FOLDER = Path(__file__).parent.parent / "page"
SCREENS = frozenset({"scan", "runs", "symbol", "history", "compare", "lists", "library", "data"})
NONCE = "__NONCE__"
HASHED = "assets"
MEDIA: Mapping[str, str] = {
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".ico": "image/x-icon",
    ".woff2": "font/woff2",
    ".json": "application/json",
}
PACKED: Mapping[str, str] = {"br": ".br", "gzip": ".gz"}
FOR_GOOD = "public, max-age=31536000, immutable"
POLICY = (
    "default-src 'self'; script-src 'self'; style-src 'self' 'nonce-{nonce}'; img-src 'self' data: blob:; "
    "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
UNBUILT = "The page is not built here: `make install` builds it. What programs ask is described at /openapi.json.\n"


async def screen() -> Response:
    """The page, which shows the screen of its address."""
    return await asyncio.to_thread(whole)


async def part(request: Request) -> Response:
    """A file of the page."""
    path = request.url.path.lstrip("/")
    found = await asyncio.to_thread(file, path, request.headers.get("accept-encoding", ""))
    if request.headers.get("if-none-match") == found.headers["etag"]:
        return Response(status_code=304, headers={"ETag": found.headers["etag"]})
    return found


for _address in ("/", *(f"/{each}{rest}" for each in sorted(SCREENS) for rest in ("", "/{rest:path}"))):
    ROUTES.add_api_route(_address, screen, methods=["GET", "HEAD"])
for _address in (f"/{HASHED}/{{name}}", "/{name}"):
    ROUTES.add_api_route(_address, part, methods=["GET", "HEAD"])


def open_to_all(folder: Path = FOLDER) -> frozenset[str]:
    """What an address of the page begins with: who has no key yet gets these too, so that they can sign in."""
    names = (each.name for each in folder.iterdir()) if folder.is_dir() else ()
    return frozenset({"", *SCREENS, *names})


def whole(folder: Path = FOLDER) -> Response:
    """The page, with a nonce of its own."""
    place = folder / "index.html"
    if not place.is_file():
        return Response(UNBUILT, 503, media_type="text/plain")
    nonce = secrets.token_urlsafe(16)
    text = place.read_text(encoding="utf-8").replace(NONCE, nonce)
    headers = {"Content-Security-Policy": POLICY.format(nonce=nonce), "Cross-Origin-Opener-Policy": "same-origin"}
    return Response(text, headers=headers, media_type=MEDIA[".html"])


def file(path: str, accepted: str, folder: Path = FOLDER) -> Response:
    """A file of the page, packed where the reader takes it so and the build has packed it."""
    place = (folder / path).resolve()
    is_ours = place.is_relative_to(folder.resolve()) and place.suffix in MEDIA and not place.name.startswith(".")
    if not is_ours or not place.is_file():
        raise Refused(404, "absent", "there is nothing at this address", hint="openapi.json lists what there is")
    packed = _packed(place, accepted)
    about = (packed or _Packed(place=place, how="")).place.stat()
    headers = {
        "Cache-Control": FOR_GOOD if place.parent.name == HASHED else "no-cache",
        "ETag": f'"{about.st_mtime_ns:x}-{about.st_size:x}"',
        "Vary": "Accept-Encoding",
        "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    }
    if packed is None:
        return Response(place.read_bytes(), headers=headers, media_type=MEDIA[place.suffix])
    headers["Content-Encoding"] = packed.how
    return Response(packed.place.read_bytes(), headers=headers, media_type=MEDIA[place.suffix])


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class _Packed:
    """A file as the build has packed it."""

    place: Path
    how: str


def _packed(place: Path, accepted: str) -> _Packed | None:
    """The file in the smallest form that a reader takes and that there is."""
    for how, suffix in PACKED.items():
        found = place.with_name(place.name + suffix)
        if takes(accepted, how) and found.is_file():
            return _Packed(place=found, how=how)
    return None


def takes(accepted: str, how: str) -> bool:
    """Whether `Accept-Encoding` names a way of packing, and does not refuse it.

    >>> takes("gzip, deflate, br", "br"), takes("gzip;q=1.0, br;q=0", "br"), takes("", "gzip")
    (True, False, False)
    """
    for part in accepted.lower().split(","):
        name, *more = (each.strip() for each in part.split(";"))
        if name == how:
            return not any(re.fullmatch(r"q=0(\.0*)?", each) for each in more)
    return False
