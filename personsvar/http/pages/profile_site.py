"""Min profil as a whole: what its routes share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from math import ceil
from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse, RedirectResponse
from jinja2 import Environment, PackageLoader, StrictUndefined

from personsvar.http.pages.cookies import PageCookies
from personsvar.http.pages.page_assets import PageAsset
from personsvar.http.pages.page_faults import LogInFirst
from personsvar.http.pages.page_texts import said, spoken
from personsvar.http.pages.site_address import SiteAddress
from personsvar.language.prompts import Catalogue
from personsvar.mailbox.model.subscriber import Language
from personsvar.mailbox.profile.tokens import form_token
from personsvar.mailbox.profile.web_sessions import Visitor, visitor
from personsvar.mailbox.services import Services
from personsvar.notifier.words.facts import written

SEE_OTHER, UNPROCESSABLE = 303, 422
TOLD = (400, 403, 404, 405, 413, 415, 421, 429, 503)
"""Faults that have words of their own."""


@dataclass(frozen=True)
class ProfileSite:
    services: Services
    address: SiteAddress
    assets: Mapping[str, PageAsset] = field(repr=False)
    prompts: Catalogue | None = field(default=None, repr=False)
    """What the voice says; None: it is not known here, and the page says it in words of its own."""

    @cached_property
    def cookies(self) -> PageCookies:
        return PageCookies(self.address.is_secure)

    def url(self, path: str) -> str:
        return self.address.url(path)

    def to(self, path: str) -> RedirectResponse:
        """Behind a form: the browser goes on to a page that may be loaded again."""
        return RedirectResponse(self.url(path), SEE_OTHER)

    def visitor(self, request: Request, *, counts: bool = True) -> Visitor:
        """Who is logged in in this browser. Raise LogInFirst. It `counts`: the session is in use."""
        token = self.cookies.session(request)
        found = None if token is None else visitor(self.services, token, counts=counts)
        if found is None:
            raise LogInFirst
        return found

    def language(self, request: Request) -> Language:
        """Of somebody who is not logged in: as asked for on the page, else as the browser says."""
        chosen = request.query_params.get("language")
        if chosen in ("nb", "en"):
            return "en" if chosen == "en" else "nb"
        return spoken(request.headers.get("accept-language", ""))

    def page(
        self,
        request: Request,
        template: str,
        language: Language,
        *,
        status: int = 200,
        token: str | None = None,
        **shown: Any,
    ) -> HTMLResponse:
        """`token` is the browser's, for the forms on the page; else it is read from the cookies."""
        held = token or self.cookies.session(request) or self.cookies.visit(request)
        html = self._templates.get_template(template).render(
            language=language,
            text=lambda name, **facts: said(language, name, **facts),
            url=self.url,
            asset=self._asset_url,
            form_token="" if held is None else form_token(held),
            path=request.url.path,
            **shown,
        )
        return HTMLResponse(html, status)

    def own_page(
        self,
        request: Request,
        who: Visitor,
        part: str,
        *,
        done: str | None = None,
        wrong: str | None = None,
        **shown: Any,
    ) -> HTMLResponse:
        """A part of the subscriber's own; it says what was `done` by a form, or what was `wrong` in it."""
        owner = who.subscriber
        status = UNPROCESSABLE if wrong else 200
        own = {"part": part, "number": written(owner.number), "done": done, "wrong": wrong}
        return self.page(request, f"profile/{part}.html", owner.language, status=status, **own, **shown)

    def fault(self, request: Request, status: int, *, wait_seconds: int = 0) -> HTMLResponse:
        """What went wrong, as a page; `wait_seconds`: when it may be tried again."""
        told = status if status in TOLD else 400
        minutes = max(1, ceil(wait_seconds / 60))
        language = self.language(request)
        return self.page(request, "fault.html", language, status=status, fault=str(told), minutes=minutes)

    def _asset_url(self, name: str) -> str:
        return self.url(f"/profile/assets/{self.assets[name].path}")

    @cached_property
    def _templates(self) -> Environment:
        return Environment(
            loader=PackageLoader("personsvar.http.pages"),
            autoescape=True,
            undefined=StrictUndefined,
            auto_reload=False,  # else each page looks at the time of each of its files
            trim_blocks=True,
            lstrip_blocks=True,
        )
