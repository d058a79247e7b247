"""What every answer of the page says of itself: who may show it, keep it, and what may run in it."""

from __future__ import annotations

from collections.abc import Mapping

_SOURCES = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self'",
    "media-src": "'self' blob:",  # a recording, heard in the browser before it is sent
    "connect-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
}
CSP = "; ".join(f"{what} {whence}" for what, whence in _SOURCES.items())
"""Nothing inline, nothing evaluated, nothing from another host."""
ALWAYS: Mapping[str, str] = {
    "Content-Security-Policy": CSP,
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex, nofollow",
    # not no-referrer: a form would then be sent with the origin `null`
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(self), payment=(), usb=()",
}
UNKEPT: Mapping[str, str] = {"Cache-Control": "no-store"}
KEPT: Mapping[str, str] = {"Cache-Control": "public, max-age=31536000, immutable"}
HSTS: Mapping[str, str] = {"Strict-Transport-Security": "max-age=31536000"}
"""Behind TLS only."""
