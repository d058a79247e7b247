"""What became of a round: looked up where it stands, and held against what callers and owners were told.

Some of it comes later: a recording whose switch and service are both dead is taken in half a minute after
it grew last, a notice whose notifier died goes out when its lease is over. So what is not as it should be
may be asked again until it has had the time; what came twice, or into a wrong mailbox, is wrong at once.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from personsvar.intake.header import parse_taken
from personsvar.intake.spool import Spool
from personsvar.mailbox.model.ids import MessageId, Number
from personsvar.mailbox.model.ledger import AttemptOutcome
from personsvar.mailbox.model.message import Counts, Message, State
from personsvar.mailbox.model.notice import Channel, Notice, NoticeKind, NoticeStatus
from tests.faults.errands import SWEEP_SECONDS, TAKES_EACH, CallStory, place_of
from tests.faults.plans import CLOCKS, CUTS_RECORDINGS, WITH_INBOX, FaultKind
from tests.faults.proving_ground import ProvingGround
from tests.faults.rounds import PlayedRound, logged_in
from tests.real.pieces import Piece, pieces

SHORTEST_PIECE_SECONDS = 0.3
OFF_BY_SECONDS = 0.4
GONE_OUT = frozenset({NoticeStatus.SENT, NoticeStatus.DELIVERED})
GIVEN_UP = frozenset({NoticeStatus.DEAD, NoticeStatus.FAILED})
UNDER_WAY = frozenset({NoticeStatus.READY, NoticeStatus.LEASED})
COPIES = {Channel.SMS, Channel.EMAIL}


@dataclass
class RoundVerdict:
    """`lost` and the like are sentences, one for each thing that is wrong."""

    stored: int = 0
    """Callers who were told that their message is kept."""
    messages: int = 0
    missed: int = 0
    notices: int = 0
    again: int = 0
    """Went out more than once, after a try whose outcome nobody knows."""
    dead: list[str] = field(default_factory=list)
    """Given up, with the reason in the ledger."""
    lost: list[str] = field(default_factory=list)
    twice: list[str] = field(default_factory=list)
    wrong_box: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    """Lamps, counts, folders, states, notices."""
    waiting: list[str] = field(default_factory=list)
    """What is under way still."""
    counts: dict[Number, Counts] = field(default_factory=dict)
    kept: dict[MessageId, tuple[Number, State, float]] = field(default_factory=dict)
    """Every message of the round's mailboxes, to be looked at again at the end of all rounds."""

    @property
    def is_final(self) -> bool:
        """Nothing more can change for the better."""
        return bool(self.twice or self.wrong_box) or not (self.lost or self.wrong or self.waiting)

    @property
    def faults(self) -> list[str]:
        named = {"lost": self.lost, "twice": self.twice, "wrong box": self.wrong_box, "wrong": self.wrong}
        return [f"{name}: {one}" for name, all_of in named.items() for one in all_of]


@dataclass
class Found:
    """A message of a round that a call left, and which take it holds."""

    message: Message
    take: tuple[int, int] | None
    """Of which call, which of its takes; None: none of the sweep is in it."""
    heard: list[Piece]


def judge(ground: ProvingGround, it: PlayedRound) -> RoundVerdict:
    """Raise StoreUnavailableError."""
    verdict = RoundVerdict(stored=sum(bool(story.promise) for story in it.stories))
    found = list(_found(ground, it, verdict))
    verdict.messages = len(found)
    notices = _notices(ground, it)
    _each_take_once(it, found, verdict)
    for story in it.stories:
        if story.leaves:
            _judge_call(it, story, found, notices, verdict)
        verdict.wrong += [story.counted_wrong] if story.counted_wrong else []
    _judge_states(it, verdict)
    _judge_notices(ground, it, found, notices, verdict)
    _judge_lamps(ground, verdict)
    _judge_spool(ground, it, verdict)
    if not verdict.waiting and not verdict.faults:
        _judge_folder(ground, it, verdict)
    return verdict


# ---- what callers left --------------------------------------------------------------------------------


def _found(ground: ProvingGround, it: PlayedRound, verdict: RoundVerdict) -> Iterator[Found]:
    known = {message for ids in it.before.values() for message in ids}
    with ground.services.store.look() as uow:
        for mailbox in it.mailboxes:
            verdict.counts[mailbox] = uow.messages.counts(mailbox)
            for message in uow.messages.list(mailbox, tuple(State)):
                verdict.kept[message.id] = (mailbox, message.state, message.sound.seconds)
                if message.id not in known:
                    heard = pieces(uow.sounds.read(message.sound.id))
                    heard = [piece for piece in heard if piece.seconds >= SHORTEST_PIECE_SECONDS]
                    yield Found(message, _take_of(heard), heard)


def _take_of(heard: Sequence[Piece]) -> tuple[int, int] | None:
    if not heard:
        return None
    slot = round((heard[0].begins + heard[0].ends - SWEEP_SECONDS) / 2 / (place_of(0, 1)))
    return divmod(max(slot, 0), TAKES_EACH)


