"""The HTTP side: alive, ready, figures, and, while no gateway is configured, the outbox's files."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from pathlib import Path

from fastapi import APIRouter, FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, JSONResponse, Response
from prometheus_client.exposition import generate_latest
from prometheus_client.registry import Collector, CollectorRegistry

from personsvar.http.api.page import page
from personsvar.http.dev_outbox import PRIVATE, outbox_router
from personsvar.http.health import Check, Health, HealthAnswer
from personsvar.http.metrics import Meter
from personsvar.mailbox.errors import StoreTooSlowError, StoreUnavailableError
from personsvar.wrong_values import in_words

log = logging.getLogger(__name__)

OPENAPI, DOCS = "/v1/openapi.json", "/docs"
PLACES = (
    ("/readyz", "whether it can do its work"),
    ("/healthz", "whether it lives"),
    ("/metrics", "figures for Prometheus"),
    (DOCS, "the API"),
)
OUTBOX = ("/dev/outbox", "what was sent, while nothing takes it")
_FRONT = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>personsvar</title></head><body>
<h1>personsvar</h1>
<ul>{links}</ul>
</body></html>
"""
Routes = Sequence[APIRouter]


def make_app(
    *,
    checks: Mapping[str, Check],
    meters: Sequence[Meter],
    routers: Routes = (),
    collectors: Sequence[Collector] = (),
    outbox_folder: Path | None = None,
) -> FastAPI:
    """`outbox_folder` is given only when notices go to files."""
    app = FastAPI(title="personsvar", openapi_url=OPENAPI, docs_url=None, redoc_url=None)
    health = Health(checks, meters, lambda: _exposed(collectors))

    @app.get("/healthz", summary="The process is alive")
    async def healthz() -> Response:  # on the loop itself: no question that hangs is before it
        return _response(health.alive())

    @app.get("/readyz", summary="It can do its work")
    def readyz() -> Response:
        return _response(health.ready())

    @app.get("/metrics", summary="Figures for Prometheus")
    def metrics() -> Response:
        return _response(health.figures())

    @app.exception_handler(StoreUnavailableError)
    def store_is_away(_: Request, wrong: StoreUnavailableError) -> JSONResponse:
        log.error("a request in vain: the database is away: %s", wrong)
        return JSONResponse({"detail": "the database is away"}, status_code=503)

    @app.exception_handler(StoreTooSlowError)
    def store_is_slow(_: Request, wrong: StoreTooSlowError) -> JSONResponse:
        log.error("a request in vain: the database took too long: %s", wrong)
        return JSONResponse({"detail": "the database took too long: ask for less"}, status_code=503)

    @app.exception_handler(RequestValidationError)
    def means_nothing(_: Request, wrong: RequestValidationError) -> JSONResponse:
        """Each parameter that will not do, in our own words; what was given for it is not repeated."""
        told = (f"{str(detail['loc'][-1])[:40]}: {in_words(detail)}" for detail in wrong.errors())
        return JSONResponse({"detail": "; ".join(told)}, status_code=422)

    for router in routers:
        app.include_router(router)
    if outbox_folder is not None:
        app.include_router(outbox_router(outbox_folder))
    _describe(app, outbox=outbox_folder is not None)
    return app


def _response(answer: HealthAnswer) -> Response:
    return Response(answer.body, answer.status, media_type=answer.media_type)


def _exposed(collectors: Sequence[Collector]) -> bytes:
    registry = CollectorRegistry(auto_describe=False)
    for collector in collectors:
        registry.register(collector)
    return generate_latest(registry)


def _describe(app: FastAPI, *, outbox: bool) -> None:
    """What there is: for people, without a script."""
    places = [*PLACES, *([OUTBOX] if outbox else ())]
    links = "".join(f'<li><a href="{path}">{path}</a>: {what}</li>' for path, what in places)

    @app.get("/", include_in_schema=False)
    def front() -> HTMLResponse:
        return HTMLResponse(_FRONT.format(links=links), headers=PRIVATE)

    @app.get(DOCS, include_in_schema=False)
    def docs() -> HTMLResponse:
        return HTMLResponse(page(app.openapi(), source=OPENAPI), headers=PRIVATE)
