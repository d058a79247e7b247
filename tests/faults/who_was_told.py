"""What shows a round's messages: notices and what came of them, lamps, a phone's own inbox, the spool."""

from __future__ import annotations

import re
from collections.abc import Sequence

from personsvar.intake.header import parse_taken
from personsvar.intake.spool import Spool
from personsvar.mailbox.model.ids import Number
from personsvar.mailbox.model.ledger import AttemptOutcome
from personsvar.mailbox.model.message import Counts, State
from personsvar.mailbox.model.notice import Channel, Notice, NoticeStatus
from tests.faults.plans import WITH_INBOX, WITH_MAIL
from tests.faults.proving_ground import ProvingGround
from tests.faults.round_verdict import Found, RoundVerdict
from tests.faults.rounds import PlayedRound, logged_in

GONE_OUT = frozenset({NoticeStatus.SENT, NoticeStatus.DELIVERED})
GIVEN_UP = frozenset({NoticeStatus.DEAD, NoticeStatus.FAILED})
UNDER_WAY = frozenset({NoticeStatus.READY, NoticeStatus.LEASED})
COPIES = {Channel.SMS, Channel.EMAIL}


def notices_of(ground: ProvingGround, it: PlayedRound) -> list[Notice]:
    with ground.services.store.look() as uow:
        return [notice for mailbox in it.mailboxes for notice in uow.outbox.list(to=mailbox)]


def judge_notices(
    ground: ProvingGround,
    it: PlayedRound,
    found: Sequence[Found],
    notices: Sequence[Notice],
    verdict: RoundVerdict,
) -> None:
    verdict.notices = len(notices)
    verdict.dead += [_notice(one) for one in notices if one.status in GIVEN_UP]
    verdict.wrong += [f"{one} was given up" for one in verdict.dead if not it.met_a_wrong_clock]
    verdict.waiting += [f"{_notice(one)} is {one.status}" for one in notices if one.status in UNDER_WAY]
    for one in found:
        for channel in _channels(ground, it, one.message.mailbox):
            of_it = [notice for notice in notices if notice.facts.message == one.message.id]
            told = [notice for notice in of_it if notice.channel is channel]
            if len(told) != 1:
                verdict.wrong.append(f"{one} has {len(told)} notices by {channel}")
    for notice in notices:
        if notice.channel in COPIES and notice.facts.caller is not None:
            _judge_sent(ground, notice, notices, verdict)


def _channels(ground: ProvingGround, it: PlayedRound, mailbox: Number) -> list[Channel]:
    """A phone that has its inbox is told of it there, and of missed calls in words."""
    place = it.mailboxes.index(mailbox)
    by_mail = [Channel.EMAIL] if ground.mail and place == WITH_MAIL else []
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


def judge_lamps(ground: ProvingGround, verdict: RoundVerdict) -> None:
    for mailbox, counts in verdict.counts.items():
        shows = ground.lamps.shows.get(mailbox)
        should = f"{counts.new}/{counts.heard + counts.saved}"
        if shows != should and not (shows is None and counts == Counts()):
            verdict.wrong.append(f"the lamp of {mailbox} shows {shows}, and there are {should}")


def judge_folder(ground: ProvingGround, it: PlayedRound, verdict: RoundVerdict) -> None:
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


def judge_spool(ground: ProvingGround, it: PlayedRound, verdict: RoundVerdict) -> None:
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


def _notice(notice: Notice) -> str:
    return (
        f"notice {notice.id} ({notice.kind} by {notice.channel} to {notice.to}, {notice.error or 'no error'})"
    )
