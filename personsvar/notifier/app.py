"""The HTTP side: alive, ready, figures, and, while no gateway is configured, the outbox's files."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from pathlib import Path

from fastapi import APIRouter, FastAPI, Request
from fastapi.responses import HTMLResponse, JSONResponse, Response
from prometheus_client.exposition import generate_latest
from prometheus_client.registry import Collector, CollectorRegistry

from personsvar.mailbox.errors import StoreTooSlowError, StoreUnavailableError
from personsvar.notifier.dev_outbox import page
from personsvar.notifier.health import Answer, Check, Health
from personsvar.notifier.metrics import Meter

log = logging.getLogger(__name__)

_PRIVATE = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'",
}
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
    app = FastAPI(title="personsvar", openapi_url="/v1/openapi.json")
    health = Health(checks, meters, lambda: _exposed(collectors))

    @app.get("/healthz", summary="The process is alive")
    def healthz() -> Response:
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

    for router in routers:
        app.include_router(router)
    if outbox_folder is not None:
        _show_outbox(app, outbox_folder)
    return app


def _response(answer: Answer) -> Response:
    return Response(answer.body, answer.status, media_type=answer.media_type)


def _exposed(collectors: Sequence[Collector]) -> bytes:
    registry = CollectorRegistry(auto_describe=False)
    for collector in collectors:
        registry.register(collector)
    return generate_latest(registry)


def _show_outbox(app: FastAPI, folder: Path) -> None:
    @app.get("/dev/outbox", response_class=HTMLResponse, include_in_schema=False)
    def dev_outbox() -> HTMLResponse:
        return HTMLResponse(page(folder), headers=_PRIVATE)
