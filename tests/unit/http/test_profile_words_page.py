"""What messages say, on the page: shown by who wrote it, looked for, wished for, and gone when it is not."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from personsvar.mailbox.model.ids import MessageId
from personsvar.mailbox.model.message import Message
from personsvar.mailbox.model.notice import Channel, Facts, NewNotice, NoticeKind
from personsvar.mailbox.model.subscriber import Wishes
from personsvar.mailbox.model.transcript import SpokenWord, Transcript
from personsvar.mailbox.rules import Rules
from personsvar.mailbox.transcription import keeping
from tests.unit.conftest import Backend
from tests.unit.http.profile_browser import ProfileBrowser, ProfileWorld, shown
from tests.unit.spoken import heard, understood, write_down

pytestmark = pytest.mark.anyio
SENT = "speech.example.test"


@pytest.fixture
def backend(backend: Backend) -> Backend:
    """Ola wishes transcripts, and there is an engine."""
    with backend.services.store.begin() as uow:
        uow.subscribers.put(replace(backend.ola, wishes=Wishes(transcripts=True)))
        uow.commit()
    return replace(backend, services=replace(backend.services, rules=Rules(transcripts=True)))


@pytest.fixture
async def elsewhere(backend: Backend) -> AsyncIterator[ProfileBrowser]:
    """Ola, where recordings are sent to a host."""
    rules = replace(backend.services.rules, transcripts_sent_to=SENT)
    sending = ProfileWorld(replace(backend, services=replace(backend.services, rules=rules)))
    async with sending.browser() as browser:
        await browser.log_in()
        yield browser


def left(world: ProfileWorld, text: str, *, unsure: str = "", spool_id: str = "s1") -> Message:
    message = world.leave(world.backend.ola.number, spool_id=spool_id)
    write_down(world.backend.services.store, message, heard(text, unsure=unsure.split()))
    return message


def kept(world: ProfileWorld, which: MessageId) -> bool:
    with world.backend.services.store.look() as uow:
        return uow.transcripts.get(which) is not None


async def test_each_word_has_its_time_and_the_engine_its_name(
    world: ProfileWorld, ola: ProfileBrowser
) -> None:
    message = left(world, "Hei, det er Kari")
    text = (await ola.get("/profile")).text
    assert f'<p class="words" id="words-{message.id}" lang="nb">' in text
    assert (
        '<span data-at="0.00" data-to="0.50">Hei,</span> <span data-at="0.50" data-to="1.00">det</span>'
        in text
    )
    assert "Skrevet av faster-whisper 1.2.1, nb-whisper-base." in text
    assert '<span class="gist">Hei, det er Kari</span>' in text
    assert 'kan slås av når som helst. <a href="/profile/settings#transcripts">Se innstillingene</a>' in text
    assert "usikkert" not in text


async def test_unsure_words_are_underlined_and_told_once_for_each_run(
    world: ProfileWorld, ola: ProfileBrowser
) -> None:
    left(world, "det er kanskje muligens Kari", unsure="kanskje muligens")
    text = (await ola.get("/profile")).text
    run = r'<span class="unsure"><span [^>]+>kanskje</span> <span [^>]+>muligens</span>'
    assert re.search(run + r'<span class="only-heard"> \(usikkert\)</span></span>', text)
    assert '<span class="unsure">Slik</span>: usikkert' in text


@pytest.mark.parametrize("language", ["nb", "en"])
async def test_unsure_words_are_marked_in_the_line_of_the_list_too(
    world: ProfileWorld, ola: ProfileBrowser, language: str
) -> None:
    left(world, "hei usikkert ord, her & nå", unsure="usikkert ord,")
    left(world, "a b c <kanskje> " + "d" * 200, unsure="<kanskje> " + "d" * 200, spool_id="s2")
    await ola.post("/profile/language", language=language)
    text = (await ola.get("/profile")).text
    assert '<span class="gist">hei <span class="unsure">usikkert ord (?),</span> her &amp; nå</span>' in text
    cut = "d" * (90 - len("a b c <kanskje> "))
    assert f'<span class="gist">a b c <span class="unsure">&lt;kanskje&gt; {cut} (?)</span></span>' in text
    found = '<span class="gist">… b c <span class="unsure">&lt;kanskje&gt;'
    assert found in (await ola.get("/profile?said=kanskje")).text


async def test_an_engine_that_does_not_say_how_sure_it_is_is_told_of(
    world: ProfileWorld, ola: ProfileBrowser
) -> None:
    message = world.leave(world.backend.ola.number)
    said = Transcript((SpokenWord("90000012", 0, 1, None),), "en", "http " + SENT, "whisper-1")
    write_down(world.backend.services.store, message, said)
    assert '<span class="gist">(?) 90000012</span>' in (await ola.get("/profile")).text
    text = shown(await ola.get("/profile"))
    assert f"Skrevet av http {SENT}, whisper-1. Maskinen sier ikke hvor sikker den er på ordene." in text
    assert "Ring +47 900 00 012 (usikkert)" in text


async def test_what_was_not_understood_is_told_so_and_by_whom(
    world: ProfileWorld, ola: ProfileBrowser
) -> None:
    left(world, "")
    text = (await ola.get("/profile")).text
    assert '<p class="words dim">Kunne ikke forstås.</p><p class="by">Skrevet av' in text
    assert 'class="gist"' not in text
    await ola.post("/profile/language", language="en")
    assert "It could not be understood." in (await ola.get("/profile")).text


async def test_one_that_is_still_to_come_is_told_of(world: ProfileWorld, ola: ProfileBrowser) -> None:
    waiting, never = (world.leave(world.backend.ola.number, spool_id=name) for name in ("a", "b"))
    facts = Facts(message=waiting.id)
    world.backend.post(
        NewNotice(
            world.backend.ola.number,
            NoticeKind.TRANSCRIPT_WANTED,
            Channel.TRANSCRIPT,
            f"transcript:{waiting.id}",
            world.backend.clock.now(),
            facts,
        )
    )
    text = (await ola.get("/profile")).text
    assert text.count("Teksten er på vei.") == 1
    assert text.index(f'id="message-{never.id}"') < text.index(f'id="message-{waiting.id}"')
    assert text.index(f'id="message-{waiting.id}"') < text.index("Teksten er på vei.")


async def test_from_the_message_that_is_taken_in_to_its_words(
    world: ProfileWorld, ola: ProfileBrowser
) -> None:
    world.backend.leave_message()
    services = world.backend.services
    assert "Teksten er på vei." in (await ola.get("/profile")).text
    with services.store.look() as uow:
        (message,) = uow.messages.list(world.backend.ola.number)
    taken = keeping.take_up(services, message.id)
    said = heard("ring 900 00 012")
    keeping.keep(services, taken, said, understood(said))
    text = shown(await ola.get("/profile"))
    assert "Teksten er på vei." not in text
    assert "ring 900 00 012 Skrevet av faster-whisper" in text
    assert "Ring +47 900 00 012" in text


async def test_a_number_that_is_said_is_offered_and_the_callers_own_has_its_button(
    world: ProfileWorld, ola: ProfileBrowser
) -> None:
    message = left(world, "ring 900 00 012 eller 900 00 002 eller 82 00 00 00", unsure="012")
    text = (await ola.get("/profile")).text
    offers = re.findall(r'<a class="button quiet" href="tel:([^"]+)">([^<]+)</a>', text)
    assert offers == [("+4790000012", "Ring +47 900 00 012 (usikkert)")]
    assert text.count('href="tel:+4790000002"') == 1
    await ola.post(f"/profile/messages/{message.id}/delete")
    assert 'href="tel:' not in (await ola.get("/profile?part=deleted")).text


@pytest.mark.parametrize("word", ["<script>alert(1)</script>", '"><img', "{{7*7}}", "%s{0}"])
async def test_what_an_engine_writes_is_text(world: ProfileWorld, ola: ProfileBrowser, word: str) -> None:
    left(world, f"hei {word}", unsure=word)
    page = await ola.get("/profile")
    assert "<script>alert" not in page.text
    assert '"><img' not in page.text
    assert word in shown(page)


async def test_messages_are_found_by_what_is_said_in_the_part_that_is_open(
    world: ProfileWorld, ola: ProfileBrowser
) -> None:
    first = left(world, "først litt om alt mulig annet og så fakturaen til Åse", spool_id="a")
    left(world, "dette handler om noe annet", spool_id="b")
    page = await ola.get("/profile?said=AASE")
    assert page.text.count('class="card message') == 1
    assert f'id="message-{first.id}"' in page.text
    assert '<span class="gist">… fakturaen til Åse</span>' in page.text
    assert "Beskjeder der dette er sagt: «AASE»." in shown(page)
    assert 'href="/profile?part=saved&amp;said=AASE"' in page.text
    assert 'value="AASE"' in page.text
    answer = await ola.post(f"/profile/messages/{first.id}/save", said="AASE", part="inbox")
    assert answer.headers["location"] == "/profile?said=AASE"
    assert "Ingen beskjeder her passer til det." in (await ola.get("/profile?said=AASE")).text
    assert f'id="message-{first.id}"' in (await ola.get("/profile?part=saved&said=AASE")).text
    assert "Ingen beskjeder her" in (await ola.get("/profile?said=" + "a" * 200)).text


async def test_pages_of_what_was_found(world: ProfileWorld, ola: ProfileBrowser) -> None:
    for number in range(21):
        left(world, "åse", spool_id=f"s{number}")
    page = await ola.get("/profile?said=%C3%A5se")
    further = re.search(r'href="(/profile\?part=inbox&amp;before=\d+&amp;said=%C3%A5se)"', page.text)
    assert further is not None
    assert (await ola.get(further[1].replace("&amp;", "&"))).text.count('class="card message') == 1


async def test_it_is_switched_off_and_all_of_it_is_gone(world: ProfileWorld, ola: ProfileBrowser) -> None:
    message = left(world, "hei")
    page = await ola.get("/profile/settings")
    assert 'name="transcripts" value="yes" checked' in page.text
    assert "En maskin hos operatøren din skriver ned" in page.text
    assert kept(world, message.id)
    answer = await ola.post("/profile/transcripts", transcript_sms="yes")
    assert answer.headers["location"] == "/profile/settings?done=transcripts-off"
    assert "ingen tekster er igjen" in (await ola.get("/profile/settings?done=transcripts-off")).text
    assert not kept(world, message.id)
    page = await ola.get("/profile")
    assert 'class="words"' not in page.text
    assert 'role="search"' not in page.text
    with world.backend.services.store.look() as uow:
        owner = uow.subscribers.need(world.backend.ola.number)
        assert owner.wishes == Wishes(transcripts=False, transcript_sms=True)
        assert [it.detail for it in uow.audit.list()] == ["transcripts, transcript_sms"]
    await ola.post("/profile/transcripts", transcripts="yes")
    assert "Nye beskjeder blir skrevet ned." in (await ola.get("/profile/settings?done=transcripts-on")).text


async def test_it_is_told_to_which_host_recordings_go(elsewhere: ProfileBrowser) -> None:
    text = shown(await elsewhere.get("/profile/settings"))
    assert f"Opptaket av hver nye beskjed sendes til {SENT}, som skriver ned det som blir sagt." in text
    await elsewhere.post("/profile/language", language="en")
    assert f"is sent to {SENT}" in shown(await elsewhere.get("/profile/settings"))


async def test_another_host_is_agreed_to_anew_and_only_as_it_was_shown(
    backend: Backend, elsewhere: ProfileBrowser
) -> None:
    """Ola agreed when recordings went nowhere."""
    store = backend.services.store

    def agreed_to() -> str | None:
        with store.look() as uow:
            return uow.subscribers.need(backend.ola.number).transcripts_consented_to

    page = await elsewhere.get("/profile/settings")
    assert "Det er et annet sted enn du sa ja til." in shown(page)
    assert 'name="transcripts" value="yes" checked' not in page.text
    assert f"opptakene skulle sendes til {SENT}, som du ikke har sagt ja til" in shown(
        await elsewhere.get("/profile")
    )
    answer = await elsewhere.post("/profile/transcripts", transcripts="yes", to="")  # an older page
    assert "Stedet er byttet siden du åpnet siden" in shown(answer)
    assert agreed_to() is None
    await elsewhere.post("/profile/transcripts", transcripts="yes", to=SENT)
    assert agreed_to() == SENT
    page = await elsewhere.get("/profile/settings")
    assert "et annet sted" not in shown(page)
    assert 'name="transcripts" value="yes" checked' in page.text
    assert "sagt ja til" not in shown(await elsewhere.get("/profile"))
    await elsewhere.post("/profile/transcripts", to=SENT)
    assert agreed_to() is None


async def test_without_an_engine_nothing_of_it_is_offered(backend: Backend) -> None:
    world = ProfileWorld(replace(backend, services=replace(backend.services, rules=Rules())))
    with backend.services.store.begin() as uow:
        uow.subscribers.put(backend.ola)
        uow.commit()
    async with world.browser() as ola:
        await ola.log_in()
        assert 'name="transcripts"' not in (await ola.get("/profile/settings")).text
        assert (await ola.post("/profile/transcripts", transcripts="yes")).status_code == 404
