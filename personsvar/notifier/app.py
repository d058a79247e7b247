"""The HTTP side: alive, ready, figures, and, while no gateway is configured, the outbox's files."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from fastapi import APIRouter, FastAPI, Request
from fastapi.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response
from prometheus_client.registry import Collector

from personsvar.mailbox.errors import StoreUnavailableError
from personsvar.notifier.dev_outbox import page
from personsvar.notifier.metrics import Meter, exposition

log = logging.getLogger(__name__)

_PRIVATE = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'",
}
Routes = Sequence[APIRouter]
Check = Callable[[], str | None]
"""None when all is well, else what is wrong."""


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

    @app.get("/healthz", summary="The process is alive")
    def healthz() -> PlainTextResponse:
        return PlainTextResponse("ok\n")

    @app.get("/readyz", summary="It can do its work: database and spool")
    def readyz() -> JSONResponse:
        faults = {name: wrong for name, check in checks.items() if (wrong := check()) is not None}
        for name, wrong in faults.items():
            log.warning("not ready: %s", name, extra={"why": wrong})
        return JSONResponse({"ready": not faults, "faults": faults}, status_code=503 if faults else 200)

    @app.get("/metrics", summary="Figures for Prometheus")
    def metrics() -> Response:
        return Response(exposition(meters, collectors), media_type="text/plain; version=0.0.4; charset=utf-8")

    @app.exception_handler(StoreUnavailableError)
    def store_is_away(_: Request, wrong: StoreUnavailableError) -> JSONResponse:
        log.error("a request in vain: the database is away: %s", wrong)
        return JSONResponse({"detail": "the database is away"}, status_code=503)

    for router in routers:
        app.include_router(router)
    if outbox_folder is not None:
        _show_outbox(app, outbox_folder)
    return app


def _show_outbox(app: FastAPI, folder: Path) -> None:
    @app.get("/dev/outbox", response_class=HTMLResponse, include_in_schema=False)
    def dev_outbox() -> HTMLResponse:
        return HTMLResponse(page(folder), headers=_PRIVATE)
