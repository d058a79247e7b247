"""INBOX and Trash: the phone menu and the mail program look at one mailbox (mailbox.visual.view)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from personsvar.mailbox.model.ids import MessageId
from personsvar.mailbox.model.message import State
from personsvar.mailbox.rules import Rules
from personsvar.mailbox.visual import view
from tests.contract.stores import OLA, subscribe
from tests.unit.mailbox.use_cases import KARI, STRANGER
from tests.unit.mailbox.visual.mailbox import DELETED, GREETINGS, INBOX, SEEN, TRASH, Mailbox
from tests.upkeep import purge_once

FLAGGED = "\\Flagged"


@pytest.fixture
def box() -> Mailbox:
    return Mailbox()


def test_kept_messages_are_in_the_inbox_and_deleted_ones_in_trash(box: Mailbox) -> None:
    new, heard, saved = (box.leaves(state) for state in (State.NEW, State.HEARD, State.SAVED))
    gone = box.leaves()
    box.deletes(gone)
    assert box.shows() == {new: set(), heard: {SEEN}, saved: {SEEN}}
    assert box.shows(TRASH) == {gone: set()}


def test_an_entry_tells_all_but_the_sound(box: Mailbox) -> None:
    uid = box.leaves(urgent=True)
    (entry,) = box.entries()
    assert (entry.uid, entry.internal_date, entry.caller) == (uid, box.clock.now(), STRANGER)
    assert (entry.seconds, entry.urgent, entry.greeting) == (3.2, True, None)
    assert (entry.sound, entry.amr_bytes) == (box.message(uid).sound.id, None)


def test_entries_are_in_the_order_of_their_uids(box: Mailbox) -> None:
    uids = [box.leaves(state) for state in (State.SAVED, State.NEW, State.HEARD, State.NEW)]
    assert list(box.shows()) == sorted(uids)


def test_another_s_messages_are_neither_seen_nor_touched(box: Mailbox) -> None:
    subscribe(box.store, OLA)
    theirs = box.leaves(mailbox=OLA)
    assert box.shows() == {}
    assert box.adds([theirs], SEEN, DELETED) == {}
    box.downloads(theirs)
    assert view.expunge(box.services, KARI, INBOX, [theirs]) == []
    assert view.move(box.services, KARI, INBOX, TRASH, [theirs]) == {}
    assert view.entries(box.services, OLA, INBOX)[0].flags == frozenset()


def test_a_uid_that_is_gone_is_passed_over(box: Mailbox) -> None:
    uid = box.leaves()
    assert box.adds([uid, 4711], SEEN) == {uid: {SEEN}}


# ---- seen and heard are one


def test_heard_on_the_phone_is_seen_at_once(box: Mailbox) -> None:
    uid = box.leaves()
    box.hears(uid)
    assert box.shows() == {uid: {SEEN}}


def test_seen_in_the_mail_program_is_heard_on_the_phone(box: Mailbox) -> None:
    uid = box.leaves()
    assert box.adds([uid], "\\SEEN") == {uid: {SEEN}}
    assert box.state(uid) is State.HEARD


def test_seen_of_a_saved_message_leaves_it_saved(box: Mailbox) -> None:
    uid = box.leaves(State.SAVED)
    box.adds([uid], SEEN)
    assert box.state(uid) is State.SAVED


@pytest.mark.parametrize("state", [State.HEARD, State.SAVED])
def test_unseen_is_new_again(box: Mailbox, state: State) -> None:
    uid = box.leaves(state)
    assert box.takes_off([uid], SEEN) == {uid: set()}
    assert box.state(uid) is State.NEW


def test_one_made_new_again_is_kept_as_long_as_a_new_one_from_then(box: Mailbox) -> None:
    uid = box.leaves(State.HEARD)
    box.clock.go_on(days=29)
    box.takes_off([uid], SEEN)
    box.clock.go_on(days=29)
    purge_once(box.services)
    assert box.shows() == {uid: set()}
    box.clock.go_on(days=2)
    purge_once(box.services)
    assert box.shows() == {}


def test_plus_and_minus_flags_undo_nothing_the_phone_did_meanwhile(box: Mailbox) -> None:
    uid = box.leaves()
    box.hears(uid)
    assert box.adds([uid], FLAGGED) == {uid: {SEEN, FLAGGED}}
    assert box.takes_off([uid], DELETED) == {uid: {SEEN, FLAGGED}}
    assert box.state(uid) is State.HEARD


def test_a_deleted_message_keeps_whether_it_was_seen(box: Mailbox) -> None:
    uid = box.leaves()
    box.deletes(uid)
    assert box.adds([uid], SEEN, folder=TRASH) == {uid: {SEEN}}
    box.takes_back(uid)
    assert box.state(uid) is State.HEARD
    box.deletes(uid)
    assert box.takes_off([uid], SEEN, folder=TRASH) == {uid: set()}
    box.takes_back(uid)
    assert box.state(uid) is State.NEW


# ---- other flags


def test_flags_stay_with_the_message(box: Mailbox) -> None:
    uid, other = box.leaves(), box.leaves()
    box.adds([uid], FLAGGED, "\\answered", "\\DRAFT", "$Mine")
    assert box.shows() == {uid: {FLAGGED, "\\Answered", "\\Draft", "$Mine"}, other: set()}
    box.takes_off([uid], "\\Draft")
    box.saves(uid)
    assert box.shows()[uid] == {SEEN, FLAGGED, "\\Answered", "$Mine"} - {SEEN} | {SEEN}
    assert box.stores({uid: {FLAGGED}}) == {uid: {FLAGGED}}
    assert box.state(uid) is State.NEW


def test_what_is_no_flag_is_not_kept(box: Mailbox) -> None:
    uid = box.leaves()
    box.adds([uid], "\\Recent", "\\Strange", "a b", "", "x" * 51, "\u00e6", 'a"b')
    assert box.shows() == {uid: set()}


def test_only_so_many_keywords_are_kept(box: Mailbox) -> None:
    uid = box.leaves()
    box.adds([uid], FLAGGED, *(f"word{n:02}" for n in range(50)))
    assert len(box.shows()[uid]) == 21
    assert FLAGGED in box.shows()[uid]


# ---- removing


def test_deleted_is_a_mark_until_it_is_expunged_or_taken_off(box: Mailbox) -> None:
    uid, other = box.leaves(State.HEARD), box.leaves(State.HEARD)
    box.adds([uid, other], "\\DELETED")
    box.takes_off([other], DELETED)
    assert box.shows() == {uid: {SEEN, DELETED}, other: {SEEN}}
    assert box.state(uid) is State.HEARD
    assert box.expunges() == [uid]
    assert box.expunges() == []
    assert box.shows() == {other: {SEEN}}


def test_what_is_expunged_is_deleted_as_on_the_phone(box: Mailbox) -> None:
    uid = box.leaves()
    assert box.removes(uid) == [uid]
    assert box.shows(TRASH) == {uid: set()}
    assert box.state(uid) is State.DELETED
    box.takes_back(uid)
    assert box.shows() == {uid: set()}
    assert box.expunges() == []


def test_it_is_kept_as_long_as_what_the_phone_deletes(box: Mailbox) -> None:
    uid = box.leaves()
    box.removes(uid)
    box.clock.go_on(days=7)
    purge_once(box.services)
    assert box.shows(TRASH) == {uid: set()}
    box.clock.go_on(minutes=1)
    purge_once(box.services)
    assert box.shows(TRASH) == {}


def test_expunge_takes_only_what_it_is_told_of(box: Mailbox) -> None:
    marked, also_marked = box.leaves(), box.leaves()
    box.adds([marked, also_marked], DELETED)
    assert view.expunge(box.services, KARI, INBOX, [marked]) == [marked]
    assert box.shows() == {also_marked: {DELETED}}


def test_what_the_phone_saved_meanwhile_is_not_expunged(box: Mailbox) -> None:
    """Its owner said last that it is to be kept."""
    uid = box.leaves()
    box.adds([uid], DELETED, FLAGGED)
    box.saves(uid)
    assert box.expunges() == []
    assert box.shows() == {uid: {SEEN, FLAGGED}}


def test_what_the_phone_took_back_is_not_expunged(box: Mailbox) -> None:
    uid = box.leaves()
    box.adds([uid], DELETED)
    box.deletes(uid)
    box.takes_back(uid)
    assert box.expunges() == []


# ---- downloading and removing, as vvmd does


def test_a_message_fetched_is_seen(box: Mailbox) -> None:
    uid = box.leaves()
    box.downloads(uid)
    assert box.shows() == {uid: {SEEN}}
    assert box.state(uid) is State.HEARD


@pytest.mark.parametrize("state", [State.NEW, State.HEARD, State.SAVED])
def test_one_that_was_only_downloaded_stays_a_saved_one_for_the_phone_menu(
    box: Mailbox, state: State
) -> None:
    uid = box.leaves(state)
    box.downloads(uid)
    assert box.removes(uid) == [uid]
    assert box.shows() == box.shows(TRASH) == {}
    assert box.state(uid) is State.SAVED


def test_it_stays_so_however_the_mark_is_set(box: Mailbox) -> None:
    uid = box.leaves()
    box.downloads(uid)
    box.stores({uid: {SEEN, DELETED}})
    box.expunges()
    assert box.state(uid) is State.SAVED


def test_the_setting_off_it_is_deleted(box: Mailbox) -> None:
    box.rules = Rules(visual_keep_expunged=False)
    uid = box.leaves()
    box.downloads(uid)
    box.removes(uid)
    assert box.shows(TRASH) == {uid: {SEEN}}


def test_one_whose_listener_said_it_was_seen_is_deleted(box: Mailbox) -> None:
    uid = box.leaves()
    box.downloads(uid)
    box.adds([uid], SEEN)
    box.removes(uid)
    assert box.state(uid) is State.DELETED


def test_one_downloaded_over_an_hour_ago_is_deleted(box: Mailbox) -> None:
    uid, late = box.leaves(), box.leaves()
    box.downloads(uid, late)
    box.clock.go_on(minutes=60)
    box.removes(uid)
    box.clock.go_on(seconds=1)
    box.removes(late)
    assert (box.state(uid), box.state(late)) == (State.SAVED, State.DELETED)


def test_one_downloaded_and_moved_or_copied_to_trash_is_deleted(box: Mailbox) -> None:
    moved, copied = box.leaves(), box.leaves()
    box.downloads(moved, copied)
    assert view.move(box.services, KARI, INBOX, TRASH, [moved]) == {moved: moved}
    assert view.copy(box.services, KARI, INBOX, TRASH, [copied]) == {copied: copied}
    assert box.shows() == {copied: {SEEN}}
    box.removes(copied)
    assert box.shows(TRASH) == {moved: {SEEN}, copied: {SEEN}}


# ---- Trash


def test_there_and_back_under_the_same_uid(box: Mailbox) -> None:
    uid = box.leaves(State.SAVED)
    box.adds([uid], FLAGGED, DELETED)
    assert view.move(box.services, KARI, INBOX, TRASH, [uid]) == {uid: uid}
    assert box.shows(TRASH) == {uid: {SEEN, FLAGGED}}
    assert view.move(box.services, KARI, TRASH, INBOX, [uid]) == {uid: uid}
    assert box.shows() == {uid: {SEEN, FLAGGED}}
    assert box.state(uid) is State.SAVED


def test_copying_out_of_trash_takes_back(box: Mailbox) -> None:
    uid = box.leaves()
    box.deletes(uid)
    assert view.copy(box.services, KARI, TRASH, INBOX, [uid]) == {uid: uid}
    assert box.shows() == {uid: set()}


def test_nothing_moves_into_its_own_folder_or_to_the_greetings(box: Mailbox) -> None:
    uid = box.leaves()
    assert view.move(box.services, KARI, INBOX, INBOX, [uid]) == {}
    assert view.copy(box.services, KARI, INBOX, INBOX, [uid]) == {}
    for way in (view.move, view.copy):
        with pytest.raises(view.NotAllowedError):
            way(box.services, KARI, INBOX, GREETINGS, [uid])
    assert box.shows() == {uid: set()}


def test_trash_emptied_is_seen_by_the_phone_menu_alone_until_its_time_is_over(box: Mailbox) -> None:
    uid = box.leaves()
    box.deletes(uid)
    box.adds([uid], DELETED, folder=TRASH)
    box.clock.go_on(days=3)
    assert box.expunges(TRASH) == [uid]
    assert box.shows(TRASH) == {}
    assert box.state(uid) is State.DELETED
    box.clock.time += timedelta(days=5)
    purge_once(box.services)
    assert box.store.tables.messages.get(MessageId(uid)) is None  # type: ignore[attr-defined]


def test_one_taken_back_by_phone_after_that_is_seen_again(box: Mailbox) -> None:
    uid = box.leaves()
    box.deletes(uid)
    box.adds([uid], DELETED, folder=TRASH)
    box.expunges(TRASH)
    box.takes_back(uid)
    assert box.shows() == {uid: set()}


# ---- the next uid


def test_the_next_uid_is_above_all_there_were(box: Mailbox) -> None:
    assert view.uid_next(box.services, KARI, INBOX) == 1
    first, second = box.leaves(), box.leaves()
    box.removes(second)
    assert view.uid_next(box.services, KARI, INBOX) == second + 1 > first
    assert view.uid_next(box.services, KARI, TRASH) == second + 1
    assert view.uid_next(box.services, KARI, GREETINGS) == 1
    assert view.uid_next(box.services, KARI, GREETINGS) == box.records()
