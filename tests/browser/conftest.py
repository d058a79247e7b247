"""A real browser, Debian's Chromium, on a real notifier. What its console complains of fails the test."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page

from personsvar import storage
from personsvar.mailbox.model.ids import Number
from personsvar.mailbox.model.web_access import Role
from personsvar.mailbox.rules import Rules
from personsvar.mailbox.services import Services
from personsvar.storage import SqlStore
from personsvar.vault import FernetVault, new_key
from personsvar.world import RealChance, RealClock
from tests.browser.browsers import heard_once, pages_in, running_chromium
from tests.browser.page_site import PageSite, speech
from tests.fakes.bank_holidays import NamedBankHolidays
from tests.real.ports import free_tcp_port
from tests.real.site import ServiceProcess

Opened = Callable[..., Page]


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PageSite]:
    folder, key = tmp_path_factory.mktemp("page"), new_key()
    url, bind = f"sqlite:///{folder}/personsvar.db", f"127.0.0.1:{free_tcp_port()}"
    storage.upgrade(url)
    environment = {
        "PERSONSVAR_DATABASE_URL": url,
        "PERSONSVAR_STATE": str(folder),
        "PERSONSVAR_SECRET_KEY": key,
        "PERSONSVAR_HTTP_BIND": bind,
    }
    service, store = ServiceProcess(environment, folder / "log", "notifier"), SqlStore(url)
    services = Services(store, RealClock(), RealChance(), FernetVault(key), Rules(), NamedBankHolidays())
    try:
        service.start()
        yield PageSite(services, service, folder / "outbox", f"http://{bind}")
    finally:
        service.kill()
        store.close()


@pytest.fixture(scope="session")
def chromium(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """Its microphone hears somebody speak."""
    microphone = tmp_path_factory.mktemp("microphone") / "speech.wav"
    microphone.write_bytes(heard_once(speech()))
    with running_chromium(microphone) as browser:
        yield browser


@pytest.fixture
def opened(chromium: Browser, site: PageSite) -> Iterator[Opened]:
    """Pages in browsers of their own; `owner` is logged in already."""
    with pages_in(chromium, site.address) as open_page:

        def open_one(
            path: str = "/profile",
            *,
            owner: Number | None = None,
            role: Role = Role.SUBSCRIBER,
            **more: object,
        ) -> Page:
            return open_page(path, session=None if owner is None else site.let_in(owner, role), **more)

        yield open_one
