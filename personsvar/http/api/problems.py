"""What the API answers when it does not do what was asked: RFC 9457, `application/problem+json`.

Each kind has a `type` that stays what it is; docs/api.md lists them. `detail` says why in this case, and
never repeats what was given.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from fastapi import HTTPException
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field
from pydantic_core import ErrorDetails
from starlette.exceptions import HTTPException as PlainHTTPException

from personsvar.mailbox.errors import (
    KeyReusedError,
    MailboxError,
    NotReadyError,
    RecordingsAwayError,
    StaleError,
    StoreTooSlowError,
    StoreUnavailableError,
    TakenError,
    UnderWayError,
    UnknownSubscriberError,
)
from personsvar.wrong_values import in_words

MEDIA_TYPE = "application/problem+json"
PREFIX = "/v1/"
"""Below it is the API; what is wrong elsewhere is told otherwise."""
_LONGEST_PLACE = 40


@dataclass(frozen=True, slots=True)
class ProblemKind:
    name: str
    status: int
    title: str

    @property
    def type(self) -> str:
        return f"urn:personsvar:problem:{self.name}"


UNAUTHORIZED = ProblemKind("unauthorized", 401, "No key, or none that opens anything")
CLOSED = ProblemKind("closed", 403, "The API is closed")
WRONG_SCOPE = ProblemKind("wrong-scope", 403, "The key is not for this")
NOT_FOUND = ProblemKind("not-found", 404, "There is no such thing")
METHOD_NOT_ALLOWED = ProblemKind("method-not-allowed", 405, "This can't be done with it")
CONFLICT = ProblemKind("conflict", 409, "As things stand this can't be done")
TAKEN = ProblemKind("taken", 409, "It is there already")
IN_PROGRESS = ProblemKind("in-progress", 409, "The same request is under way")
STALE = ProblemKind("stale", 412, "It was changed in the meantime")
TOO_LARGE = ProblemKind("too-large", 413, "The request is too large")
UNSUPPORTED = ProblemKind("unsupported-media-type", 415, "This kind of content is not taken here")
RANGE = ProblemKind("range-not-satisfiable", 416, "There is nothing in that range")
INVALID = ProblemKind("invalid", 422, "What was asked means nothing")
REFUSED = ProblemKind("refused", 422, "The rules say no")
KEY_REUSED = ProblemKind("key-reused", 422, "The Idempotency-Key was for another request")
IF_MATCH_NEEDED = ProblemKind("precondition-required", 428, "Say which version is to be changed")
TOO_MANY = ProblemKind("too-many", 429, "Too many wrong keys came from there")
INTERNAL = ProblemKind("internal", 500, "An error of ours")
UNAVAILABLE = ProblemKind("unavailable", 503, "It can't be done now")

KINDS = (
    *(UNAUTHORIZED, CLOSED, WRONG_SCOPE, NOT_FOUND, METHOD_NOT_ALLOWED, CONFLICT, TAKEN, IN_PROGRESS, STALE),
    *(TOO_LARGE, UNSUPPORTED, RANGE, INVALID, REFUSED, KEY_REUSED, IF_MATCH_NEEDED, TOO_MANY, INTERNAL),
    UNAVAILABLE,
)
_USUAL = {
    kind.status: kind
    for kind in (
        *(UNAUTHORIZED, WRONG_SCOPE, NOT_FOUND, METHOD_NOT_ALLOWED, CONFLICT, STALE, TOO_LARGE, UNSUPPORTED),
        *(RANGE, INVALID, IF_MATCH_NEEDED, TOO_MANY, INTERNAL, UNAVAILABLE),
    )
}
"""The kind of a problem that says no more than its status."""

_OURS: tuple[tuple[type[Exception], ProblemKind, str], ...] = (
    (StoreTooSlowError, UNAVAILABLE, StoreTooSlowError.what),
    (RecordingsAwayError, UNAVAILABLE, RecordingsAwayError.what),
    (StoreUnavailableError, UNAVAILABLE, StoreUnavailableError.what),
    (UnknownSubscriberError, NOT_FOUND, ""),
    (TakenError, TAKEN, ""),
    (NotReadyError, CONFLICT, ""),
    (UnderWayError, IN_PROGRESS, ""),
    (KeyReusedError, KEY_REUSED, ""),
    (StaleError, STALE, ""),
    (MailboxError, REFUSED, ""),
)
"""Errors of the use cases, the narrower ones first; without words here, they bring their own."""


class WrongField(BaseModel):
    at: str = Field(description="the parameter or field", examples=["limit"])
    why: str = Field(description="what is wrong with it", examples=["should be 1 or more"])


class ProblemForm(BaseModel):
    type: str = Field(
        description="which kind of problem; one of those in docs/api.md", examples=[INVALID.type]
    )
    title: str = Field(description="the kind in words", examples=[INVALID.title])
    status: int = Field(description="the same as the answer's status", examples=[INVALID.status])
    detail: str = Field(description="why, in this case", examples=["limit: should be 1 or more"])
    errors: list[WrongField] | None = Field(None, description="each value that will not do")


class ProblemError(HTTPException):
    """Raised by a route or its guard: the answer is that problem."""

    def __init__(
        self,
        kind: ProblemKind,
        detail: str,
        headers: Mapping[str, str] | None = None,
        *,
        errors: Sequence[WrongField] = (),
    ) -> None:
        super().__init__(kind.status, detail, headers=None if headers is None else dict(headers))
        self.kind = kind
        self.errors = errors


def wrong_value(at: str, why: str) -> ProblemError:
    """The parameter or field `at` will not do."""
    return ProblemError(INVALID, f"{at}: {why}", errors=[WrongField(at=at, why=why)])


def answers(**by_status: str) -> dict[int | str, dict[str, Any]]:
    """`answers(_404="there is no such notice")`, for a route's `responses`."""
    return {int(status[1:]): {"model": ProblemForm, "description": why} for status, why in by_status.items()}


