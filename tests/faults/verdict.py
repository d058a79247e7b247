"""What became of a round: looked up where it stands, and held against what callers and owners were told.

Some of it comes later: a recording whose switch and service are both dead is taken in half a minute after
it grew last, a notice whose notifier died goes out when its lease is over. So what is not as it should be
may be asked again until it has had the time; what came twice, or into a wrong mailbox, is wrong at once.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from personsvar.mailbox.model.message import State
from personsvar.mailbox.model.notice import Channel, Notice, NoticeKind
from tests.faults.errands import SWEEP_SECONDS, TAKES_EACH, CallStory, place_of
from tests.faults.plans import CUTS_RECORDINGS, FaultKind
from tests.faults.proving_ground import ProvingGround
from tests.faults.round_verdict import Found, RoundVerdict
from tests.faults.rounds import PlayedRound
from tests.faults.who_was_told import judge_folder, judge_lamps, judge_notices, judge_spool, notices_of
from tests.real.pieces import Piece, pieces

SHORTEST_PIECE_SECONDS = 0.3
OFF_BY_SECONDS = 0.4


def judge(ground: ProvingGround, it: PlayedRound) -> RoundVerdict:
    """Raise StoreUnavailableError."""
    verdict = RoundVerdict(stored=sum(bool(story.promise) for story in it.stories))
    found = list(_found(ground, it, verdict))
    verdict.messages = len(found)
    notices = notices_of(ground, it)
    _each_take_once(it, found, verdict)
    for story in it.stories:
        if story.leaves:
            _judge_call(it, story, found, notices, verdict)
        verdict.wrong += [story.counted_wrong] if story.counted_wrong else []
    _judge_states(it, verdict)
    judge_notices(ground, it, found, notices, verdict)
    judge_lamps(ground, verdict)
    judge_spool(ground, it, verdict)
    if not verdict.waiting and not verdict.faults:
        judge_folder(ground, it, verdict)
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
                    if message.sound.id not in it.heard:  # looked for once: that takes some work
                        it.heard[message.sound.id] = _pieces(uow.sounds.read(message.sound.id))
                    heard = it.heard[message.sound.id]
                    yield Found(message, _take_of(heard), heard)


def _pieces(alaw: bytes) -> list[Piece]:
    return [piece for piece in pieces(alaw) if piece.seconds >= SHORTEST_PIECE_SECONDS]


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
            verdict.wrong_box.append(f"{one} is of nobody who called")
        elif whose[0].mailbox != one.message.mailbox:
            verdict.wrong_box.append(f"{one} is {whose[0].mailbox}'s")
        elif one.take is not None and one.take[0] != whose[0].planned.place:
            verdict.wrong_box.append(f"{one} holds what call {one.take[0]} said")


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
            verdict.lost.append(f"{_told(story)}: take {last} is not there whole: {[*map(str, own)]}")
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


def _told(story: CallStory) -> str:
    return (
        f"call {story.planned.place} from {story.caller} to {story.mailbox} ({story.planned.errand}; told "
        f"{story.promise or 'nothing'}; whole {story.whole}, partly {story.partly}; "
        f"{'hung up' if story.hung_up else 'did not hang up'}; {story.told})"
    )
