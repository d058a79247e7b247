"""While a message plays (docs/call-flow.md, 6): keys in, words out."""

from __future__ import annotations

import pytest

from personsvar.dialogue.call import DialOutcome, Playback
from personsvar.dialogue.manual import answer
from personsvar.mailbox.model.ids import Number
from personsvar.mailbox.model.message import State
from personsvar.mailbox.model.notice import NoticeKind
from tests.phone import HANG_UP, SILENCE, Answers, HangUp, Listen, Press, ScriptedPhone
from tests.world import KARI, OLA, World, said, words

PREMIUM = Number("+4782090000")


def stretches(phone: ScriptedPhone) -> list[tuple[float, float]]:
    """From which second to which a message was heard, each time it played."""
    return [(round(begin, 1), round(end, 1)) for _, begin, end in phone.played]


def test_the_mailbox_says_what_it_holds(world: World) -> None:
    world.subscriber()
    for state in (State.NEW, State.NEW, State.SAVED):
        world.message(state=state)
    assert "Du har to nye og én lagret beskjed." in " ".join(words(world.call()).split())


def test_what_was_heard_counts_among_the_saved_each_time_the_count_is_said(world: World) -> None:
    world.subscriber()
    for state in (State.NEW, *[State.HEARD] * 2, *[State.SAVED] * 4, State.DELETED):
        world.message(state=state)
    told = " ".join(words(world.call("1", SILENCE, SILENCE, "*", "*")).split())
    assert "Du har én ny og seks lagrede beskjeder." in told
    assert told.rpartition("Du har ")[2].startswith("sju lagrede beskjeder.")


def test_the_introduction_tells_when_it_came(world: World) -> None:
    world.subscriber()
    world.message(hours_ago=0)
    heard = words(world.call("1", HangUp(2)))
    assert heard.endswith("Ny beskjed, i dag klokken fjorten trettito.")


def test_who_wants_it_hears_from_whom_too(world: World) -> None:
    world.subscriber(say_caller=True)
    world.message(hours_ago=0)
    heard = words(world.call("1", HangUp(2)))
    assert "Ny beskjed, i dag klokken fjorten trettito , fra ni" in heard  # no full stop on the way


def test_who_wants_to_hear_from_whom_hears_it_of_a_withheld_number_too(world: World) -> None:
    world.subscriber(say_caller=True)
    world.message(hours_ago=0, caller=None)
    heard = words(world.call("1", HangUp(20)))
    assert "Ny beskjed, i dag klokken fjorten trettito , fra hemmelig nummer" in heard


def test_who_wants_to_hear_from_whom_hears_it_in_english_too(world: World) -> None:
    world.subscriber(say_caller=True, language="en")
    world.message(hours_ago=0)
    world.message(hours_ago=0, caller=None)
    heard = words(world.call("1", SILENCE, "#"))
    assert ", from nine" in heard
    assert ", from a withheld number" in heard


def test_who_wants_to_hear_from_whom_hears_it_of_a_message_heard_before_too(world: World) -> None:
    world.subscriber(say_caller=True)
    world.message(hours_ago=0, state=State.HEARD)
    world.message(hours_ago=0, state=State.SAVED)
    heard = words(world.call("1", "#", HANG_UP))
    assert "Avspilt beskjed, i dag klokken fjorten trettito , fra ni" in heard
    assert heard.count(", fra ni") == 2


def test_urgent_messages_come_first(world: World) -> None:
    world.subscriber()
    world.message(hours_ago=3)
    urgent = world.message(hours_ago=1, urgent=True)
    phone = world.call("1", SILENCE, HANG_UP)
    assert phone.played[0][0] == urgent.sound
    assert "new-urgent-message" in said(phone)


def test_1_goes_back_8_seconds_and_stays_at_the_start(world: World) -> None:
    world.subscriber()
    world.message(seconds=30)
    phone = world.call("1", Press("4", 0.1), Listen(10), "1", Listen(3), "1", Listen(1), "#")
    assert stretches(phone) == [(0, 10), (2, 5), (0, 1)]


def test_3_goes_forward_8_seconds_and_past_the_end_ends_the_message(world: World) -> None:
    world.subscriber()
    message = world.message(seconds=20)
    phone = world.call("1", Press("4", 0.1), Listen(2), "3", Listen(4), "3", HANG_UP)
    assert stretches(phone) == [(0, 2), (10, 14)]
    assert "message-delete" in said(phone)
    assert world.messages()[0].state is State.HEARD, message


