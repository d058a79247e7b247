"""The headers of a fake channel, as Asterisk's functions tell them (res_pjsip_header_funcs.c)."""

from __future__ import annotations

import re

MOST_BYTES = 4092
"""Of a header with its name, colon and blank; a longer one can't be read, and its name is not told either."""
_READ = re.compile(r"\$\{PJSIP_HEADER\(read,([\w-]+),(\d+)\)\}")
_REMOVE = re.compile(r"\$\{PJSIP_HEADER\(remove,([\w-]+)\$\{PJSIP_HEADERS\(([\w-]+)\)\}\)\}")
_PARTS = re.compile(r"(\$\{CHANNEL\(pjsip,request_uri\)\}|\$\{PJSIP_HEADER\([^()]*(?:\([^()]*\)\})?\)\})")


class SipHeaders:
    def __init__(self, headers: list[tuple[str, str]], *, request_uri: str = "") -> None:
        self.headers = headers
        self._request_uri = request_uri

    def substitute(self, expression: str) -> str:
        """What GET FULL VARIABLE answers, from left to right."""
        parts = _PARTS.split(expression)
        return "".join(map(self._part, parts))

    def _part(self, part: str) -> str:
        if read := _READ.fullmatch(part):
            values = [value for name, value in self.headers if name.lower() == read[1].lower()]
            value = "".join(values[int(read[2]) - 1 : int(read[2])])
            return value if fits(read[1], value) else ""
        if remove := _REMOVE.fullmatch(part):
            return self._remove(remove[1] + self._names(remove[2]))
        return self._request_uri if part.startswith("${CHANNEL") else part

    def _names(self, prefix: str) -> str:
        named = [header for header in self.headers if header[0].lower().startswith(prefix.lower())]
        return ",".join(name for name, _ in named) if all(fits(*header) for header in named) else ""

    def _remove(self, name: str) -> str:
        kept = [header for header in self.headers if header[0].lower() != name.lower()]
        count, self.headers = len(self.headers) - len(kept), kept
        return str(count)


def fits(name: str, value: str) -> bool:
    return len(f"{name}: {value}".encode()) <= MOST_BYTES
