"""Debian's Chromium: pages of a site in it, what its console complains of, a microphone that plays a file."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Locator,
    Page,
    expect,
    sync_playwright,
)

from personsvar.voice.wav import wav
from tests.patience import patience
from tests.real.signals import silence

SIZES = {"phone": (390, 844), "desktop": (1280, 900)}
OpenPage = Callable[..., Page]
_HAS_RECORDED = """([shown, seconds]) => {
    const [minutes, rest] = shown.textContent.split(" ")[0].split(":").map(Number);
    return 60 * minutes + rest >= seconds;
}"""


def heard_once(alaw: bytes) -> bytes:
    """A WAV for the microphone. Chromium repeats its last instant for ever: that is silence."""
    return wav(alaw + silence(1))


@contextmanager
def running_chromium(microphone: Path) -> Iterator[Browser]:
    """`microphone`: a WAV that it hears from when a page begins to listen."""
    program = shutil.which("chromium")
    if program is None:
        pytest.fail("there is no chromium (of Debian) on PATH: make system installs it")
    expect.set_options(timeout=patience(10) * 1000)
    options = [
        "--disable-dev-shm-usage",
        "--use-fake-device-for-media-stream",
        f"--use-file-for-fake-audio-capture={microphone}%noloop",
        *(["--no-sandbox"] if os.geteuid() == 0 else []),
    ]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=options)
        yield browser
        browser.close()


@contextmanager
def pages_in(chromium: Browser, address: str) -> Iterator[OpenPage]:
    """Opens pages, each in a browser of its own. What a console complains of fails the test at its end."""
    complaints: list[str] = []
    with ExitStack() as contexts:

        def open_page(path: str, *, session: str | None = None, **more: object) -> Page:
            context = contexts.enter_context(_context(chromium, address, **more))  # type: ignore[arg-type] # a size
            if session is not None:
                context.add_cookies([{"name": "personsvar-session", "value": session, "url": address}])
            page = context.new_page()
            page.on("console", lambda told: complaints.extend(_complaint(told)))
            page.on("pageerror", lambda wrong: complaints.append(str(wrong)))
            page.goto(path)
            return page

        yield open_page
    assert complaints == [], complaints


def _context(chromium: Browser, address: str, *, size: str = "desktop", **more: object) -> BrowserContext:
    width, height = SIZES.get(size, (320, 640))
    context = chromium.new_context(
        base_url=address,
        viewport={"width": width, "height": height},
        **{"locale": "nb-NO", "has_touch": size == "phone", **more},  # type: ignore[arg-type] # as the test says
    )
    context.set_default_timeout(patience(10) * 1000)
    return context


def _complaint(told: ConsoleMessage) -> list[str]:
    """What breaks the page's policy is told there, too. That a form was refused is no fault of the page."""
    answered = told.text.startswith("Failed to load resource: the server responded with a status of 4")
    return [told.text] if told.type in ("error", "warning") and not answered else []


HAS_SECONDS = "audio => 2 <= audio.duration && audio.duration < 60"
"""Of four that were recorded by the page's clock: a busy machine's microphone may have given fewer."""


def wait_until_recorded(recorder: Locator, *, seconds: int) -> None:
    """By the clock that the page shows: a machine that is busy may skip some of its seconds."""
    shown = recorder.locator(".time").element_handle()
    recorder.page.wait_for_function(_HAS_RECORDED, arg=[shown, seconds])
