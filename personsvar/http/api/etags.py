"""`ETag`, `If-Match` and `If-None-Match` (RFC 9110): whoever changes something says which version he saw."""

from __future__ import annotations

import re
from typing import Annotated, Any

from fastapi import Header, Response

from personsvar.http.api.problems import IF_MATCH_NEEDED, STALE, ProblemError, answers

_TAGS = re.compile(r'\s*(W/)?"([\x21\x23-\x7e\x80-\xff]*)"\s*(?:,|$)')
_ANY = "*"

IfMatch = Annotated[
    str | None,
    Header(description="the version that is to be changed: the `ETag` it came with, or `*` for any"),
]
IfNoneMatch = Annotated[str | None, Header(description="the versions that are known: `304` for these")]

VERSION = {"headers": {"ETag": {"description": "its version", "schema": {"type": "string"}}}}
CREATED = {
    "headers": {
        **VERSION["headers"],
        "Location": {"description": "where it is found", "schema": {"type": "string"}},
    }
}
AS_IT_WAS: dict[int | str, dict[str, Any]] = {304: {"description": "it is as it was"}}
CHANGED = answers(_412="it was changed in the meantime")
NEEDED = answers(_428="it lacks If-Match")


def etag(version: str) -> str:
    return f'"{version}"'


def needed(if_match: str | None) -> str:
    """Raise ProblemError when it is missing."""
    if if_match is None:
        raise ProblemError(IF_MATCH_NEEDED, "send If-Match with the ETag of what is to be changed")
    return if_match


def version_meant(if_match: str | None, version: str) -> str | None:
    """Which version has to be there when it is changed: `version`, which is there now, or (None) any.

    Raise ProblemError when it is neither.
    """
    if if_match is None or if_match.strip() == _ANY:
        return None
    if version not in {tag for weak, tag in _TAGS.findall(if_match) if not weak}:
        raise ProblemError(STALE, "it was changed in the meantime")
    return version


def as_it_was(if_none_match: str | None, version: str) -> Response | None:
    """304 for whoever knows that version already; None: it is to be sent."""
    if not _is_known(if_none_match, version):
        return None
    return Response(status_code=304, headers={"ETag": etag(version)})


def _is_known(if_none_match: str | None, version: str) -> bool:
    if if_none_match is None:
        return False
    return if_none_match.strip() == _ANY or version in {tag for _, tag in _TAGS.findall(if_none_match)}
