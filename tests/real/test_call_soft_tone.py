"""The soft tone ten seconds before the longest message is over: heard, and nothing lost or doubled by it."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator

import pytest

from dialplan.switch.root import Asterisk
from personsvar.mailbox.model.ids import Number
from tests.real import signals
from tests.real.g711 import SILENCE
from tests.real.heard import Segment, pitch
from tests.real.rtp import FRAME
from tests.real.running_site import running_site, telephones
from tests.real.sip_phone import Phone
from tests.real.site import LiveSite
from tests.real.walks import diverted_from, skip_greeting, wait_for_tone

Telephone = Callable[..., Phone]

LONGEST, LAST = 24.7, 10.0
"""No whole seconds: the switch's own recording has them only."""
FIRST = LONGEST - LAST
WORD_SECONDS = 2.0
SAID = signals.speech(WORD_SECONDS, dbfs=-14) + signals.sweep(LONGEST + 6)
"""More than there is room for; no two frames of it are alike."""
MOST_LOST = 10 * FRAME
"""On a machine as busy as it likes. It is a frame mostly, or none."""


@pytest.fixture(scope="module")
def brief(asterisk: Asterisk, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveSite]:
    """A site whose longest message is short, with the service and without."""
    folder = tmp_path_factory.mktemp("brief")
    environment = {"PERSONSVAR_RTP_TIMEOUT": "1"}  # a dead switch is waited for by half a minute less
    with running_site(asterisk, folder, environment=environment, max_message_seconds=LONGEST) as site:
        yield site


@pytest.fixture
def fragile(brief: LiveSite) -> Iterator[LiveSite]:
    """Its service is put up again however the test left it."""
    yield brief
    brief.service.kill()
    brief.service.start()


@pytest.fixture
def telephone(brief: LiveSite) -> Iterator[Telephone]:
    with telephones(brief) as make:
        yield make


def speak(telephone: Telephone, mailbox: Number, sound: bytes = SAID) -> tuple[Phone, float]:
    """A caller who speaks on after the tone; when he began to."""
    caller = telephone("+4790000900")
    caller.call(diversion=diverted_from(mailbox))
    skip_greeting(caller)
    wait_for_tone(caller)
    began = caller.now
    caller.say(sound, wait=False)
    return caller, began


def soft_tone(caller: Phone, began: float) -> Segment:
    """The sound that came while he spoke."""
    at = caller.wait_for_sound(within=FIRST + 5, after=began + 0.2)
    caller.wait_until(max(at, began + FIRST) + 1)  # all of it, however late it comes
    (tone,) = [segment for segment in caller.recording().sounds() if segment.start > began + 0.2]
    frequency, share = pitch(caller.recording().samples(tone.start, tone.end))
    assert frequency == pytest.approx(440, abs=5)
    assert share > 0.9
    return tone


def lost_in(kept: bytes) -> list[int]:
    """Wherever what was kept is not what was said on and on: how many samples of it are missing there."""
    lost: list[int] = []
    frames, at = kept.lstrip(SILENCE), 0
    said = SAID.lstrip(SILENCE)
    while frames:
        same = _as_long_as_the_same(frames, said[at:])
        frames, at = _after_a_frame_of_nothing(frames[same:]), at + same
        if frames:
            found = said.find(frames[:FRAME], at)
            assert found > at, f"the last {len(frames)} samples were said before, or never"
            lost.append(found - at)
            at = found
    return lost


def _after_a_frame_of_nothing(frames: bytes) -> bytes:
    """A switch may put one in place of what it lost: no frame of what was said is silent."""
    return frames[FRAME:] if len(set(frames[:FRAME])) == 1 else frames


def _as_long_as_the_same(ours: bytes, theirs: bytes) -> int:
    pairs = enumerate(zip(ours, theirs, strict=False))
    return next((number for number, (one, other) in pairs if one != other), min(len(ours), len(theirs)))


def is_whole(site: LiveSite, mailbox: Number, *, seconds: float, within: float = 30) -> bytes:
    """One message, as long as it should be; at most a little is missing."""
    kept = site.sound(site.message(mailbox, within=within))
    assert seconds - 0.5 < len(kept) / 8000 < seconds + 0.5 + site.switch.stops_late_by_seconds
    assert sum(lost_in(kept)) <= MOST_LOST
    return kept


@pytest.mark.long(40)
def test_the_soft_tone_is_heard_and_what_is_said_under_it_is_kept(
    brief: LiveSite, telephone: Telephone
) -> None:
    owner = brief.subscriber()
    caller, began = speak(telephone, owner)
    tone = soft_tone(caller, began)
    assert tone.start - began == pytest.approx(FIRST, abs=1)
    assert tone.seconds == pytest.approx(0.15, abs=0.05)
    caller.wait_for_prompt("message-stored", within=LAST + 10)
    is_whole(brief, owner, seconds=LONGEST)


@pytest.mark.long(35)
@pytest.mark.parametrize("by", ["the square", "hanging up"])
def test_after_the_soft_tone_the_message_ends_as_before_it(
    brief: LiveSite, telephone: Telephone, by: str
) -> None:
    owner = brief.subscriber()
    caller, began = speak(telephone, owner)
    soft_tone(caller, began)
    caller.press("5*0")
    caller.wait_until(began + FIRST + 4)
    spoken = caller.now - began
    if by == "the square":
        caller.press("#")
        caller.wait_for_prompt("after-take-listen", within=10)
        caller.press("2")
        caller.wait_for_prompt("message-stored", within=10)
    else:
        caller.hang_up()
    message = brief.message(owner)
    # the keys stand in the signal's place: what is said stops while one is down
    assert message.sound.seconds == pytest.approx(spoken, abs=1)


