"""What a page can't do, as an answer: a status, and the words of `texts/` for it (`fault.STATUS`)."""

from __future__ import annotations

from math import ceil

BAD_REQUEST, FORBIDDEN, NOT_FOUND, TOO_LARGE, UNSUPPORTED = 400, 403, 404, 413, 415
MISDIRECTED, TOO_MANY, UNAVAILABLE = 421, 429, 503


class PageFault(Exception):  # noqa: N818 - it is an answer, and its status says whose fault it is
    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


class TriedTooOften(PageFault):
    """429. `wait_seconds`: so long until there is room for one more."""

    def __init__(self, wait_seconds: float) -> None:
        super().__init__(TOO_MANY)
        self.wait_seconds = max(1, ceil(wait_seconds))


class LogInFirst(Exception):  # noqa: N818 - no error: whoever comes here logs in, and is led on
    """Nobody is logged in in this browser, or no more."""
