"""`python -m tests.browser.screenshots`: the pictures in README (docs/my-profile-*.webp), of the real page.

`make screenshots`. A folder may be named that they go to instead.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import Page

from personsvar.mailbox.caller_names import put_name
from personsvar.mailbox.model.ids import Number
from tests.browser.browsers import OpenPage, heard_once, pages_in, running_chromium, wait_until_recorded
from tests.browser.page_site import CALLERS, PageSite, let_in, running_page_site, speech
from tests.fakes.actors import ROOT

DOCS = Path(__file__).parents[2] / "docs"
MOST_BYTES = 100_000
AGES = ((14, 4), (21, 95), (9, 1500), (33, 4400), (12, 9000))
"""Seconds of a message, and how many minutes ago it came."""
NAMES = ("Tannlege Berg", "Kari Nordmann")
PHONE = {"size": "phone", "device_scale_factor": 2}


def take_all(folder: Path) -> None:
    with TemporaryDirectory() as made:
        microphone = Path(made) / "speech.wav"
        microphone.write_bytes(heard_once(speech()))
        with (
            running_page_site(Path(made)) as site,
            running_chromium(microphone) as chromium,
            pages_in(chromium, site.address) as open_page,
        ):
            owner = site.subscribe(name="Ola Nordmann")
            for number, name in zip(filter(None, CALLERS), NAMES, strict=False):
                put_name(site.services, owner, number, name, by=ROOT)
            for seconds, minutes_ago in reversed(AGES):
                site.leave(owner, seconds=seconds, minutes_ago=minutes_ago)
            _inbox(open_page, site, owner, folder / "my-profile-inbox.webp")
            _greetings(open_page, site, owner, folder / "my-profile-greeting.webp")


def _inbox(open_page: OpenPage, site: PageSite, owner: Number, file: Path) -> None:
    """On a phone: a message is open, and plays."""
    page = open_page("/profile", session=let_in(site.services.store, owner), **PHONE)
    card = page.locator(".message").first
    card.locator("summary").click()
    card.locator(".player.drawn").wait_for()
    card.locator(".play").click()
    page.wait_for_function("() => document.querySelector('audio').currentTime > 4")
    _keep(page, file)


def _greetings(open_page: OpenPage, site: PageSite, owner: Number, file: Path) -> None:
    """On a phone, in the dark: a greeting is being recorded."""
    dark = {"permissions": ["microphone"], "color_scheme": "dark", **PHONE}
    page = open_page("/profile/greetings", session=let_in(site.services.store, owner), **dark)
    page.locator(".record").first.click()
    wait_until_recorded(page.locator(".recorder").first, seconds=4)
    _keep(page, file)


def _keep(page: Page, file: Path) -> None:
    taken = page.screenshot(animations="disabled")
    to_webp = ["ffmpeg", "-v", "error", "-y", "-i", "pipe:0", "-c:v", "libwebp", "-quality", "80", str(file)]
    subprocess.run(to_webp, input=taken, check=True)
    if file.stat().st_size >= MOST_BYTES:
        raise SystemExit(f"{file} is too large: {file.stat().st_size} bytes")


if __name__ == "__main__":
    take_all(Path(sys.argv[1]) if len(sys.argv) > 1 else DOCS)