def test_5_deletes_and_the_next_one_comes(world: World) -> None:
    world.subscriber()
    world.message(hours_ago=2)
    second = world.message(hours_ago=1)
    phone = world.call("1", Press("4", 0.1), Listen(4), "5", SILENCE, SILENCE)
    assert [message.state for message in world.messages()] == [State.DELETED, State.HEARD]
    assert phone.played[-1][0] == second.sound


def test_five_again_takes_the_deletion_back(world: World) -> None:
    world.subscriber()
    world.message(state=State.SAVED)
    phone = world.call("1", Press("4", 0.1), Listen(4), "55")
    assert world.messages()[0].state is State.SAVED
    assert "deletion-undone" in said(phone)


def test_6_in_the_undo_keeps_and_saves_this_message_and_the_next_one_comes(world: World) -> None:
    world.subscriber()
    world.message(hours_ago=2)
    world.message(hours_ago=1)
    phone = world.call("1", Press("4", 0.1), Listen(4), "56")
    assert [message.state for message in world.messages()] == [State.SAVED, State.NEW]
    assert said(phone).count("new-message") == 2


@pytest.mark.parametrize("key", list("012346789#*"))
def test_no_key_in_the_undo_deletes_or_saves_the_next_one_unheard(world: World, key: str) -> None:
    world.subscriber()
    world.message(hours_ago=2)
    world.message(hours_ago=1)
    world.call("1", Press("4", 0.1), Listen(4), "5", key, HANG_UP)
    assert world.messages()[1].state is State.NEW


def test_hash_in_the_undo_goes_on_at_once_to_the_next_introduction(world: World) -> None:
    world.subscriber()
    for age in (3, 2):
        world.message(hours_ago=age)
    phone = world.call("1", Press("4", 0.1), Listen(4), "5#", HangUp(0.5))
    assert [message.state for message in world.messages()] == [State.DELETED, State.NEW]
    assert said(phone).count("new-message") == 2


def test_star_in_the_undo_is_the_main_menu(world: World) -> None:
    world.subscriber()
    for age in (3, 2):
        world.message(hours_ago=age)
    phone = world.call("1", Press("4", 0.1), Listen(4), "5*")
    assert said(phone)[-1] == "main-menu-goodbye"
    assert said(phone).count("new-message") == 1


@pytest.mark.parametrize(("after", "state"), [(1.9, State.HEARD), (2.1, State.DELETED)])
def test_the_undo_waits_for_two_seconds(world: World, after: float, state: State) -> None:
    world.subscriber()
    world.message(hours_ago=2)
    world.message(hours_ago=1)
    words_seconds = 0.06 * len("Slettet. Tast 5 for å angre.")
    world.call("1", Press("4", 0.1), Listen(4), "5", Press("5", words_seconds + after), HangUp(0.1))
    assert world.messages()[0].state is state


class Arrival:
    """A caller who leaves a message while the first one is introduced."""

    def __init__(self, world: World, phone: ScriptedPhone) -> None:
        self.world, self.phone, self.done = world, phone, False

    def __call__(self) -> int:
        if not self.done and "new-message" in said(self.phone):
            self.done = True
            self.world.message(hours_ago=0)
        return 0


def test_a_message_that_arrives_meanwhile_joins_the_walk(world: World) -> None:
    world.subscriber()
    world.message()
    phone = world.phone(world.setup(), "1", Press("4", 0.1), Listen(4), "#", SILENCE, HANG_UP)
    phone.transactions_open = Arrival(world, phone)
    answer(phone, world.context)
    heard = said(phone)
    assert heard.count("new-message") == 2
    assert "no-more-messages" not in heard[: heard.index("new-message", heard.index("new-message") + 1)]


def test_who_passes_new_ones_over_is_not_told_that_none_are_left(world: World) -> None:
    world.subscriber()
    world.message()
    heard = said(world.call("1#"))
    assert "last-message" in heard
    assert "no-more-messages" not in heard


def test_what_leads_nowhere_is_not_offered_and_still_says_why(world: World) -> None:
    world.subscriber()
    empty = said(world.call("1"))
    assert "main-menu-listen" not in empty
    assert empty.count("no-messages") >= 2
    world.message(caller=None)
    last = said(world.call("1", Press("4", 0.1), SILENCE))
    assert {"message-delete", "message-again"} <= set(last)
    assert not {"message-next", "message-call-back"} & set(last)


