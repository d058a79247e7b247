"""What is measured: use cases of calls, the notifier, mail programs, chores, pages, programs, commands."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from personsvar.mailbox import call_log, greetings, listening, lookups, message_desk
from personsvar.mailbox.caller_names import all_names
from personsvar.mailbox.charges import all_charges
from personsvar.mailbox.deposit import has_room, take_in
from personsvar.mailbox.mailbox_overview import mailbox_overview
from personsvar.mailbox.model.greeting import GreetingKind
from personsvar.mailbox.model.ledger import Attempt, AttemptOutcome, Receipt, ReceiptState, Settlement
from personsvar.mailbox.model.message import State
from personsvar.mailbox.model.notice import Channel, NoticeKind, NoticeStatus
from personsvar.mailbox.model.subscriber import Place
from personsvar.mailbox.ports.call_log import CallsWanted
from personsvar.mailbox.ports.message_search import MessagesWanted
from personsvar.mailbox.profile.inbox import InboxWanted, opened
from personsvar.mailbox.provision import all_subscribers
from personsvar.mailbox.receipts import take_receipts
from personsvar.mailbox.reminders import remind_once
from personsvar.mailbox.retention import plan
from personsvar.mailbox.subscriber_search import find_subscribers
from personsvar.mailbox.tallies import count_up
from personsvar.mailbox.tidying import expire_secrets
from personsvar.mailbox.visual import view as folders
from personsvar.mailbox.visual.folder_entry import Folder
from personsvar.notifier.outbox.ledger import Ledger
from tests.size.filled_town import SPOKEN, FilledTown
from tests.size.first_rows import ALAW, FULL_OWNER, GATEWAY

Use = Callable[[FilledTown], object]
PAGE = 100


# ---- calls


def _caller_comes(town: FilledTown) -> None:
    owner, caller = town.number(), town.number()
    with town.store.look() as work:
        subscriber = work.subscribers.need(owner)
        work.caller_names.known(owner, {caller})
        has_room(work, subscriber, limit=PAGE)
        work.greetings.current(owner, GreetingKind.PERSONAL)


def _owner_comes(town: FilledTown) -> None:
    with town.store.look() as work:
        owner = work.subscribers.need(town.number())
    listening.counts(town.services, owner.number)
    (first, *_) = listening.inbox(town.services, owner)
    found = listening.message(town.services, first)
    assert found is not None
    lookups.sound(town.services, found.sound.id)


def _owner_of_the_full_one(town: FilledTown) -> None:
    with town.store.look() as work:
        owner = work.subscribers.need(FULL_OWNER)
    listening.counts(town.services, FULL_OWNER)
    listening.inbox(town.services, owner)


def _listened(town: FilledTown) -> None:
    which = town.message()
    for do in (listening.heard, listening.save, listening.delete, listening.take_back):
        do(town.services, which)


def _left_off(town: FilledTown) -> None:
    owner = town.number()
    listening.leave_off(town.services, owner, Place(town.message(), 3.0, town.now()))
    listening.leave_off(town.services, owner, None)


def _known_call(town: FilledTown) -> None:
    with town.store.look() as work:
        number = int(town.number()[3:]) - 40_000_000
        assert work.messages.by_spool_id(f"size-{number}-0") is not None  # type: ignore[arg-type]


CALLS: Mapping[str, Use] = {
    "a caller comes: whose mailbox, room, greeting": _caller_comes,
    "a message of 20 s is stored": lambda it: take_in(it.services, it.header(), alaw=SPOKEN),
    "a short one is stored": lambda it: take_in(it.services, it.header(), alaw=ALAW),
    "a missed call": lambda it: take_in(it.services, it.header(), alaw=None),
    "a call to a full mailbox of 5,000": lambda it: take_in(
        it.services, replace(it.header(), mailbox=FULL_OWNER), alaw=ALAW
    ),
    "an owner comes: counts, inbox, first message": _owner_comes,
    "the owner of 5,000 messages comes": _owner_of_the_full_one,
    "heard, saved, deleted and taken back": _listened,
    "the line drops in a message, and is back": _left_off,
    "a greeting is recorded": lambda it: greetings.keep(
        it.services, it.number(), GreetingKind.PERSONAL, ALAW
    ),
    "the sweeper finds that a call is known": _known_call,
}


# ---- the notifier


def _sent(town: FilledTown) -> None:
    """Three SMS are claimed, taken by the gateway, and written back."""
    ledger, now = Ledger(town.services), town.now()
    claimed = ledger.claim(Channel.SMS, limit=3, lease_seconds=60)
    took = {it: Attempt(1, now, AttemptOutcome.ACCEPTED, GATEWAY, (f"size-{it.id}",)) for it in claimed}
    ledger.settle(
        {it: Settlement(it.id, it.lease or "", NoticeStatus.SENT, attempt) for it, attempt in took.items()}
    )
    town.held += claimed


def _reported(town: FilledTown) -> None:
    """Of those that were sent, the next three."""
    some, town.held[:] = town.held[:3], town.held[3:]
    take_receipts(
        town.services,
        [Receipt(GATEWAY, f"size-{it.id}", ReceiptState.DELIVERED, town.now(), "") for it in some],
    )


def _too_old(town: FilledTown) -> None:
    Ledger(town.services).claim(Channel.MMS, limit=20, lease_seconds=60, older_hours=72)


def _figures(town: FilledTown) -> None:
    with town.store.look() as work:
        work.outbox.figures(now=town.now())


def _visual_accounts(town: FilledTown) -> None:
    with town.store.look() as work:
        work.visual.active()


NOTIFIER: Mapping[str, Use] = {
    "three SMS are claimed and written back": _sent,
    "their receipts": _reported,
    "a gateway that is away: the too old": _too_old,
    "figures of the queue": _figures,
    "figures of visual voicemail": _visual_accounts,
    "PINs whose time is over": lambda it: expire_secrets(it.services),
}

# ---- mail programs


def _flagged(town: FilledTown) -> None:
    which = town.message()
    with town.store.look() as work:
        found = work.messages.get(which)
    assert found is not None
    folders.add_flags(town.services, found.mailbox, Folder.INBOX, [which], ["\\Flagged"])


IMAP: Mapping[str, Use] = {
    "INBOX is listed": lambda it: folders.entries(it.services, it.number(), Folder.INBOX),
    "INBOX of 5,000 is listed": lambda it: folders.entries(it.services, FULL_OWNER, Folder.INBOX),
    "the next uid of 5,000": lambda it: folders.uid_next(it.services, FULL_OWNER, Folder.INBOX),
    "greetings are listed": lambda it: folders.entries(it.services, it.number(), Folder.GREETINGS),
    "a message is flagged": _flagged,
}


# ---- chores


def _retention_plan(town: FilledTown) -> None:
    with town.store.look() as work:
        plan(work, town.services.rules, town.now(), town.uptime())


def _retention_page(town: FilledTown) -> None:
    """Undone: what is removed once can't be the second time."""
    with town.store.begin() as work:
        work.messages.expired(State.SAVED, before=town.days_ago(300), limit=50)


