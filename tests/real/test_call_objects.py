"""The whole service with its recordings in an object store: left and heard there; and the store killed."""

from __future__ import annotations

import email
import email.policy
import imaplib
import ssl
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.error import HTTPError

import pytest

from dialplan.switch.root import Asterisk
from personsvar.encryption.vault import FernetVault, new_key
from personsvar.mailbox.model.ids import Number
from personsvar.mailbox.model.message import State
from personsvar.mailbox.model.notice import NoticeKind
from personsvar.mailbox.model.visual_account import VisualDialect
from personsvar.mailbox.rules import Rules
from personsvar.mailbox.services import Services
from personsvar.mailbox.visual.requests import RequestOutcome, VisualRequest, VisualRequestKind, take_request
from personsvar.world import RealChance, RealClock
from tests.fakes.bank_holidays import NamedBankHolidays
from tests.real.api_program import Ask, command
from tests.real.g711 import encode
from tests.real.pieces import pieces
from tests.real.running_site import running_site, telephones
from tests.real.sip_phone import Phone
from tests.real.site import LiveSite
from tests.real.spool import eventually
from tests.real.test_call_api import ask
from tests.real.visual.authority import Papers, papers_for
from tests.real.walks import (
    CALLER,
    GREETING_SECONDS,
    Telephone,
    jump_ahead,
    listen,
    own_mailbox,
    reach,
    record_greeting,
    send,
    skip_greeting,
    talk,
)
from tests.seaweed import BUCKET, KEY_ID, SECRET, Seaweed, running_seaweed
from tests.tape import decoded, seconds

__all__ = ["ask"]

HOST = "127.0.0.1"
SECONDS = 12
AWAY_SECONDS = 40
"""Until it is noticed on a busy machine: a request may take `PERSONSVAR_OBJECTS_SECONDS`."""


@dataclass
class SiteWithObjects:
    site: LiveSite
    objects: Seaweed
    papers: Papers
    key: str

    @property
    def kept(self) -> dict[str, str]:
        """What the command line tells of where recordings are."""
        told = command(self.site, "recordings", "show").splitlines()
        return {line.split()[0]: " ".join(line.split()[1:]) for line in told}

    def activate(self, number: Number) -> str:
        """The phone's own inbox; the password it is told."""
        vault = FernetVault(self.key)
        asked = VisualRequest(VisualRequestKind.ACTIVATE, VisualDialect.OMTP_13, client="acme.p1.1")
        with self.site.store() as store:
            services = Services(
                store, RealClock(), RealChance(), vault, Rules(visual=True), NamedBankHolidays()
            )
            assert take_request(services, number, asked) is RequestOutcome.ANSWERED
            with store.look() as uow:
                account = uow.visual.get(number)
        assert account is not None
        assert account.password_sealed is not None
        return vault.open(account.password_sealed)

    def imap(self, number: Number, password: str) -> imaplib.IMAP4_SSL:
        port = int(self.site.service.environment["PERSONSVAR_IMAPS_BIND"].rpartition(":")[2])
        trust = ssl.create_default_context(cafile=str(self.papers.authority))
        client = imaplib.IMAP4_SSL(HOST, port, ssl_context=trust)
        client.login(f"{number[1:]}@{HOST}", password)
        client.select("INBOX")
        return client


@pytest.fixture(scope="module")
def estate(asterisk: Asterisk, tmp_path_factory: pytest.TempPathFactory) -> Iterator[SiteWithObjects]:
    folder, key = tmp_path_factory.mktemp("estate"), new_key()
    papers = papers_for(HOST, folder=folder)
    with running_seaweed() as objects:
        settings = {
            "PERSONSVAR_RECORDINGS": "objects",
            "PERSONSVAR_OBJECTS_URL": objects.url,
            "PERSONSVAR_OBJECTS_BUCKET": BUCKET,
            "PERSONSVAR_OBJECTS_KEY_ID": KEY_ID,
            "PERSONSVAR_OBJECTS_SECRET": SECRET,
            "PERSONSVAR_SECRET_KEY": key,
            "PERSONSVAR_SWEEP_SECONDS": "1",
            "PERSONSVAR_VISUAL_HOST": HOST,
            "PERSONSVAR_VISUAL_CERTIFICATE": str(papers.certificate),
            "PERSONSVAR_VISUAL_KEY": str(papers.key),
        }
        with running_site(asterisk, folder, environment=settings) as site:
            yield SiteWithObjects(site, objects, papers, key)


@pytest.fixture
def site(estate: SiteWithObjects) -> LiveSite:
    return estate.site


@pytest.fixture
def telephone(site: LiveSite) -> Iterator[Telephone]:
    with telephones(site) as make:
        yield make


@pytest.fixture
def objects(estate: SiteWithObjects) -> Iterator[Seaweed]:
    """May be killed; it runs again afterwards."""
    yield estate.objects
    if not estate.objects.runs:
        estate.objects.start()


def speak(telephone: Telephone, owner: Number) -> Phone:
    """A caller who has said all of it, and is on the line still."""
    caller = reach(telephone, owner)
    skip_greeting(caller)
    talk(caller, seconds=SECONDS)
    return caller