def test_in_a_pause_9_reads_the_number_and_the_pause_goes_on(world: World) -> None:
    world.subscriber()
    world.message(seconds=20)
    phone = world.call("1", Press("4", 0.1), Listen(6), "7", "9", "9", SILENCE, "7", Listen(1), "#")
    assert stretches(phone) == [(0, 6), (6, 7)]
    assert said(phone).count("pause-reminder") == 1


def test_6_saves_and_the_next_one_comes(world: World) -> None:
    world.subscriber()
    world.message()
    phone = world.call("16")
    assert world.messages()[0].state is State.SAVED
    assert said(phone)[-1] != "message-saved"


def test_hash_goes_on_and_keeps_the_state(world: World) -> None:
    world.subscriber()
    world.message()
    phone = world.call("1", Press("4", 0.1), Listen(1), "#")
    assert world.messages()[0].state is State.NEW
    assert "last-message" in said(phone)


def test_left_by_a_key_after_3_seconds_is_heard(world: World) -> None:
    world.subscriber()
    world.message()
    world.call("1", Press("4", 0.1), Listen(3.5), "#")
    assert world.messages()[0].state is State.HEARD


def test_2_goes_to_the_message_before(world: World) -> None:
    world.subscriber()
    first = world.message(hours_ago=2)
    world.message(hours_ago=1)
    phone = world.call("1", "#", "2", Press("4", 0.1), Listen(1), "2", HangUp(1))
    assert phone.played[-1][0] == first.sound
    assert "first-message" in said(phone)


def test_7_pauses_and_7_goes_on_at_the_same_second(world: World) -> None:
    world.subscriber()
    world.message(seconds=20)
    phone = world.call("1", Press("4", 0.1), Listen(6), "7", Press("7", 61), Listen(2), "#")
    assert stretches(phone) == [(0, 6), (6, 8)]
    assert said(phone).count("pause-reminder") == 1 or said(phone).count("pause-reminder") == 2


def test_a_pause_ends_after_5_minutes_and_the_place_is_kept(world: World) -> None:
    world.subscriber()
    world.message(seconds=20)
    phone = world.call("1", Press("4", 0.1), Listen(6), "7", *[SILENCE] * 10)
    assert said(phone).count("pause-reminder") == 10
    assert said(phone)[-1] == "goodbye"
    place = world.who().place
    assert place is not None
    assert place.seconds == pytest.approx(6)


@pytest.mark.parametrize(
    ("state", "way", "words"),
    [(State.NEW, "1", "message-saved"), (State.DELETED, "2", "message-taken-back")],
    ids=["saved", "taken back"],
)
def test_hanging_up_once_it_is_decided_leaves_no_place(
    world: World, state: State, way: str, words: str
) -> None:
    world.subscriber()
    world.message(seconds=20, state=state)
    phone = world.call(way, Press("4", 0.1), Listen(6), "6", HangUp(0.0))
    assert said(phone)[-1] == words
    assert world.who().place is None


@pytest.mark.parametrize(("key", "to"), [("1", 0), ("3", 14)])
def test_in_a_pause_1_and_3_move_and_go_on(world: World, key: str, to: float) -> None:
    world.subscriber()
    world.message(seconds=20)
    phone = world.call("1", Press("4", 0.1), Listen(6), "7", key, Listen(1), "#")
    assert stretches(phone) == [(0, 6), (to, to + 1)]


@pytest.mark.parametrize(
    ("keys", "prompt"),
    [(["8"], "message-help"), (["8", Press("8", 0.5)], "information"), (["9"], "n9")],
    ids=["8", "88", "9"],
)
def test_help_and_the_number_go_on_from_the_same_second(
    world: World, keys: list[str | Press], prompt: str
) -> None:
    world.subscriber()
    world.message(seconds=20)
    phone = world.call("1", Press("4", 0.1), Listen(6), *keys, SILENCE)
    assert any(prompt in part for part in said(phone)), said(phone)
    assert stretches(phone)[-1] == (6, 20)


def test_9_tells_a_withheld_number_as_such(world: World) -> None:
    world.subscriber()
    world.message(caller=None)
    assert said(world.call("19")).count("withheld") == 1


def test_star_goes_to_the_main_menu_and_keeps_the_state(world: World) -> None:
    world.subscriber()
    world.message()
    phone = world.call("1*")
    assert said(phone)[-1] == "main-menu-goodbye"
    assert world.messages()[0].state is State.NEW


