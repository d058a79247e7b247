"""The disk of the spool is full, for real: nobody is told of a full mailbox, and nothing said is lost."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from dialplan.switch.root import Asterisk
from personsvar.mailbox.model.notice import NoticeKind
from tests.real.pieces import pieces
from tests.real.running_site import running_site, telephones
from tests.real.signals import speech, sweep
from tests.real.sip_phone import Phone
from tests.real.site import LiveSite
from tests.real.spool import eventually
from tests.real.walks import CALLER, reach, skip_greeting, talk, wait_for_tone
from tests.unit.voice_play.disk import small_disk

DISK_KILOBYTES = 1024
LEAST_KILOBYTES = 512
"""With less the service refuses to record (see `intake.spool`): half a minute."""


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
    filler = small.folder / "spool/broken/filler"

    def leave(kilobytes: int) -> None:
        filler.write_bytes(bytes((DISK_KILOBYTES - kilobytes - 8) * 1024))

    yield leave
    filler.unlink(missing_ok=True)


def told_as_lost(site: LiveSite) -> list[str]:
    return [line for line in site.service.log.read_text().splitlines() if "filled up while recording" in line]


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
    """And the log tells that the rest is lost, whoever ended the recording."""
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


def test_with_room_again_the_next_message_is_taken(small: LiveSite, telephone: Callable[..., Phone]) -> None:
    owner = small.subscriber()
    caller = reach(telephone, owner)
    skip_greeting(caller)
    talk(caller, seconds=2)
    caller.hang_up()
    (swept,) = [piece for piece in pieces(small.sound(small.message(owner))) if piece.seconds > 1]
    assert round(swept.seconds) == 2
