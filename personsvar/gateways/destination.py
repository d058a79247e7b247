"""Where a request goes: a URL without the login in it, which is sent as a header."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit

import httpx


@dataclass(frozen=True, slots=True)
class Destination:
    """A URL that is asked, taken apart."""

    url: str = field(repr=False)
    bare: httpx.URL = field(repr=False)
    """The URL stands here without name and password."""
    login: Mapping[str, str] = field(repr=False)
    """Name and password stand here as a header."""

    @classmethod
    def of(cls, url: str) -> Destination:
        """Raise ValueError when nobody can be asked there; of the URL its text holds but the host."""
        where = urlsplit(url)
        if where.scheme not in ("http", "https") or not where.hostname:
            raise ValueError("a URL should be http[s]://host/path")
        netloc = where.netloc.rpartition("@")[2]
        try:
            bare = httpx.URL(where._replace(netloc=netloc, fragment="").geturl())
        except httpx.InvalidURL as wrong:
            raise ValueError(f"no host of a URL: {where.hostname}") from wrong
        return cls(url, bare, _login(where.username, where.password))

    @property
    def host(self) -> str:
        return self.bare.raw_host.decode("ascii")

    @property
    def port(self) -> int:
        return self.bare.port or (443 if self.bare.scheme == "https" else 80)

    @property
    def is_encrypted(self) -> bool:
        return self.bare.scheme == "https"

    @property
    def name(self) -> str:
        """As ledgers and lists name it: a path may hold a secret."""
        return self.bare.netloc.decode("ascii")


def _login(username: str | None, password: str | None) -> dict[str, str]:
    if username is None:
        return {}
    both = f"{unquote(username)}:{unquote(password or '')}".encode()
    return {"Authorization": f"Basic {base64.b64encode(both).decode('ascii')}"}
