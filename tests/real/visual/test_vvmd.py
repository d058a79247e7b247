"""Debian's vvmd as the phone's client: asked for by SMS, it logs in, fetches every message and removes it.

What it removes stays in the mailbox as a saved message, for the phone menu, which goes on promising it.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from personsvar.mailbox.model.message import Message, State
from personsvar.mailbox.transcription.as_mail_text import mail_text
from tests.contract.stores import message
from tests.contract.test_store_transcripts import made
from tests.real.visual.fetching import KARI, PER, WITHHELD, activate, check
from tests.real.visual.handset import Dialect, Handset
from tests.real.visual.town import Town, town
from tests.world import said

pytestmark = pytest.mark.anyio

VERSIONS_AND_DIALECTS = [
    ("1.1", Dialect.CVVM),
    ("1.1", Dialect.OMTP),
    ("1.1", Dialect.VVM3),
    ("1.1", Dialect.IPHONE),
    ("0.14", Dialect.CVVM),
]
TEXT = len(mail_text(made(message())).encode())
ANSWERS = {
    Dialect.CVVM: "//VVM:STATUS:st=",
    Dialect.OMTP: "//VVM:STATUS:st=",
    Dialect.VVM3: "//VZWVVM:STATUS:st=",
    Dialect.IPHONE: "STATE?state=",
}


@pytest.mark.parametrize(("version", "dialect"), VERSIONS_AND_DIALECTS)
async def test_it_is_activated_by_sms_and_fetches_what_there_is_and_then_what_comes(
    version: str, dialect: Dialect, tmp_path: Path
) -> None:
    async with town(tmp_path) as here:
        owner = here.subscriber()
        left = [await here.leave(owner, KARI, 3), await here.leave(owner, PER, 9)]
        left.append(await here.leave(owner, WITHHELD, 4))
        write_down(here, left[0])
        async with here.handset(version, dialect, owner) as phone:
            await activate(phone, dialect)
            check(here, await phone.voicemails(3), left)
            assert says(here, left[0]) == (TEXT if dialect is Dialect.OMTP else 0)
            check_status((await phone.read())[0], dialect, here)
            # what comes then is told of, and that one fetched
            left.append(await here.leave(owner, KARI, 5))
            check(here, await phone.voicemails(4), left)
            check_sync((await phone.read(2))[1], dialect, left[-1], phone)
            await here.until(lambda: here.states(owner) == [State.SAVED] * 4, "what was fetched to be saved")
        # and the phone menu has all four
        assert said(here.world.call(caller=owner))[:3] == ["you-have", "n4", "saved-many"]


def write_down(here: Town, message: Message) -> None:
    """What it says; nobody was told of it yet."""
    with here.world.store.begin() as uow:
        assert uow.transcripts.put(made(message), of=message.sound.id)
        uow.mail_texts.expect(message.id)
        uow.commit()


def says(here: Town, message: Message) -> int | None:
    """How long its text is that the phone was told of."""
    with here.world.store.look() as uow:
        return uow.mail_texts.told(message.mailbox, [message.id])[message.id]


def check_status(text: str, dialect: Dialect, here: Town) -> None:
    """It is in the phone's dialect; and the password in it is nowhere in the service's log."""
    assert text.startswith(ANSWERS[dialect])
    (password,) = re.findall(r"[?;]pw=([A-Za-z0-9]+)", text)
    assert password not in here.service.log.read_text()


def check_sync(text: str, dialect: Dialect, new: Message, phone: Handset) -> None:
    """Told by its id, it is fetched by its id; an iPhone is only told that there is something."""
    if dialect is Dialect.IPHONE:
        assert text.startswith("MBOXUPDATE?m=")
    else:
        assert f":SYNC:ev=NM;id={new.id};c=1;t=v;s={new.caller};" in text
        assert f" UID FETCH {new.id} BODY[]" in phone.log()
