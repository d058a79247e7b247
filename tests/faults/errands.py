"""What callers and owners do in a round, and what each of them may say afterwards of what became of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from threading import Event

from personsvar.language.counts import mailbox_summary
from personsvar.mailbox.model.ids import Number
from personsvar.mailbox.model.message import Counts, State
from tests.faults.caller import TONE_SECONDS, FaultCaller
from tests.faults.plans import Errand, PlannedCall
from tests.real import signals
from tests.real.walks import WORD_SECONDS, diverted_from

SWEEP_SECONDS = 1.6
PLACE_SECONDS = 3.0
"""Of the sweep's scale each take has so much to itself: its pitch tells whose it is."""
TAKES_EACH = 3
EARLY_SECONDS = 1.0
LONGEST_WAIT_SECONDS = 60.0
"""For the next words: longer than a watchdog takes, and a switch that records alone."""
PROMISES = ("message-stored", "message-received", "fallback-thanks")
ENDS = ("mailbox-full", "cannot-record", "please-call-later", "mailbox-unavailable")


@dataclass
class CallStory:
    """What somebody did and heard."""

    planned: PlannedCall
    mailbox: Number
    caller: Number
    answered: bool = False
    whole: list[int] = field(default_factory=list)
    """The takes said to their end on a line that was up, by their number, from 0."""
    partly: list[int] = field(default_factory=list)
    was_cut: bool = False
    """On its way to the switch some of it was lost: the machine was too busy."""
    promise: str = ""
    """What the caller was told of the message at last: that it is stored, received, or thanked for."""
    hung_up: bool = False
    """By the caller, on a switch that heard of it."""
    pressed: dict[int, str] = field(default_factory=dict)
    """By the place of a message that was there already: the key, whatever came of it."""
    confirmed: dict[int, State] = field(default_factory=dict)
    """And what was said to be done."""
    counted_wrong: str = ""
    told: str = ""

    @property
    def leaves(self) -> bool:
        return self.planned.errand not in {Errand.OWNER, Errand.INBOX, Errand.COUNTS}


def place_of(call: int, take: int) -> float:
    """The second of the sweep at which a take begins."""
    return PLACE_SECONDS * (call * TAKES_EACH + take)


def spoken(call: int, take: int) -> bytes:
    """A word, since a tone alone is no speech, and the sweep that tells whose it is."""
    sweep = signals.sweep(SWEEP_SECONDS, start_seconds=place_of(call, take))
    return signals.speech(WORD_SECONDS, dbfs=-14) + sweep


def leave_message(phone: FaultCaller, story: CallStory, gone: Event) -> None:
    errand = story.planned.errand
    diversions = [("Diversion", value) for value in diverted_from(story.mailbox)]
    if not phone.calls(diversions, gone):
        return
    story.answered = True
    phone.hears_something(within=LONGEST_WAIT_SECONDS)
    if errand is Errand.HANGS_UP_IN_GREETING:
        phone.waits(story.planned.pause)
        story.hung_up = phone.leaves()
        return
    if errand is not Errand.HEARS_OUT:
        phone.presses("#")
    _go_on(phone, story)


def _go_on(phone: FaultCaller, story: CallStory) -> None:
    """As whatever is heard asks for, until there is nothing more to do."""
    known = ("tone", "after-take-listen", *PROMISES, *ENDS)
    while heard := phone.hears(*known, within=LONGEST_WAIT_SECONDS):
        if heard == "tone" and not _speak(phone, story):
            break
        if heard == "after-take-listen" and not _choose(phone, story):
            break
        if heard in PROMISES:
            story.promise = heard
        if heard in PROMISES or heard in ENDS:
            break
    if not phone.is_over:
        story.hung_up = phone.leaves()


def _speak(phone: FaultCaller, story: CallStory) -> bool:
    """Whether there is more to do."""
    take, call = len(story.whole) + len(story.partly), story.planned.place
    if take == TAKES_EACH:
        return False
    phone.waits(TONE_SECONDS)
    sound = spoken(call, take)
    if story.planned.errand is Errand.HANGS_UP_IN_WORDS:
        story.partly.append(take)
        phone.says(sound[: round(EARLY_SECONDS * 8000)])
        return False
    said = phone.says(sound)
    (story.whole if said else story.partly).append(take)
    story.was_cut = story.was_cut or phone.was_cut
    if not said or story.planned.errand is Errand.HANGS_UP:
        return False
    phone.presses("#")
    return True


def _choose(phone: FaultCaller, story: CallStory) -> bool:
    """In the menu behind a take."""
    errand = story.planned.errand
    if errand is Errand.HANGS_UP_IN_MENU:
        phone.waits(story.planned.pause)
        return False
    again = errand is Errand.SPEAKS_AGAIN and len(story.whole) + len(story.partly) == 1
    phone.presses("3" if again else "2")
    return True


DEEDS: Mapping[str, tuple[str, State]] = {
    "6": ("message-saved", State.SAVED),
    "5": ("deleted-undo", State.DELETED),
}


def tidy_up(phone: FaultCaller, story: CallStory, gone: Event, *, deeds: Sequence[str] = ("6", "5")) -> None:
    """The owner saves the first message and deletes the second, each in its introduction."""
    if not phone.calls((), gone):
        return
    story.answered = True
    if phone.hears("you-have", *ENDS, within=LONGEST_WAIT_SECONDS) == "you-have":
        phone.presses("1")
        for place, key in enumerate(deeds):
            if phone.hears("new-message", *ENDS, within=LONGEST_WAIT_SECONDS) != "new-message":
                break
            story.pressed[place] = key
            phone.presses(key)
            words, becomes = DEEDS[key]
            if phone.hears(words, *ENDS, within=LONGEST_WAIT_SECONDS) != words:
                break
            story.confirmed[place] = becomes
            if key == "5":
                phone.presses("#")
    story.hung_up = not phone.is_over and phone.leaves()


def hear_the_count(phone: FaultCaller, story: CallStory, gone: Event, *, counts: Counts) -> None:
    """Of a mailbox where nothing goes on: the sentence of the main menu, word by word."""
    if not phone.calls((), gone):
        return
    story.answered = True
    if phone.hears("main-menu-settings", *ENDS, within=LONGEST_WAIT_SECONDS) == "main-menu-settings":
        expected = list(mailbox_summary(counts.new, counts.heard + counts.saved, "nb"))
        heard = [it.prompt for it in phone.heard()]
        if not _holds(heard, expected):
            story.counted_wrong = f"the phone counts {heard}, and there are {counts}"
    story.hung_up = not phone.is_over and phone.leaves()


def _holds(heard: Sequence[str], expected: Sequence[str]) -> bool:
    size = len(expected)
    return any(list(heard[at : at + size]) == list(expected) for at in range(len(heard)))
