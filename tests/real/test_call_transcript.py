"""What a caller says, as words on its owner's page: through a real Asterisk, heard by the real engine."""

from __future__ import annotations

import re
import urllib.request
from collections.abc import Iterator

import pytest

from dialplan.switch.root import Asterisk
from personsvar.mailbox.model.subscriber import Wishes
from personsvar.mailbox.model.transcript import MessageTranscript, Understanding
from tests.browser.page_site import let_in
from tests.real.running_site import running_site
from tests.real.site import LiveSite
from tests.real.spool import eventually
from tests.real.walks import Telephone, reach, skip_greeting, wait_for_tone
from tests.speech.said import MEETING, joe
from tests.speech.spelled_words import share_that_came_back
from tests.speech.voices import model
from tests.unit.voice_play.line import alaw, at

HEARD_SECONDS = 600
"""The engine is niced, and other calls go on beside it."""


@pytest.fixture(scope="module")
def site(asterisk: Asterisk, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveSite]:
    hears = {
        "PERSONSVAR_TRANSCRIBER": "local",
        "PERSONSVAR_TRANSCRIBER_MODEL": str(model()),
        "PERSONSVAR_TRANSCRIBER_SECONDS": str(HEARD_SECONDS),
    }
    with running_site(asterisk, tmp_path_factory.mktemp("transcript"), environment=hears) as site:
        yield site


@pytest.mark.long(40)
@pytest.mark.timeout(900)
def test_what_a_caller_says_stands_on_the_page_of_its_owner(site: LiveSite, telephone: Telephone) -> None:
    owner = site.subscriber(language="en", wishes=Wishes(transcripts=True))
    caller = reach(telephone, owner, language="en")
    skip_greeting(caller)
    wait_for_tone(caller)
    caller.say(alaw(at(-20, joe(MEETING))))
    caller.hang_up()
    message = site.message(owner, within=30).id

    def written_down() -> MessageTranscript | None:
        with site.store() as store, store.look() as uow:
            return uow.transcripts.get(message)

    eventually(lambda: written_down() is not None, within=HEARD_SECONDS, what="the transcript")
    found = written_down()
    assert found is not None
    assert found.understanding is not Understanding.NOT_UNDERSTOOD
    assert share_that_came_back(MEETING, found.text) > 0.8, found.text
    with site.store() as store:
        page = page_of(site, let_in(store, owner))
    words = re.findall(rf'<p class="words" id="words-{message}" lang="en">(.*?)</p>', page, re.DOTALL)
    assert [re.sub("<[^>]+>", "", it).split()[:3] for it in words] == [found.text.split()[:3]]
    assert "whisper-base" in page


def page_of(site: LiveSite, session: str) -> str:
    where = f"http://{site.service.environment['PERSONSVAR_HTTP_BIND']}/profile"
    asked = urllib.request.Request(where, headers={"Cookie": f"personsvar-session={session}"})
    with urllib.request.urlopen(asked, timeout=30) as answer:
        return str(answer.read().decode())
