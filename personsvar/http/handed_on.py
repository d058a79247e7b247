"""Whether a proxy stands between us and who asks: then it is nobody on this machine."""

from __future__ import annotations

from fastapi import Request

_TOLD = frozenset({"forwarded", "via", "x-real-ip", "x-client-ip", "true-client-ip", "cf-connecting-ip"})
"""RFC 7239, RFC 9110 (7.6.3), and what proxies say beside them."""
_TOLD_BEGIN = ("x-forwarded", "x-original-")
_OF_OLD_PROXIES = "1.0"
"""No browser speaks it; nginx does, where nobody told it otherwise, and it says nothing else of itself."""


def is_handed_on(request: Request) -> bool:
    names = request.headers.keys()
    told = any(name in _TOLD or name.startswith(_TOLD_BEGIN) for name in names)
    return told or request.scope.get("http_version") == _OF_OLD_PROXIES