def test_deleted_messages_are_behind_2_and_6_takes_one_back(world: World) -> None:
    world.subscriber()
    world.message(state=State.DELETED)
    phone = world.call("2", Press("4", 0.1), Listen(1), "6")
    assert world.messages()[0].state is State.NEW
    assert "message-taken-back" in said(phone)


def test_there_is_no_2_without_deleted_messages(world: World) -> None:
    world.subscriber()
    assert said(world.call("2")).count("no-match") == 1


def test_if_the_line_drops_the_next_call_offers_to_go_on_there(world: World) -> None:
    world.subscriber()
    world.message(seconds=20)
    world.call("1", Press("4", 0.1), HangUp(7))
    phone = world.call("1", Listen(1), "*")
    assert said(phone)[0] == "resume-go-on"
    assert stretches(phone) == [(7, 8)]
    assert "resume-go-on" not in said(world.call())


def test_the_offer_to_go_on_is_good_for_24_hours(world: World) -> None:
    world.subscriber()
    world.message(seconds=20)
    world.call("1", Press("4", 0.1), HangUp(7))
    world.clock.pass_seconds(25 * 3600)
    assert "resume-go-on" not in said(world.call())


# ---- call back


def test_0_says_the_price_and_0_again_dials(world: World) -> None:
    world.subscriber()
    world.message(caller=KARI)
    phone = world.call("100", Answers(DialOutcome.ANSWERED, 40), "#")
    assert "Samtalen koster tre kroner" in words(phone)
    assert (phone.dialled, phone.shown) == ([KARI], [OLA])
    with world.store.look() as uow:
        assert [charge.called for charge in uow.call_backs.charges()] == [KARI]


@pytest.mark.parametrize("outcome", [DialOutcome.BUSY, DialOutcome.NO_ANSWER, DialOutcome.REFUSED])
def test_what_came_of_the_call_back_is_said_and_the_message_goes_on(
    world: World, outcome: DialOutcome
) -> None:
    world.subscriber()
    world.message(caller=KARI, seconds=20)
    phone = world.call("1", Press("4", 0.1), Listen(6), "00", Answers(outcome), SILENCE)
    assert f"call-back-{outcome}" in said(phone)
    assert stretches(phone)[-1] == (6, 20)
    with world.store.look() as uow:
        assert uow.call_backs.charges() == []


def test_a_call_back_is_charged_when_the_owner_hangs_up_in_it(world: World) -> None:
    world.subscriber()
    world.message(caller=KARI)
    world.call("100", Answers(DialOutcome.ANSWERED, 40, then_hangs_up=True))
    with world.store.look() as uow:
        assert len(uow.call_backs.charges()) == 1


@pytest.mark.parametrize(("caller", "why"), [(None, "withheld"), (PREMIUM, "not-allowed")])
def test_some_numbers_can_not_be_called_back(world: World, caller: Number | None, why: str) -> None:
    world.subscriber()
    world.message(caller=caller)
    phone = world.call("100")
    assert f"call-back-{why}" in said(phone)
    assert phone.dialled == []


def test_20_call_backs_a_day(world: World) -> None:
    world.subscriber()
    world.message(caller=KARI)
    for _ in range(20):
        world.call("100", Answers(DialOutcome.BUSY))
    phone = world.call("100", Answers(DialOutcome.BUSY))
    assert phone.dialled == []
    assert "call-back-too-many" in said(phone)


def test_not_after_a_log_in_from_elsewhere(world: World) -> None:
    world.subscriber()
    world.message(caller=KARI)
    phone = world.call("90000001#", "739154#", "100", caller=KARI)
    assert "call-back-from-elsewhere" in said(phone)
    assert phone.dialled == []
    assert [notice.kind for notice in world.notices()] == [NoticeKind.LOGIN_ELSEWHERE]


def test_a_playback_says_where_it_stopped(world: World) -> None:
    world.subscriber()
    message = world.message(seconds=20)
    phone = world.phone(world.setup(), Listen(3), "5")
    assert phone.play_message(message.sound) == Playback("5", pytest.approx(3))  # type: ignore[arg-type]


def test_short_stretches_add_up_to_heard(world: World) -> None:
    world.subscriber()
    world.message()
    world.call("1", Press("4", 0.1), Listen(2), "7", "7", Listen(2), "#")
    assert world.messages()[0].state is State.HEARD


def test_the_help_among_the_deleted_tells_of_taking_back(world: World) -> None:
    world.subscriber()
    world.message(state=State.DELETED)
    phone = world.call("2", Press("4", 0.1), Listen(1), "8")
    assert "deleted-message-help" in said(phone)
