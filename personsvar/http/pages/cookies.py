"""The two cookies of the page: who is logged in, and who is about to be.

Scripts see neither, no other site's request but a plain link carries them, and where the page is served by
TLS no neighbour under the same domain can set them (`__Host-`, RFC 6265bis).
"""

from __future__ import annotations

from dataclasses import dataclass

from fastapi import Request
from fastapi.responses import Response

LONGEST_TOKEN = 64
"""A cookie that is longer is none of ours."""
VISIT_SECONDS = 12 * 3600
"""The page that asks for the number may stand open a while; a code is over by itself."""


@dataclass(frozen=True, slots=True)
class PageCookies:
    secure: bool

    def session(self, request: Request) -> str | None:
        return self._read(request, "session")

    def visit(self, request: Request) -> str | None:
        return self._read(request, "visit")

    def let_in(self, response: Response, token: str, *, seconds: float) -> None:
        """The visit is over with it: nothing that was known before the log-in is good behind it."""
        self._set(response, "session", token, seconds)
        self._drop(response, "visit")

    def begin_visit(self, response: Response, token: str) -> None:
        self._set(response, "visit", token, VISIT_SECONDS)

    def let_out(self, response: Response) -> None:
        self._drop(response, "session")

    def _name(self, name: str) -> str:
        return f"__Host-personsvar-{name}" if self.secure else f"personsvar-{name}"

    def _read(self, request: Request, name: str) -> str | None:
        token = request.cookies.get(self._name(name), "")
        return token if 0 < len(token) <= LONGEST_TOKEN else None

    def _set(self, response: Response, name: str, token: str, seconds: float) -> None:
        response.set_cookie(
            self._name(name),
            token,
            max_age=int(seconds),
            path="/",
            secure=self.secure,
            httponly=True,
            samesite="lax",
        )

    def _drop(self, response: Response, name: str) -> None:
        response.delete_cookie(self._name(name), path="/", secure=self.secure, httponly=True, samesite="lax")
