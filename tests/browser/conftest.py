"""A real browser, Debian's Chromium, on a real notifier. What its console complains of fails the test."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, expect, sync_playwright

from personsvar import storage
from personsvar.mailbox.model.ids import Number
from personsvar.mailbox.model.web_access import Role
from personsvar.mailbox.rules import Rules
from personsvar.mailbox.services import Services
from personsvar.storage import SqlStore
from personsvar.vault import FernetVault, new_key
from personsvar.world import RealChance, RealClock
from tests.browser.page_site import PageSite
from tests.fakes.bank_holidays import NamedBankHolidays
from tests.patience import patience
from tests.real.ports import free_tcp_port
from tests.real.site import ServiceProcess

SIZES = {"phone": (390, 844), "desktop": (1280, 900)}
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
def chromium() -> Iterator[Browser]:
    program = shutil.which("chromium")
    if program is None:
        pytest.skip("there is no chromium (of Debian) on PATH")
    expect.set_options(timeout=patience(10) * 1000)
    with sync_playwright() as playwright:
        options = ["--disable-dev-shm-usage", *(["--no-sandbox"] if os.geteuid() == 0 else [])]
        browser = playwright.chromium.launch(executable_path=program, args=options)
        yield browser
        browser.close()


@pytest.fixture
def opened(chromium: Browser, site: PageSite) -> Iterator[Opened]:
    """Pages in browsers of their own; `owner` is logged in already."""
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def open_page(
        path: str = "/profile",
        *,
        owner: Number | None = None,
        role: Role = Role.SUBSCRIBER,
        size: str = "desktop",
        **more: object,
    ) -> Page:
        width, height = SIZES.get(size, (320, 640))
        context = chromium.new_context(
            base_url=site.address,
            viewport={"width": width, "height": height},
            **{"locale": "nb-NO", "has_touch": size == "phone", **more},  # type: ignore[arg-type] # as the test says
        )
        context.set_default_timeout(patience(10) * 1000)
        contexts.append(context)
        if owner is not None:
            context.add_cookies(
                [{"name": "personsvar-session", "value": site.let_in(owner, role), "url": site.address}]
            )
        page = context.new_page()
        page.on("console", lambda told: complaints.extend(_complaint(told)))
        page.on("pageerror", lambda wrong: complaints.append(str(wrong)))
        page.goto(path)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert complaints == []


def _complaint(told: ConsoleMessage) -> list[str]:
    """What breaks the page's policy is told there, too. That a form was refused is no fault of the page."""
    answered = told.text.startswith("Failed to load resource: the server responded with a status of 4")
    return [told.text] if told.type in ("error", "warning") and not answered else []