@pytest.mark.long(35)
def test_a_pause_across_the_soft_tone_ends_it_after_ten_seconds(
    brief: LiveSite, telephone: Telephone
) -> None:
    owner = brief.subscriber()
    spoken = FIRST - 4
    caller, began = speak(telephone, owner, SAID[: round(spoken * 8000)])
    soft_tone(caller, began)
    stored = caller.wait_for_prompt("message-stored", within=20)
    assert spoken + 10 - 0.3 <= stored - began < LONGEST - 1
    message = brief.message(owner)
    assert spoken < message.sound.seconds < spoken + 10


def the_switch_goes_on_alone(fragile: LiveSite, owner: Number, caller: Phone, began: float) -> None:
    fragile.service.kill()
    soft_tone(caller, began)
    thanks = caller.wait_for_prompt("fallback-thanks", within=LAST + 10)
    assert thanks - began > LONGEST - 1
    caller.wait_for_hang_up(within=15)
    fragile.service.start()
    is_whole(fragile, owner, seconds=LONGEST)


@pytest.mark.long(60)
@pytest.mark.parametrize("second", [FIRST - 3, FIRST + 3])
def test_when_the_service_dies_before_or_after_it_the_soft_tone_comes_and_nothing_is_lost(
    fragile: LiveSite, telephone: Telephone, second: float
) -> None:
    owner = fragile.subscriber()
    caller, began = speak(telephone, owner)
    caller.wait_until(began + second)
    the_switch_goes_on_alone(fragile, owner, caller, began)


@pytest.mark.long(90)
@pytest.mark.parametrize("first", ["a take", "# in the tone"])
def test_when_the_service_dies_in_another_take_it_goes_on_as_in_the_first(
    fragile: LiveSite, telephone: Telephone, first: str
) -> None:
    """Whatever became of the first: # in the tone leaves none. Nobody is asked to say it all again."""
    owner = fragile.subscriber()
    caller = telephone("+4790000900")
    caller.call(diversion=diverted_from(owner))
    skip_greeting(caller)
    caller.wait_for_prompt("tone", within=10)
    if first == "a take":
        caller.wait_for_end_of("tone")
        caller.say(signals.speech(3, dbfs=-14))
    caller.press("#")
    caller.wait_for_prompt("after-take-again" if first == "a take" else "after-take-record", within=20)
    caller.press("3")
    wait_for_tone(caller)
    began = caller.now
    caller.say(SAID, wait=False)
    caller.wait_until(began + FIRST - 3)
    the_switch_goes_on_alone(fragile, owner, caller, began)


@pytest.mark.long(60)
def test_a_service_that_hangs_where_the_soft_tone_comes_loses_what_is_said_until_it_is_killed(
    fragile: LiveSite, telephone: Telephone
) -> None:
    owner = fragile.subscriber()
    caller, began = speak(telephone, owner)
    caller.wait_until(began + FIRST - 3)
    fragile.service.freeze()
    caller.wait_until(began + FIRST + 2)
    assert not [segment for segment in caller.recording().sounds() if segment.start > began + 0.2]
    killed = caller.now
    fragile.service.kill()
    tone = caller.wait_for_sound(within=5, after=began + 0.2)
    caller.wait_for_prompt("fallback-thanks", within=LAST + 10)
    fragile.service.start()
    (lost,) = lost_in(fragile.sound(fragile.message(owner, within=30)))
    assert lost / 8000 == pytest.approx(tone - (began + FIRST), abs=0.5)
    assert tone >= killed


@pytest.mark.long(60)
def test_without_the_service_the_soft_tone_is_the_same(fragile: LiveSite, telephone: Telephone) -> None:
    owner = fragile.subscriber()
    fragile.service.kill()
    caller = telephone("+4790000900")
    caller.call(diversion=diverted_from(owner))
    caller.wait_for_prompt("fallback-greeting", within=10)
    caller.wait_for_prompt("tone", within=20)
    caller.wait_for_end_of("tone")
    began = caller.now
    caller.say(SAID, wait=False)
    assert soft_tone(caller, began).start - began == pytest.approx(FIRST, abs=1)
    caller.wait_for_prompt("fallback-thanks", within=LAST + 10)
    fragile.service.start()
    is_whole(fragile, owner, seconds=LONGEST)


@pytest.mark.long(100)
def test_a_switch_killed_after_the_soft_tone_keeps_all_that_came_before_it(
    asterisk: Asterisk, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """And more: at the soft tone the file is closed, so nothing of it lies in the switch's buffer."""
    folder = tmp_path_factory.mktemp("brittle")
    environment = {"PERSONSVAR_RTP_TIMEOUT": "1"}
    with (
        running_site(asterisk, folder, environment=environment, max_message_seconds=LONGEST) as site,
        telephones(site) as make,
    ):
        owner = site.subscriber()
        caller, began = speak(make, owner)
        soft_tone(caller, began)
        os.kill(site.switch.pid, signal.SIGKILL)
        caller.leg.ended = True  # nobody is left to say goodbye to
        kept = site.sound(site.message(owner, within=75))
    assert len(kept) / 8000 > FIRST - 0.3
    assert sum(lost_in(kept)) <= MOST_LOST
