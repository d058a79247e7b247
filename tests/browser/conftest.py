"""A real browser, Debian's Chromium, on a real notifier. What its console complains of fails the test."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, Page

from personsvar.mailbox.model.ids import Number
from personsvar.mailbox.model.web_access import Role
from tests.browser.browsers import heard_once, pages_in, running_chromium
from tests.browser.page_site import PageSite, running_page_site, speech

Opened = Callable[..., Page]
SPEECH_HOST = "speech.example.test"
ENGINE = {
    "PERSONSVAR_TRANSCRIBER": "http",
    "PERSONSVAR_TRANSCRIBER_URL": f"https://{SPEECH_HOST}",
    "PERSONSVAR_TRANSCRIBER_MODEL": "nb-whisper-base",
}


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PageSite]:
    """It has an engine for transcripts, which is never asked: the notifier is not who asks it."""
    with running_page_site(tmp_path_factory.mktemp("page"), **ENGINE) as site:
        yield site


@pytest.fixture(scope="session")
def chromium(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """Its microphone hears somebody speak."""
    microphone = tmp_path_factory.mktemp("microphone") / "speech.wav"
    microphone.write_bytes(heard_once(speech()))
    with running_chromium(microphone) as browser:
        yield browser


@pytest.fixture
def opened(chromium: Browser, site: PageSite) -> Iterator[Opened]:
    """Pages in browsers of their own; `owner` is logged in already, since so long `ago`."""
    with pages_in(chromium, site.address) as open_page:

        def open_one(
            path: str = "/profile",
            *,
            owner: Number | None = None,
            role: Role = Role.SUBSCRIBER,
            ago: timedelta = timedelta(),
            **more: object,
        ) -> Page:
            session = None if owner is None else site.let_in(owner, role, ago=ago)
            return open_page(path, session=session, **more)

        yield open_one
