"""Who is calling, and for whom, on a real switch: withheld, not vouched for, and sent on by others."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from personsvar.mailbox.model.ids import Number
from personsvar.mailbox.model.message import Message
from personsvar.mailbox.model.notice import NoticeKind
from personsvar.mailbox.pin import hash_pin
from tests.real.site import LiveSite
from tests.real.spool import eventually
from tests.real.walks import CALLER, Telephone, diverted_from, leave, own_mailbox, talk

SECRET = "+4790000977"
NOT_SERVED = "+4790000988"
PIN = "5827"


# ---- withheld ----------------------------------------------------------------------------------------------


def test_an_owner_who_withholds_the_number_is_still_the_owner(site: LiveSite, telephone: Telephone) -> None:
    owner = site.subscriber(pin=hash_pin(PIN))
    phone = telephone(owner)
    phone.call(privacy="id")
    phone.wait_for_prompt("main-menu-settings", within=10)
    assert not any(heard.prompt.startswith("log-in") for heard in phone.heard())


def test_a_withheld_number_is_nowhere(site: LiveSite, telephone: Telephone) -> None:
    owner = site.subscriber()
    caller = telephone(SECRET)
    caller.call(diversion=diverted_from(owner), privacy="id")
    caller.wait_for_prompt("greeting-reached", within=10)
    caller.press("#")
    talk(caller, seconds=1)
    assert holding(site.switch.setting.spool, owner) != []
    assert holding(site.folder, SECRET) == []  # while it is still in the spool
    caller.hang_up()
    assert site.message(owner, within=15).caller is None
    outbox = site.folder / "outbox"
    eventually(lambda: holding(outbox, owner) != [], within=15, what=f"a notice to {owner}")
    assert site.notices(owner) == [NoticeKind.NEW_MESSAGE]
    assert holding(site.folder, SECRET) == []
    phone = own_mailbox(telephone, owner)
    phone.press("1")
    phone.wait_for_prompt("today-at", within=20)
    phone.press("9")
    phone.wait_for_prompt("withheld", within=20)


def holding(folder: Path, number: str) -> list[str]:
    """The files a number stands in, however it is written: the database, spool, outbox and every log."""
    digits = number.removeprefix("+47").encode()
    files = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return [path.name for path in files if digits in _content(path)]


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError:  # gone meanwhile
        return b""


# ---- not vouched for ---------------------------------------------------------------------------------------


def test_a_bare_from_is_nobody(site: LiveSite, telephone: Telephone) -> None:
    owner = site.subscriber(pin=hash_pin(PIN))
    phone = telephone(owner)
    phone.call(asserted=False)
    phone.wait_for_prompt("log-in-number", within=10)


def test_a_bare_from_diverted_from_itself_is_asked_for_the_pin(site: LiveSite, telephone: Telephone) -> None:
    owner = site.subscriber(pin=hash_pin(PIN))
    phone = telephone(owner)
    phone.call(asserted=False, diversion=diverted_from(owner))
    phone.wait_for_prompt("log-in-pin", within=10)
    assert [heard.prompt for heard in phone.heard()] == ["log-in-pin"]
    phone.press(f"{PIN}#")
    phone.wait_for_prompt("main-menu-settings", within=10)


# ---- diverted ----------------------------------------------------------------------------------------------


def left_for(
    site: LiveSite,
    telephone: Telephone,
    mailbox: Number,
    *,
    diversion: Sequence[str] = (),
    history: Sequence[str] = (),
) -> Message:
    caller = telephone(CALLER)
    caller.call(diversion=diversion, history=history)
    caller.wait_for_prompt("greeting-reached", within=10)
    leave(caller)
    message = site.message(mailbox, within=15)
    assert message.caller == CALLER
    assert message.sound.seconds > 2
    return message


def test_a_comma_joined_diversion_finds_the_one_we_serve(site: LiveSite, telephone: Telephone) -> None:
    owner = site.subscriber()
    joined = f"<sip:{NOT_SERVED}@a.test>;reason=unconditional, <tel:{owner}>;reason=user-busy;counter=1"
    left_for(site, telephone, owner, diversion=[joined])


def test_of_two_hops_the_latest_gets_the_message(site: LiveSite, telephone: Telephone) -> None:
    first, latest = site.subscriber(), site.subscriber()
    left_for(site, telephone, latest, diversion=[*diverted_from(latest), *diverted_from(first)])
    assert site.messages(first) == []


def test_history_info_alone_finds_the_mailbox(site: LiveSite, telephone: Telephone) -> None:
    owner = site.subscriber()
    history = [
        f"<sip:{owner}@a.test?Reason=SIP%3Bcause%3D408>;index=1",
        "<sip:+4747471000@a.test;cause=408>;index=1.1",
    ]
    left_for(site, telephone, owner, history=history)
