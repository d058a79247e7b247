"""GET /profile/assets/DIGEST-NAME: what pages are shown with; the same for everybody, and kept for a year."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import Response

from personsvar.http.pages.page_faults import NOT_FOUND, PageFault
from personsvar.http.pages.page_headers import KEPT
from personsvar.http.pages.page_route import page_route
from personsvar.http.pages.profile_site import ProfileSite


def assets_router(site: ProfileSite) -> APIRouter:
    router = APIRouter(prefix="/profile/assets", include_in_schema=False, route_class=page_route(site))
    served = {asset.path: (asset, asset.packed) for asset in site.assets.values()}

    @router.get("/{path}")
    async def asset(request: Request, path: str) -> Response:
        if path not in served:
            raise PageFault(NOT_FOUND)
        wanted, packed = served[path]
        headers = {**KEPT, "Vary": "Accept-Encoding"}
        if "gzip" in request.headers.get("accept-encoding", ""):
            headers["Content-Encoding"] = "gzip"
            return Response(packed, media_type=wanted.media_type, headers=headers)
        return Response(wanted.content, media_type=wanted.media_type, headers=headers)

    return router
