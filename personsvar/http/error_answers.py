"""What is answered when something goes wrong: of the API a problem, elsewhere a `detail`."""

from __future__ import annotations

import logging

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from starlette.exceptions import HTTPException as PlainHTTPException
from starlette.requests import ClientDisconnect

from personsvar.http.api.openapi import methods_at
from personsvar.http.api.problems import METHOD_NOT_ALLOWED, PREFIX, problem_of
from personsvar.http.head_answers import has_head
from personsvar.mailbox.errors import MailboxError, StoreTooSlowError, StoreUnavailableError

log = logging.getLogger(__name__)


def answer_errors(app: FastAPI) -> None:
    @app.exception_handler(StoreUnavailableError)
    def store_is_away(request: Request, wrong: StoreUnavailableError) -> JSONResponse:
        log.error("a request in vain: %s: %s", wrong.what, wrong)
        return _answer(request, wrong)

    @app.exception_handler(StoreTooSlowError)
    def store_is_slow(request: Request, wrong: StoreTooSlowError) -> JSONResponse:
        log.error("a request in vain: the database took too long: %s", wrong)
        return _answer(request, wrong)

    @app.exception_handler(ClientDisconnect)
    def client_has_left(_: Request, __: ClientDisconnect) -> Response:
        """Nobody reads it, and it is no fault of ours."""
        return Response(status_code=400)

    for kind in (PlainHTTPException, RequestValidationError, MailboxError, Exception):
        app.add_exception_handler(kind, _answer)


def _allowed(request: Request) -> list[str]:
    head = ["HEAD"] if has_head(request.app.state.routes, request.scope) else []
    return sorted([*methods_at(request.app, request.url.path), *head])


def _answer(request: Request, wrong: Exception) -> JSONResponse:
    """Each parameter that will not do, in our own words; what was given for it is not repeated."""
    problem = problem_of(wrong)
    if request.url.path.startswith(PREFIX):
        answer = problem.answer()
        if problem.kind is METHOD_NOT_ALLOWED:
            answer.headers["Allow"] = ", ".join(_allowed(request))
        return answer
    return JSONResponse({"detail": problem.detail}, problem.kind.status, headers=problem.headers)
