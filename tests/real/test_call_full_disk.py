"""The disk of the spool is full, for real: nobody is told of a full mailbox, and nothing said is lost."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from dialplan.switch.root import Asterisk
from personsvar.mailbox.model.greeting import GreetingKind
from personsvar.mailbox.model.notice import NoticeKind
from tests.real.pieces import pieces
from tests.real.running_site import running_site, telephones
from tests.real.signals import speech, sweep
from tests.real.sip_phone import Phone
from tests.real.site import LiveSite
from tests.real.spool import eventually
from tests.real.walks import (
    CALLER,
    WORD_SECONDS,
    own_mailbox,
    reach,
    said,
    skip_greeting,
    talk,
    wait_for_tone,
)
from tests.unit.voice_play.disk import fill as fill_up
from tests.unit.voice_play.disk import small_disk

DISK_KILOBYTES = 1024
LEAST_KILOBYTES = 512
"""With less the service refuses to record (see `intake.spool`): half a minute."""
HOLED_SECONDS = 7.0
"""So long somebody speaks on whose middle the disk does not take."""


@contextmanager
def small_site(asterisk: Asterisk, folder: Path) -> Iterator[LiveSite]:
    """A site whose spool is a disk of 1 MB."""
    with small_disk(folder / "spool", kilobytes=DISK_KILOBYTES), running_site(asterisk, folder) as site:
        yield site


@pytest.fixture(scope="module")
def small(asterisk: Asterisk, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveSite]:
    with small_site(asterisk, tmp_path_factory.mktemp("small")) as site:
        yield site


@pytest.fixture
def telephone(small: LiveSite) -> Iterator[Callable[..., Phone]]:
    with telephones(small) as make:
        yield make


@pytest.fixture
def fill(small: LiveSite) -> Iterator[Callable[[int], None]]:
    """Leaves so many kilobytes on the disk; afterwards there is room again."""

    def leave(kilobytes: int) -> None:
        filler(small).write_bytes(bytes((DISK_KILOBYTES - kilobytes - 8) * 1024))

    yield leave
    filler(small).unlink(missing_ok=True)


def filler(site: LiveSite) -> Path:
    return site.folder / "spool/broken/filler"


@contextmanager
def full_to_the_last_byte(site: LiveSite) -> Iterator[None]:
    try:
        fill_up(filler(site).parent)
        yield
    finally:
        filler(site).unlink()


def told(site: LiveSite, event: str) -> list[str]:
    """The lines of the service's log that hold these words."""
    return [line for line in site.service.log.read_text().splitlines() if event in line]


def told_as_lost(site: LiveSite) -> list[str]:
    return told(site, "filled up while recording")


def told_as_holed(site: LiveSite) -> list[str]:
    """FreeSWITCH tells by itself that the recording failed: then it is told as what may be."""
    holed = told(site, "the disk was full while recording: a part is missing")
    return holed + told_as_full_for_a_moment(site)


def told_as_full_for_a_moment(site: LiveSite) -> list[str]:
    return told(site, "the disk was full for a moment while recording")


def speaks_while_the_disk_is_full_for_a_moment(site: LiveSite, phone: Phone) -> None:
    """From the tone on: a word, and the sweep behind it. Asterisk writes each 2.05 s: the disk is full as it
    writes for the second time, and at no other."""
    wait_for_tone(phone)
    tone_ended = phone.now
    phone.say(said(seconds=HOLED_SECONDS), wait=False)
    phone.wait_until(tone_ended + 3)
    with full_to_the_last_byte(site):
        phone.wait_until(tone_ended + 5.1)
    phone.wait_until(tone_ended + WORD_SECONDS + HOLED_SECONDS)


def has_a_hole(sound: bytes) -> bool:
    """Whether of what was said there is the beginning, and the end, and not all between."""
    swept = [piece for piece in pieces(sound) if piece.seconds > 0.3]
    assert swept[0].begins == pytest.approx(0, abs=0.3)
    assert swept[-1].ends == pytest.approx(HOLED_SECONDS, abs=0.7)
    return len(swept) == 2 and swept[1].begins - swept[0].ends > 1


def test_the_caller_hears_that_nothing_can_be_recorded_and_the_owner_is_told(
    small: LiveSite, telephone: Callable[..., Phone], fill: Callable[[int], None]
) -> None:
    owner = small.subscriber()
    fill(LEAST_KILOBYTES - 16)
    caller = reach(telephone, owner)
    caller.wait_for_prompt("greeting-reached", within=10)
    caller.press("#")
    caller.wait_for_prompt("cannot-record", within=10)
    caller.wait_for_hang_up(within=20)
    assert not {"mailbox-full", "tone"} & {heard.prompt for heard in caller.heard()}
    eventually(lambda: small.notices(owner) == [NoticeKind.MISSED_CALL], within=5, what="the missed call")
    assert small.messages(owner) == []
    log = small.service.log.read_text()
    assert 'event="the disk takes no recording: ' in log
    assert str(small.folder / "spool") in log