def _ledger_page(town: FilledTown) -> None:
    with town.store.begin() as work:
        work.outbox.purge(before=town.days_ago(200), limit=50)


CHORES: Mapping[str, Use] = {
    "calls, all counted: none to count up": lambda it: count_up(it.services),
    "a round of reminders, nobody due": lambda it: remind_once(it.services),
    "retention: what is due, counted": _retention_plan,
    "retention: a batch": _retention_page,
    "the ledger: no month is over": _ledger_page,
}

# ---- pages, programs, commands


def _notices(**only: object) -> Use:
    def listed(town: FilledTown) -> None:
        times = {name: town.days_ago(days) for name, days in only.items() if isinstance(days, int)}
        with town.store.look() as work:
            work.outbox.list(**{**only, **times}, limit=PAGE)  # type: ignore[arg-type]

    return listed


def _notice(town: FilledTown) -> None:
    with town.store.look() as work:
        (newest,) = work.outbox.list(to=town.number(), limit=1)
    lookups.notice_and_history(town.services, newest.id)


def _found(**only: object) -> Use:
    wanted = MessagesWanted(**only)  # type: ignore[arg-type]
    return lambda town: message_desk.search(town.services, wanted, limit=PAGE)


LISTS: Mapping[str, Use] = {
    "the page: an inbox": lambda it: opened(it.services, it.middle, InboxWanted()),
    "the page: an inbox of 5,000": lambda it: opened(it.services, FULL_OWNER, InboxWanted()),
    "the operator's page: a mailbox": lambda it: mailbox_overview(it.services, it.number()),
    "the operator's page: by number": lambda it: find_subscribers(
        it.services, it.number(), after=None, limit=25
    ),
    "messages of all, newest": _found(),
    "messages of all, saved": _found(states=(State.SAVED,)),
    "subscribers, the first page": lambda it: list(all_subscribers(it.services, most=500)),
    "subscribers, a page in the middle": lambda it: list(
        all_subscribers(it.services, after=it.middle, most=500)
    ),
    "names, a page": lambda it: list(all_names(it.services, it.number(), most=PAGE)),
    "charges, a page": lambda it: list(all_charges(it.services, most=PAGE)),
    "charges of a mailbox": lambda it: list(all_charges(it.services, mailbox=it.number(), most=PAGE)),
    "charges since yesterday": lambda it: list(all_charges(it.services, since=it.days_ago(1), most=PAGE)),
    "calls, newest": lambda it: list(call_log.all_calls(it.services, CallsWanted(), most=PAGE)),
    "calls to a mailbox": lambda it: list(
        call_log.all_calls(it.services, CallsWanted(mailbox=it.number()), most=PAGE)
    ),
    "a notice with its history": _notice,
    "notices, newest": _notices(),
    "notices to a mailbox": lambda it: _notices(to=it.number())(it),
    "notices by MMS": _notices(channel=Channel.MMS),
    "notices that wait": _notices(status=NoticeStatus.READY),
    "notices given up": _notices(status=NoticeStatus.DEAD),
    "notices until 80 days ago": _notices(until=80),
    "notices of a day": _notices(since=41, until=40),
    "notices by e-mail, given up": _notices(channel=Channel.EMAIL, status=NoticeStatus.DEAD),
    "notices that wait, by visual voicemail": _notices(channel=Channel.VISUAL, status=NoticeStatus.READY),
    "notices given up, of a day": _notices(status=NoticeStatus.DEAD, since=81, until=80),
    "notices of a kind, by a channel it never takes": _notices(
        channel=Channel.MMS, kind=NoticeKind.LOGIN_ELSEWHERE
    ),
}

USES: Mapping[str, Mapping[str, Use]] = {
    "Calls": CALLS,
    "The notifier": NOTIFIER,
    "Mail programs (IMAP)": IMAP,
    "Chores": CHORES,
    "Pages, programs (API), commands": LISTS,
}