def test_a_message_is_left_in_the_store_and_heard_from_there(
    estate: SiteWithObjects, site: LiveSite, telephone: Telephone
) -> None:
    owner, there = site.subscriber(), set(estate.objects.names())
    caller = speak(telephone, owner)
    send(caller)
    site.message(owner, within=30)
    assert len(set(estate.objects.names()) - there) == 1
    assert estate.kept["in_the_database"] == "0"
    phone = listen(telephone, owner)
    assert jump_ahead(phone) == pytest.approx(8, abs=0.15)
    phone.press("6")
    phone.wait_for_prompt("message-saved", within=5)
    assert site.message(owner).state is State.SAVED


def test_programs_and_mail_programs_fetch_it_from_there(
    estate: SiteWithObjects, site: LiveSite, telephone: Telephone, ask: Ask
) -> None:
    owner = site.subscriber()
    speak(telephone, owner).hang_up()
    message = site.message(owner, within=30)
    whole = ask("GET", f"/v1/messages/{message.id}/sound.wav")
    (swept,) = [piece for piece in pieces(encode(decoded(whole.body, "wav") * 2**15)) if piece.seconds > 1]
    assert round(swept.seconds) == SECONDS
    part = ask("GET", f"/v1/messages/{message.id}/sound.wav", Range="bytes=1000-1999")
    assert (part.status, part.body) == (206, whole.body[1000:2000])
    client = estate.imap(owner, estate.activate(owner))
    _, data = client.uid("FETCH", str(message.id), "(BODY.PEEK[])")
    content = email.message_from_bytes(data[0][1], policy=email.policy.default)
    (sound,) = content.iter_attachments()
    assert seconds(decoded(sound.get_content(), "amr")) == pytest.approx(message.sound.seconds, abs=0.3)
    client.logout()
    assert site.message(owner).state is State.NEW


def test_a_greeting_is_recorded_there_and_heard_by_a_caller(
    estate: SiteWithObjects, site: LiveSite, telephone: Telephone
) -> None:
    owner = site.subscriber()
    phone = own_mailbox(telephone, owner)
    phone.press("3")
    phone.wait_for_prompt("settings-greeting", within=10)
    phone.press("1")
    record_greeting(phone)
    phone.wait_for_prompt("settings-greeting", within=10)
    phone.hang_up()
    assert estate.kept["in_the_database"] == "0"
    caller = reach(telephone, owner)
    caller.wait_for_prompt("tone", within=20)
    (sweep,) = [piece for piece in caller.pieces() if piece.seconds > 0.5]
    assert sweep.begins < 0.2
    assert sweep.ends > GREETING_SECONDS - 0.5


@pytest.mark.long(50)
def test_killed_while_the_caller_speaks_the_message_is_delivered_when_it_is_back(
    site: LiveSite, telephone: Telephone, objects: Seaweed
) -> None:
    owner = site.subscriber()
    caller = speak(telephone, owner)
    objects.kill()
    caller.press("#")
    caller.wait_for_prompt("after-take-listen", within=15)
    caller.press("2")
    caller.wait_for_prompt("message-received", within=AWAY_SECONDS)  # and not "stored": it is not true yet
    caller.wait_for_hang_up(within=15)
    spool = site.folder / "spool"
    assert [*spool.glob("*.head")]
    assert site.messages(owner) == []
    objects.start()
    message = site.message(owner, within=AWAY_SECONDS)
    assert message.caller == CALLER
    eventually(lambda: not [*spool.glob("*.head")], within=15, what="an empty spool")
    assert site.notices(owner) == [NoticeKind.NEW_MESSAGE]
    phone = listen(telephone, owner)
    assert phone.wait_for_piece(1, seconds=SECONDS - 1, within=30)


@pytest.mark.long(60)
def test_while_it_is_away_owners_and_programs_are_told_and_callers_are_taken(
    estate: SiteWithObjects, site: LiveSite, telephone: Telephone, ask: Ask, objects: Seaweed
) -> None:
    owner = site.subscriber()
    speak(telephone, owner).hang_up()
    heard = site.message(owner, within=30)
    password = estate.activate(owner)
    objects.kill()
    phone = own_mailbox(telephone, owner, first="you-have")
    phone.press("1")
    phone.wait_for_prompt("mailbox-unavailable", within=AWAY_SECONDS)
    phone.wait_for_hang_up(within=15)
    with pytest.raises(HTTPError) as refused:
        ask("GET", f"/v1/messages/{heard.id}/sound.wav")
    assert refused.value.code == 503
    with pytest.raises(HTTPError) as unready:
        ask("GET", "/readyz")
    assert "recordings" in unready.value.read().decode()
    client = estate.imap(owner, password)
    kind, _ = client.uid("FETCH", str(heard.id), "(BODY.PEEK[])")
    assert kind == "NO"
    speak(telephone, owner).hang_up()
    objects.start()
    eventually(lambda: len(site.messages(owner)) == 2, within=AWAY_SECONDS, what="the second message")
    _, data = client.uid("FETCH", str(heard.id), "(BODY.PEEK[])")
    assert b"audio/amr" in data[0][1].lower()
    client.logout()
    assert {it.state for it in site.messages(owner)} == {State.NEW}
