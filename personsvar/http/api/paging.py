"""Pages of long lists, each beginning behind the last thing of the one before: no page is counted off."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar
from urllib.parse import urlencode

from fastapi import Request

T = TypeVar("T")


def one_page(found: Sequence[T], limit: int) -> tuple[Sequence[T], bool]:
    """Of `limit` and one more that were asked for: the page, and whether there is another."""
    return found[:limit], len(found) > limit


def link_to_next(request: Request, **behind: object) -> str:
    """The address of the next page, with the same filters."""
    asked = [(name, value) for name, value in request.query_params.multi_items() if name not in behind]
    told = [(name, str(value)) for name, value in behind.items()]
    return f"{request.url.path}?{urlencode([*asked, *told])}"
