"""A mailbox of 5,000 messages beside an empty one, and beside Asterisk's own: opened, one deleted, closed.

By real calls, several of each. Opening: from the answer to the first word. Deleting: from the key to the
word that it is done. Closing: from the key to the hang-up, less the goodbye that is said in between;
Asterisk's own renumbers its files then. An empty mailbox has nothing to delete. BENCH_MESSAGES sets how
many.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field

from tests.bench import tables
from tests.bench.processes import load
from tests.bench.sounds import PROMPTS, RATE, prompt, talk
from tests.bench.voicemail import LISTEN
from tests.bench.yard import MAILBOXES, Yard, number_of, yard
from tests.real.heard import PromptSounds
from tests.real.sip_phone import ACCESS_NUMBER, Phone

MESSAGES = int(os.environ.get("BENCH_MESSAGES", "5000"))
CALLS = 5
LARGE, EMPTY, ONE = MAILBOXES[0], MAILBOXES[1], MAILBOXES[2]
MESSAGE_SECONDS = 3.0
HEARD_SECONDS = 0.8
"""So long a prompt is heard before a key."""
GOODBYE_SECONDS = len(prompt("goodbye")) / RATE
THEIR_GOODBYE_SECONDS = len(prompt("fallback-thanks")) / RATE


@dataclass
class Visit:
    """The milliseconds of each call."""

    name: str
    opened: list[float] = field(default_factory=list)
    deleted: list[float] = field(default_factory=list)
    closed: list[float] = field(default_factory=list)


def main() -> None:
    tables.begin(f"A mailbox of {MESSAGES} messages")
    with yard(prompts=".alaw", recordings="alaw") as ground:
        tables.tell(f"writing {MESSAGES} messages into both")
        for mailbox, count in ((LARGE, MESSAGES), (ONE, CALLS)):
            ground.fill(mailbox, talk(MESSAGE_SECONDS), count)
            ground.voicemail.fill(mailbox, talk(MESSAGE_SECONDS), count)
        visits = [
            *(_ours(ground, mailbox, name) for mailbox, name in _kinds("personsvar")),
            *(_theirs(ground, mailbox, name) for mailbox, name in _kinds("VoiceMailMain()")),
        ]
        _show(visits)


def _kinds(who: str) -> tuple[tuple[str, str], ...]:
    return (EMPTY, f"{who}, empty"), (ONE, f"{who}, {CALLS} messages"), (LARGE, f"{who}, {MESSAGES} messages")


def _ours(ground: Yard, mailbox: str, name: str) -> Visit:
    tables.tell(name)
    visit = Visit(name)
    ear = PromptSounds(PROMPTS)
    for _ in range(CALLS):
        with Phone(switch_port=ground.switch.sip_port, number=number_of(mailbox), prompts=ear) as phone:
            phone.call(ACCESS_NUMBER)
            visit.opened.append(phone.wait_for_sound(within=10, after=0) * 1000)
            phone.wait_until(visit.opened[-1] / 1000 + HEARD_SECONDS)
            if mailbox != EMPTY:
                phone.press("1")
                phone.wait_for_prompt("new-message", within=10)
                up = _press(phone, "5")
                visit.deleted.append((phone.wait_for_prompt("deleted-undo", within=10) - up) * 1000)
                phone.wait_until(_press(phone, "*") + HEARD_SECONDS)
            _close(phone, "#", GOODBYE_SECONDS, visit)
    return visit


def _theirs(ground: Yard, mailbox: str, name: str) -> Visit:
    tables.tell(name)
    visit = Visit(name)
    ear = PromptSounds(ground.voicemail.setting.folder / "data" / "sounds" / "nb")
    for _ in range(CALLS):
        with Phone(switch_port=ground.switch.sip_port, number=number_of(mailbox), prompts=ear) as phone:
            phone.call(f"{LISTEN}{mailbox}", within=30)
            visit.opened.append(phone.wait_for_sound(within=10, after=0) * 1000)
            phone.wait_until(visit.opened[-1] / 1000 + HEARD_SECONDS)
            if mailbox != EMPTY:
                phone.press("1")
                phone.wait_for_prompt("vm-first", within=10)
                up = _press(phone, "7")
                visit.deleted.append((phone.wait_for_prompt("vm-deleted", within=10) - up) * 1000)
            _close(phone, "#", THEIR_GOODBYE_SECONDS, visit)
    return visit


def _press(phone: Phone, key: str) -> float:
    (press,) = phone.press(key)
    return phone.since_answer(press.up_at)


def _close(phone: Phone, key: str, goodbye_seconds: float, visit: Visit) -> None:
    up = _press(phone, key)
    visit.closed.append((phone.wait_for_hang_up(within=60) - up - goodbye_seconds) * 1000)


def _show(visits: list[Visit]) -> None:
    rows = [
        (
            visit.name,
            str(len(visit.opened)),
            *(
                f"{tables.percentile(taken, 0.5):.0f}" if taken else "–"
                for taken in (visit.opened, visit.deleted, visit.closed)
            ),
            f"{max(visit.closed):.0f}",
        )
        for visit in visits
    ]
    tables.show(
        "ms, p50",
        ("", "calls", "opens", "deletes", "closes", "closes, longest"),
        rows,
        notes=f"load {load():.1f}",
    )


if __name__ == "__main__":
    main()
