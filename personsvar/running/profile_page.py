"""Min profil, the page for subscribers, as the notifier's HTTP serves it."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from functools import cached_property

from personsvar.bootstrap import Application
from personsvar.gateways.calendar.calendar_desk import CalendarDesk
from personsvar.http.app import Routes
from personsvar.http.pages.operator.operator_routes import operator_routers
from personsvar.http.pages.page_assets import page_assets
from personsvar.http.pages.profile.data_routes import ForgetFiles
from personsvar.http.pages.profile.event_routes import OpenPages
from personsvar.http.pages.profile.profile_routes import profile_routers
from personsvar.http.pages.profile_site import ProfileSite
from personsvar.http.pages.site_address import SiteAddress, site_address
from personsvar.intake.listing import ListedRecording, listing
from personsvar.language.prompts import Catalogue, CatalogueError
from personsvar.running.http_sounds import HttpSounds
from personsvar.storage.changes import SqlMailboxChanges

log = logging.getLogger(__name__)


@dataclass
class ProfilePage:
    application: Application
    sounds: HttpSounds
    calendars: CalendarDesk
    forget_files: ForgetFiles

    @cached_property
    def address(self) -> SiteAddress:
        return site_address(self.application.settings.public_url)

    @property
    def home(self) -> str | None:
        """Where `/` leads; None where there is no page."""
        return self.address.url("/profile") if self.address.has_page else None

    def routers(self) -> Routes:
        """In clear, there is one for this machine alone: else who listens on the way has the sessions."""
        if not self.address.has_page:
            log.warning("there is no page for subscribers: PERSONSVAR_PUBLIC_URL has to begin with https://")
            return []
        site = ProfileSite(self.application.services, self.address, page_assets(), self._prompts())
        own = profile_routers(
            site,
            playable=self.sounds.playable,
            uploads=self.sounds.uploads,
            pages=self._open_pages,
            calendars=self.calendars,
            forget_files=self.forget_files,
        )
        return [*own, *operator_routers(site, self._waiting)]

    def _prompts(self) -> Catalogue | None:
        folder = self.application.settings.prompts / "catalogue"
        try:
            return Catalogue.load(folder)
        except CatalogueError as wrong:
            log.warning("the page does without the voice's words: %s", wrong)
            return None

    def _waiting(self) -> list[ListedRecording]:
        return listing(self.application.takes.spool, self.application.services.clock.now())

    async def close(self) -> None:
        await self._open_pages.close()

    @cached_property
    def _open_pages(self) -> OpenPages:
        """Half of all connections may be pages that wait for something new."""
        settings = self.application.settings
        return OpenPages(SqlMailboxChanges(settings.database), settings.http_connections // 2)
