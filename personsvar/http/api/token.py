"""Who may use the API: whoever has the token (RFC 6750). Without one set, nobody."""

from __future__ import annotations

import hmac
from collections.abc import Callable
from typing import Annotated

from fastapi import Depends, HTTPException
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

_bearer = HTTPBearer(auto_error=False)
Credentials = Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)]


Guard = Callable[[HTTPAuthorizationCredentials | None], None]


def who_has(token: str | None) -> Guard:
    """A dependency that lets through who sends the token. An empty one is none: nobody has it."""
    token = (token or "").strip()

    def check(credentials: Credentials) -> None:
        if not token:
            raise HTTPException(403, "the API is closed: set PERSONSVAR_API_TOKEN")
        given = "" if credentials is None else credentials.credentials
        if not hmac.compare_digest(given.encode(), token.encode()):
            raise HTTPException(401, "a bearer token is needed", headers={"WWW-Authenticate": "Bearer"})

    return check
