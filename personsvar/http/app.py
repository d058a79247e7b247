"""The HTTP side: alive, ready, figures, and, while no gateway is configured, the outbox's files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from fastapi import APIRouter, FastAPI
from fastapi.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response
from prometheus_client.exposition import generate_latest
from prometheus_client.registry import Collector, CollectorRegistry

from personsvar.http.api.openapi import describe_api
from personsvar.http.api.page import page
from personsvar.http.dev_outbox.outbox_routes import BASE, outbox_router
from personsvar.http.error_answers import answer_errors
from personsvar.http.head_answers import HeadAnswers
from personsvar.http.health import Check, Health, HealthAnswer
from personsvar.http.metrics import Meter
from personsvar.http.pages.site_address import SiteAddress

OPENAPI, DOCS, STATUS = "/v1/openapi.json", "/docs", "/status"
PLACES = (
    ("/readyz", "whether it can do its work"),
    ("/healthz", "whether it lives"),
    ("/metrics", "figures for Prometheus"),
    (DOCS, "the API"),
)
OUTBOX = (BASE, "what was sent, while nothing takes it")
PRIVATE: Mapping[str, str] = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'",
    "X-Content-Type-Options": "nosniff",
}
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
    home: str | None = None,
    address: SiteAddress | None = None,
) -> FastAPI:
    """`outbox_folder` is given only when notices go to files, `home` and `address` where there is a page."""
    app = FastAPI(title="personsvar", openapi_url=OPENAPI, docs_url=None, redoc_url=None)
    health = Health(checks, meters, lambda: _exposed(collectors))

    @app.get("/healthz", summary="The process is alive", response_class=PlainTextResponse)
    async def healthz() -> Response:  # on the loop itself: no question that hangs is before it
        return _response(health.alive())

    @app.get("/readyz", summary="It can do its work", responses={503: {"description": "it can't, and why"}})
    def readyz() -> Response:
        return _response(health.ready())

    @app.get("/metrics", summary="Figures for Prometheus", response_class=PlainTextResponse)
    def metrics() -> Response:
        return _response(health.figures())

    answer_errors(app)
    if outbox_folder is not None:
        routers = [*routers, outbox_router(outbox_folder, address)]
    for router in routers:
        app.include_router(router)
    describe_api(app)
    _describe(app, outbox=outbox_folder is not None, home=home or STATUS)
    app.state.routes = [*app.routes, *(route for router in routers for route in router.routes)]
    app.add_middleware(HeadAnswers, routes=app.state.routes)
    return app


def _response(answer: HealthAnswer) -> Response:
    return Response(answer.body, answer.status, media_type=answer.media_type)


def _exposed(collectors: Sequence[Collector]) -> bytes:
    registry = CollectorRegistry(auto_describe=False)
    for collector in collectors:
        registry.register(collector)
    return generate_latest(registry)


def _describe(app: FastAPI, *, outbox: bool, home: str) -> None:
    """What there is: for people, without a script."""
    places = [*PLACES, *([OUTBOX] if outbox else ())]
    links = "".join(f'<li><a href="{path}">{path}</a>: {what}</li>' for path, what in places)

    @app.get("/", include_in_schema=False)
    def front() -> RedirectResponse:
        return RedirectResponse(home, 303, headers=PRIVATE)

    @app.get(STATUS, include_in_schema=False)
    def status() -> HTMLResponse:
        return HTMLResponse(_FRONT.format(links=links), headers=PRIVATE)

    @app.get(DOCS, include_in_schema=False)
    def docs() -> HTMLResponse:
        return HTMLResponse(page(app.openapi(), source=OPENAPI), headers=PRIVATE)