def _each_take_once(it: PlayedRound, found: Sequence[Found], verdict: RoundVerdict) -> None:
    times = Counter(one.take for one in found if one.take is not None)
    verdict.twice += [f"take {take} is in {times[take]} messages" for take in times if times[take] > 1]
    for one in found:
        whose = [story for story in it.stories if story.caller == one.message.caller and story.leaves]
        if len(whose) != 1:
            verdict.wrong_box.append(f"{_named(one)} is of nobody who called")
        elif whose[0].mailbox != one.message.mailbox:
            verdict.wrong_box.append(f"{_named(one)} is {whose[0].mailbox}'s")
        elif one.take is not None and one.take[0] != whose[0].planned.place:
            verdict.wrong_box.append(f"{_named(one)} holds what call {one.take[0]} said")


def _judge_call(
    it: PlayedRound,
    story: CallStory,
    found: Sequence[Found],
    notices: Sequence[Notice],
    verdict: RoundVerdict,
) -> None:
    own = [one for one in found if one.message.caller == story.caller]
    missed = [one for one in notices if _is_missed(one, story)]
    verdict.missed += len(missed)
    takes = len(story.whole) + len(story.partly)
    if len(own) > max(1, takes) or len(missed) > 1:
        verdict.twice.append(f"{_told(story)}: {len(own)} messages, {len(missed)} missed calls")
    if _was_kept(it, story):
        last = story.whole[-1]
        if not any(_holds(it, one, story, last) for one in own):
            verdict.lost.append(f"{_told(story)}: take {last} is not there whole: {[*map(_named, own)]}")
    elif _left_a_mark(it, story) and not own and not missed:
        verdict.lost.append(f"{_told(story)}: neither a message nor a missed call")


def _was_kept(it: PlayedRound, story: CallStory) -> bool:
    """Whether the last take said whole has to be there: the caller was told so, or nothing hindered it."""
    if not story.whole:
        return False
    spoke = story.hung_up and story.whole[-1] == len(story.whole) + len(story.partly) - 1
    return bool(story.promise) or (spoke and it.plan.kind not in CUTS_RECORDINGS)


def _left_a_mark(it: PlayedRound, story: CallStory) -> bool:
    """Whether whoever was called has to be told of it."""
    return story.answered and story.hung_up and it.plan.kind not in CUTS_RECORDINGS


def _holds(it: PlayedRound, one: Found, story: CallStory, take: int) -> bool:
    """All of the take; where the disk was full, its beginning."""
    begins = place_of(story.planned.place, take)
    if one.take != (story.planned.place, take):
        return one.take is None and (story.was_cut or it.plan.kind is FaultKind.DISK_FULL)
    starts = one.heard[0].begins < begins + OFF_BY_SECONDS
    ends = one.heard[-1].ends > begins + SWEEP_SECONDS - OFF_BY_SECONDS
    may_end_early = story.was_cut or it.plan.kind is FaultKind.DISK_FULL
    return (starts or story.was_cut) and (ends or may_end_early)


def _is_missed(notice: Notice, story: CallStory) -> bool:
    return (
        notice.kind is NoticeKind.MISSED_CALL
        and notice.channel is Channel.SMS
        and notice.to == story.mailbox
        and notice.facts.caller == story.caller
    )


# ---- what owners did ----------------------------------------------------------------------------------


def _judge_states(it: PlayedRound, verdict: RoundVerdict) -> None:
    for mailbox, ids in it.before.items():
        story = next((one for one in it.stories if not one.leaves and one.mailbox == mailbox), None)
        for place, message in enumerate(ids):
            _, state, _ = verdict.kept.get(message, (mailbox, None, 0.0))
            if state is None:
                verdict.lost.append(f"the message {message} of {mailbox} that was there before")
            elif state not in _may_be(story, place):
                whose = _told(story) if story else "nobody touched it"
                verdict.wrong.append(f"message {place} of {mailbox} is {state}: {whose}")


def _may_be(story: CallStory | None, place: int) -> frozenset[State]:
    if story is None or place not in story.pressed:
        return frozenset({State.NEW, State.HEARD}) if story else frozenset({State.NEW})
    if place in story.confirmed:
        return frozenset({story.confirmed[place]})
    return frozenset({State.NEW, State.HEARD, State.SAVED, State.DELETED})


# ---- who was told -------------------------------------------------------------------------------------


def _notices(ground: ProvingGround, it: PlayedRound) -> list[Notice]:
    with ground.services.store.look() as uow:
        return [notice for mailbox in it.mailboxes for notice in uow.outbox.list(to=mailbox)]


def _judge_notices(
    ground: ProvingGround,
    it: PlayedRound,
    found: Sequence[Found],
    notices: Sequence[Notice],
    verdict: RoundVerdict,
) -> None:
    verdict.notices = len(notices)
    verdict.dead += [_notice(one) for one in notices if one.status in GIVEN_UP]
    verdict.wrong += [f"{one} was given up" for one in verdict.dead if it.plan.kind not in CLOCKS]
    verdict.waiting += [f"{_notice(one)} is {one.status}" for one in notices if one.status in UNDER_WAY]
    for one in found:
        for channel in _channels(ground, it, one.message.mailbox):
            of_it = [notice for notice in notices if notice.facts.message == one.message.id]
            told = [notice for notice in of_it if notice.channel is channel]
            if len(told) != 1:
                verdict.wrong.append(f"{_named(one)} has {len(told)} notices by {channel}")
    for notice in notices:
        if notice.channel in COPIES and notice.facts.caller is not None:
            _judge_sent(ground, notice, notices, verdict)