@pytest.mark.parametrize("presses_hash", [True, False])
def test_what_was_written_before_the_disk_was_full_is_delivered(
    small: LiveSite, telephone: Callable[..., Phone], fill: Callable[[int], None], presses_hash: bool
) -> None:
    """And the log tells that the rest is lost, whoever ended the recording; who is still there hears it."""
    lines_before = len(told_as_lost(small))
    owner = small.subscriber()
    fill(LEAST_KILOBYTES + 24)
    caller = reach(telephone, owner)
    skip_greeting(caller)
    wait_for_tone(caller)
    fill(round(10.5 * small.switch.take_bytes_a_second / 1000))  # something else takes the room
    caller.say(speech(1.5, dbfs=-14) + sweep(20))
    if presses_hash:
        caller.press("#")
        caller.wait_for_prompt("cannot-record", within=10)
    caller.hang_up()
    message = small.message(owner, within=15)
    (swept,) = [piece for piece in pieces(small.sound(message)) if piece.seconds > 1]
    assert swept.begins == pytest.approx(0, abs=0.3)
    assert 4 < swept.ends < 15
    assert message.caller == CALLER
    (line,) = told_as_lost(small)[lines_before:]
    (kept,) = re.findall(r"level=error .* kept_seconds_of_take_1=([0-9.]+)", line)
    assert float(kept) == pytest.approx(message.sound.seconds, abs=0.1)
    assert f"spool_id={message.spool_id} folder={small.folder}/spool " in line


def test_a_disk_that_was_full_for_a_moment_is_told_and_what_was_written_is_delivered(
    small: LiveSite, telephone: Callable[..., Phone]
) -> None:
    """Asterisk drops what it could not write, and counts as if it had never been said."""
    lines_before = len(told_as_holed(small))
    owner = small.subscriber()
    caller = reach(telephone, owner)
    skip_greeting(caller)
    speaks_while_the_disk_is_full_for_a_moment(small, caller)
    caller.press("#")
    caller.wait_for_prompt("cannot-record", within=10)
    caller.wait_for_hang_up(within=20)
    assert not {"message-stored", "nothing-said"} & {heard.prompt for heard in caller.heard()}
    message = small.message(owner, within=15)
    assert has_a_hole(small.sound(message))
    (line,) = told_as_holed(small)[lines_before:]
    assert " level=error " in line
    assert f"{small.folder}/spool" in line


def test_of_a_disk_that_was_full_for_a_moment_the_log_tells_when_the_caller_hangs_up(
    small: LiveSite, telephone: Callable[..., Phone]
) -> None:
    lines_before = len(told_as_full_for_a_moment(small))
    owner = small.subscriber()
    caller = reach(telephone, owner)
    skip_greeting(caller)
    speaks_while_the_disk_is_full_for_a_moment(small, caller)
    caller.hang_up()
    message = small.message(owner, within=15)
    assert has_a_hole(small.sound(message))
    (line,) = told_as_full_for_a_moment(small)[lines_before:]
    (kept,) = re.findall(r"level=error .* kept_seconds_of_take_1=([0-9.]+)", line)
    assert float(kept) == pytest.approx(message.sound.seconds, abs=0.1)
    assert f"spool_id={message.spool_id} folder={small.folder}/spool " in line


def test_a_greeting_with_a_hole_is_not_saved_and_the_owner_hears_why(
    small: LiveSite, telephone: Callable[..., Phone]
) -> None:
    owner = small.subscriber()
    phone = own_mailbox(telephone, owner)
    phone.press("3")
    phone.wait_for_prompt("settings-greeting", within=10)
    phone.press("1")
    speaks_while_the_disk_is_full_for_a_moment(small, phone)
    phone.press("#")
    phone.wait_for_prompt("cannot-record", within=10)
    phone.hang_up()
    assert "after-greeting-save" not in [heard.prompt for heard in phone.heard()]
    assert small.greeting(owner, GreetingKind.PERSONAL) is None


def test_with_room_again_the_next_message_is_taken(small: LiveSite, telephone: Callable[..., Phone]) -> None:
    owner = small.subscriber()
    caller = reach(telephone, owner)
    skip_greeting(caller)
    talk(caller, seconds=2)
    caller.hang_up()
    (swept,) = [piece for piece in pieces(small.sound(small.message(owner))) if piece.seconds > 1]
    assert round(swept.seconds) == 2