ALWAYS = answers(
    _401="no key, or none that opens anything",
    _403="the key is not for this, or there is no key at all",
    _422="what was asked means nothing, or the rules say no",
    _429="too many wrong keys came from there",
    _503="the database is away",
)
"""What each route may answer."""


@dataclass(frozen=True, slots=True)
class Problem:
    """What is answered in one case."""

    kind: ProblemKind
    detail: str
    errors: Sequence[WrongField] = ()
    headers: Mapping[str, str] | None = None

    def answer(self) -> JSONResponse:
        kind = self.kind
        form = ProblemForm(
            type=kind.type,
            title=kind.title,
            status=kind.status,
            detail=self.detail,
            errors=list(self.errors) or None,
        )
        content = form.model_dump(exclude_none=True)
        return JSONResponse(content, kind.status, headers=self.headers, media_type=MEDIA_TYPE)


def problem_of(wrong: Exception) -> Problem:
    """What an exception is; one that nobody thought of is an error of ours."""
    match wrong:
        case ProblemError():
            return Problem(wrong.kind, wrong.detail, wrong.errors, wrong.headers)
        case RequestValidationError():
            errors = [_wrong_field(detail) for detail in wrong.errors()]
            return Problem(INVALID, "; ".join(f"{it.at}: {it.why}" for it in errors), errors)
        case PlainHTTPException():
            kind, detail = _of_status(wrong.status_code, wrong.detail)
            return Problem(kind, detail, headers=wrong.headers)
    return Problem(*_of_ours(wrong))


def _of_ours(wrong: Exception) -> tuple[ProblemKind, str]:
    for error, kind, detail in _OURS:
        if isinstance(wrong, error):
            return kind, detail or str(wrong)
    return INTERNAL, "it is written in the log"


def _of_status(status: int, detail: str) -> tuple[ProblemKind, str]:
    """A body that is no JSON at all is FastAPI's 400."""
    if status == 400:  # noqa: PLR2004 - a status
        return INVALID, "body: can't be understood"
    return _USUAL.get(status, ProblemKind(f"status-{status}", status, "It was not done")), detail


def _wrong_field(detail: ErrorDetails) -> WrongField:
    """A name that is none of ours is not repeated: it is what was given, as values are."""
    if detail["type"] == "extra_forbidden":
        return WrongField(at=str(detail["loc"][0]), why="a name in it is not known here")
    place = detail["loc"][0] if detail["type"] == "json_invalid" else detail["loc"][-1]
    return WrongField(at=str(place)[:_LONGEST_PLACE], why=in_words(detail))
