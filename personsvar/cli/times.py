"""Times as they are typed."""

from __future__ import annotations

from datetime import UTC, datetime

import typer

TIMES = "2026-11-29, 2026-11-29T08:30 (UTC), or 2026-11-29T08:30+01:00"


def time(typed: str) -> datetime:
    """In UTC; what names no zone is UTC."""
    try:
        read = datetime.fromisoformat(typed.strip())
        return (read if read.tzinfo is not None else read.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError) as wrong:
        raise typer.BadParameter(f"{typed[:40]!r} is no time; write it like {TIMES}") from wrong