def _channels(ground: ProvingGround, it: PlayedRound, mailbox: Number) -> list[Channel]:
    """A phone that has its inbox is told of it there, and of missed calls in words."""
    place = it.mailboxes.index(mailbox)
    by_mail = [Channel.EMAIL] if ground.mail and place == 0 else []
    return [*by_mail, *([] if place == WITH_INBOX else [Channel.SMS])]


def _judge_sent(
    ground: ProvingGround, notice: Notice, notices: Sequence[Notice], verdict: RoundVerdict
) -> None:
    """It went out as often as the ledger accounts for: once, and once more for each try nobody knows of."""
    if notice.status not in GONE_OUT:
        return
    alike = [
        one
        for one in notices
        if (one.to, one.channel, one.facts.caller) == (notice.to, notice.channel, notice.facts.caller)
    ]
    with ground.services.store.look() as uow:
        tries = [try_ for one in alike for try_ in uow.outbox.history(one.id).attempts]
    key = (str(notice.to), str(notice.facts.caller))
    arrived = ground.smsc.submits[key] if notice.channel is Channel.SMS else _mails(ground, key)
    unknown = sum(one.outcome is AttemptOutcome.UNKNOWN for one in tries)
    if arrived < sum(one.status in GONE_OUT for one in alike):
        verdict.wrong.append(f"{_notice(notice)} is {notice.status}, and came {arrived} times")
    if arrived > len(alike) + unknown:
        verdict.wrong.append(f"{_notice(notice)} came {arrived} times, with {unknown} tries unknown")
    verdict.again += max(0, arrived - len(alike)) if notice is alike[0] else 0


def _mails(ground: ProvingGround, key: tuple[str, str]) -> int:
    return ground.mail.mails()[key] if ground.mail else 0


# ---- what shows it ------------------------------------------------------------------------------------


def _judge_lamps(ground: ProvingGround, verdict: RoundVerdict) -> None:
    for mailbox, counts in verdict.counts.items():
        shows = ground.lamps.shows.get(mailbox)
        should = f"{counts.new}/{counts.heard + counts.saved}"
        if shows != should and not (shows is None and counts == Counts()):
            verdict.wrong.append(f"the lamp of {mailbox} shows {shows}, and there are {should}")


def _judge_folder(ground: ProvingGround, it: PlayedRound, verdict: RoundVerdict) -> None:
    """What a phone's own inbox holds, message by message."""
    mailbox = it.mailboxes[WITH_INBOX]
    owned = {message: state for message, (whose, state, _) in verdict.kept.items() if whose == mailbox}
    for folder, deleted in (("INBOX", False), ("Trash", True)):
        should = {message for message, state in owned.items() if (state is State.DELETED) is deleted}
        try:
            with logged_in(ground, mailbox, it.password, folder) as wire:
                answer = " ".join(wire.ask("UID SEARCH ALL"))
        except (AssertionError, OSError) as away:
            verdict.waiting.append(f"the folder {folder} of {mailbox}: {away}")
            continue
        there = {
            int(word) for word in re.findall(r"\b\d+\b", answer.partition("SEARCH")[2].partition("OK")[0])
        }
        if there != should:
            verdict.wrong.append(f"{folder} of {mailbox} holds {sorted(there)}, and should {sorted(should)}")


def _judge_spool(ground: ProvingGround, it: PlayedRound, verdict: RoundVerdict) -> None:
    """What waits to be taken in; what was taken and may grow lies there for an hour."""
    callers = [story.caller.encode() for story in it.stories]
    try:
        entries = Spool(ground.spool).entries()
    except OSError as wrong:
        verdict.waiting.append(f"the spool: {wrong}")
        return
    for entry in entries:
        try:
            head = entry.head.read_bytes() if entry.has_head else b""
        except OSError:
            continue  # taken in just now
        if any(caller in head for caller in callers) and parse_taken(head) is None:
            verdict.waiting.append(f"{entry.spool_id} lies in the spool")


def _named(one: Found) -> str:
    where = [f"{piece.begins:.1f}-{piece.ends:.1f}" for piece in one.heard]
    message = one.message
    return f"message {message.id} in {message.mailbox} of {message.caller}, take {one.take}, sweep {where}"


def _notice(notice: Notice) -> str:
    return (
        f"notice {notice.id} ({notice.kind} by {notice.channel} to {notice.to}, {notice.error or 'no error'})"
    )


def _told(story: CallStory) -> str:
    return (
        f"call {story.planned.place} from {story.caller} to {story.mailbox} ({story.planned.errand}; told "
        f"{story.promise or 'nothing'}; whole {story.whole}, partly {story.partly}; "
        f"{'hung up' if story.hung_up else 'did not hang up'}; {story.told})"
    )
