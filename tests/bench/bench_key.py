"""From a key to the next prompt: from the packet that ends the key (RFC 4733) to the first one with sound.

The same phone, the same Asterisk, the same kind of steps here and in VoiceMailMain(): into a menu, back to
the main menu, the first message, the next one. Both play A-law files, so neither has to convert, and no
prompt has silence in front. Keys come in the middle of what is said, as regulars press them. Then the same
with 100 callers leaving messages meanwhile, each at the voicemail that is measured. BENCH_KEYS and
BENCH_OTHERS set how many.

Loopback takes no time, so the figures are those of the two programs alone. The last row is what a thumb
feels: from the key's first packet, 100 ms before its last.
"""

from __future__ import annotations

import os
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path

from tests.bench import tables
from tests.bench.callers import OURS, THEIRS, Wave, calling
from tests.bench.processes import load
from tests.bench.sounds import PROMPTS, talk
from tests.bench.voicemail import LISTEN
from tests.bench.yard import MAILBOXES, Ground, Yard, number_of, yard
from tests.real.heard import PromptSounds
from tests.real.sip_phone import ACCESS_NUMBER, Phone
from tests.real.spool import eventually

ROUNDS = int(os.environ.get("BENCH_KEYS", "80")) // 4
ROUNDS_A_CALL = 5
OTHERS = int(os.environ.get("BENCH_OTHERS", "100"))
OWNER, OTHER_OWNERS = MAILBOXES[0], MAILBOXES[1:]
MESSAGES = 20
MESSAGE_SECONDS = 8.0
PRESS_AFTER_SECONDS = 0.4
"""So long a prompt is heard before the next key."""
LONGEST_SECONDS = 5.0


@dataclass(frozen=True)
class Way:
    """How one voicemail is called, and its keys for the four steps."""

    name: str
    dialled: str
    others: str
    keys: str


STEPS = ("into a menu", "back to the main menu", "the first message", "the next message")
WAYS = (
    Way("personsvar", ACCESS_NUMBER, OURS, "3*1#*"),
    Way("VoiceMailMain()", f"{LISTEN}{OWNER}", THEIRS, "0*16"),
)
EVERY_STEP, FROM_DOWN = "all four", "all four, from the key's first packet"
Samples = dict[str, list[float]]


def main() -> None:
    tables.begin("From a key to the next prompt")
    with yard(prompts=".alaw", recordings="alaw") as ground:
        _fill(ground)
        ears = (PromptSounds(PROMPTS), PromptSounds(_sounds_of_voicemail(ground)))
        for others in (0, OTHERS):
            taken = [measure(ground, way, ear, others) for way, ear in zip(WAYS, ears, strict=True)]
            _show(taken, others)


def _fill(ground: Yard) -> None:
    """The same messages in both mailboxes."""
    ground.voicemail.fill(OWNER, talk(MESSAGE_SECONDS), MESSAGES)
    ground.fill(OWNER, talk(MESSAGE_SECONDS), MESSAGES)


def _sounds_of_voicemail(ground: Yard) -> Path:
    return ground.voicemail.setting.folder / "data" / "sounds" / "nb"


def measure(ground: Ground, way: Way, ear: PromptSounds, others: int) -> Samples:
    tables.tell(f"{way.name}, {others} other calls up: {ROUNDS * len(way.keys)} keys")
    taken: Samples = {step: [] for step in (*STEPS, FROM_DOWN)}
    with _others(ground, way, others) if others else nullcontext():
        for _ in range(ROUNDS // ROUNDS_A_CALL):
            with Phone(switch_port=ground.switch.sip_port, number=number_of(OWNER), prompts=ear) as phone:
                phone.call(way.dialled)
                _walk(phone, ear, way, taken)
    return taken


@contextmanager
def _others(ground: Ground, way: Way, others: int) -> Iterator[None]:
    """They talk all the time; when we are done they are cut off."""
    wave = Wave(way.others, OTHER_OWNERS, others, others, 20, 600)
    with calling(wave, ground.switch.sip_port):
        eventually(lambda: ground.calls() >= others, within=60, what=f"{others} calls")
        yield
        ground.switch.cli("channel request hangup all")
        eventually(lambda: ground.calls() == 0, within=30, what="the end of all calls")


def _walk(phone: Phone, ear: PromptSounds, way: Way, taken: Samples) -> None:
    """Press, hear the next prompt begin, let it speak a little, press again."""
    began = _wait_for_a_prompt(phone, ear, after=0.0)
    for _ in range(ROUNDS_A_CALL):
        for number, key in enumerate(way.keys):
            phone.wait_until(began + PRESS_AFTER_SECONDS)
            (press,) = phone.press(key)
            down, up = (phone.since_answer(at) for at in (press.down_at, press.up_at))
            began = _wait_for_a_prompt(phone, ear, after=down)
            if number < len(STEPS):
                # less than nothing where a key acts as it goes down
                taken[STEPS[number]].append((began - up) * 1000)
                taken[FROM_DOWN].append((began - down) * 1000)


def _wait_for_a_prompt(phone: Phone, ear: PromptSounds, *, after: float) -> float:
    """When the first packet came that holds sound of a prompt which began after that second."""
    found: list[float] = []

    def is_heard() -> bool:
        found.extend(_beginnings(phone, ear, after))
        return bool(found)

    phone._await(is_heard, LONGEST_SECONDS, "the next prompt")
    return min(found)


def _beginnings(phone: Phone, ear: PromptSounds, after: float) -> list[float]:
    """Of every prompt that began since: its first packet with sound."""
    with phone.line.changed:
        frames = [frame for frame in phone.line.frames[-400:] if phone.since_answer(frame.at) >= after]
    said = b"".join(frame.payload for frame in frames)
    ends = list(accumulate(len(frame.payload) for frame in frames))
    probes = (probe for _, probe in map(ear.probe, ear.sounds) if probe)
    places = [place for place in map(said.find, probes) if place >= 0]
    return [phone.since_answer(frames[bisect_right(ends, place)].at) for place in places]


def _show(taken: Sequence[Samples], others: int) -> None:
    ours, theirs = taken
    rows = []
    for way in taken:
        way[EVERY_STEP] = [value for step in STEPS for value in way[step]]
    for step in (*STEPS, EVERY_STEP, FROM_DOWN):
        mine, its = ours[step], theirs[step]
        figures = [(tables.percentile(mine, share), tables.percentile(its, share)) for share in (0.5, 0.95)]
        cells = [cell for a, b in figures for cell in (f"{a:.1f}", f"{b:.1f}", tables.ratio(a, b))]
        rows.append((step, str(len(mine)), *cells))
    tables.show(
        f"ms from a key to the next prompt, {others} other calls up",
        ("", "keys", "p50, ours", "theirs", "ratio", "p95, ours", "theirs", "ratio"),
        rows,
        notes=f"load {load():.1f}",
    )


if __name__ == "__main__":
    main()
