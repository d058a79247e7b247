"""Leaving a message (docs/call-flow.md, 2): keys in, words out."""

from __future__ import annotations

from datetime import timedelta
from typing import NoReturn

import pytest

from personsvar.dialogue.call import Progress
from personsvar.dialogue.manual import answer
from personsvar.intake import Sweeper
from personsvar.mailbox import greetings
from personsvar.mailbox.errors import StoreUnavailableError
from personsvar.mailbox.model.greeting import GreetingKind
from personsvar.mailbox.model.ids import Number
from personsvar.mailbox.model.message import NewSound, State
from personsvar.mailbox.model.notice import MissedReason, NoticeKind
from personsvar.mailbox.ports.store import Store
from personsvar.mailbox.ports.takes import Take
from personsvar.mailbox.rules import Rules
from tests.fakes.commits import CommitCounter
from tests.phone import HANG_UP, SILENCE, HangUp, Press, Speak
from tests.world import KARI, OLA, PIN, SILENT_SECOND, STRANGER, World, said, speech, words

ABROAD = Number("+46701234567")


def test_a_caller_leaves_a_message(world: World) -> None:
    world.subscriber()
    phone = world.caller_leaves(Speak(14), "#2")
    [message] = world.messages()
    assert (message.caller, message.state, message.urgent) == (STRANGER, State.NEW, False)
    assert message.sound.seconds == pytest.approx(14)
    assert said(phone)[-2:] == ["message-stored", "goodbye"]
    assert phone.reached == [Progress.STARTED, Progress.RECORDING, Progress.STORED, Progress.DONE]


def test_the_notice_is_written_with_the_message(world: World, commits: CommitCounter) -> None:
    world.subscriber()
    world.caller_leaves(Speak(14), "#2")
    [notice] = world.notices()
    assert notice.kind is NoticeKind.NEW_MESSAGE
    assert (notice.facts.caller, notice.facts.new_count) == (STRANGER, 1)
    assert commits.count == 1


def test_the_built_in_greeting_reads_the_number_out(world: World) -> None:
    world.subscriber()
    heard = said(world.caller_leaves(HANG_UP))
    assert heard[0] == "greeting-reached"
    assert heard[-1] == "greeting-after-tone"


@pytest.mark.parametrize("key", list("0123456789"))
def test_only_hash_and_star_act_while_a_greeting_plays(world: World, key: str) -> None:
    world.subscriber()
    phone = world.caller_leaves(key, Speak(5), "#2")
    assert len(world.messages()) == 1
    assert said(phone)[0] == "greeting-reached"


def test_hash_skips_to_the_tone(world: World) -> None:
    world.subscriber()
    before = world.clock.now()
    world.caller_leaves(Press("#", 0.5), Speak(5), Press("#", 0.1), "2")
    assert world.messages()[0].received_at == before


def test_star_goes_to_the_owners_log_in_and_is_no_missed_call(world: World) -> None:
    world.subscriber()
    phone = world.caller_leaves("*")
    assert "log-in-pin" in said(phone)
    assert world.notices() == []


def test_hanging_up_before_the_tone_is_a_missed_call(world: World) -> None:
    world.subscriber()
    world.caller_leaves(HangUp(1.0))
    [notice] = world.notices()
    assert (notice.kind, notice.facts.reason) == (NoticeKind.MISSED_CALL, MissedReason.HUNG_UP)


def test_hanging_up_while_speaking_delivers_what_was_said(world: World) -> None:
    world.subscriber()
    world.caller_leaves(Speak(7), HANG_UP)
    assert world.messages()[0].sound.seconds == pytest.approx(7)


def test_hanging_up_in_the_menu_delivers_the_message_once(world: World) -> None:
    world.subscriber()
    world.caller_leaves(Speak(7), "#", HANG_UP)
    assert len(world.messages()) == 1
    assert len(world.notices()) == 1


def test_silence_ends_the_recording_and_stores_it_without_a_menu(world: World) -> None:
    world.subscriber()
    phone = world.caller_leaves(Speak(7), SILENCE)
    assert "after-take-listen" not in said(phone)
    assert said(phone)[-2:] == ["message-stored", "goodbye"]


def test_the_limit_ends_the_recording_and_stores_it_without_a_menu(world: World) -> None:
    world.subscriber()
    phone = world.caller_leaves(Speak(200))
    assert world.messages()[0].sound.seconds == 180
    assert "after-take-listen" not in said(phone)


def test_ten_seconds_before_the_longest_message_is_over_a_soft_tone_tells_the_caller(world: World) -> None:
    world.subscriber()
    phone = world.caller_leaves(Speak(175), "#", "2")
    assert phone.warned == [170]
    assert world.messages()[0].sound.seconds == 175


def test_a_message_that_is_not_so_long_has_no_soft_tone(world: World) -> None:
    world.subscriber()
    assert world.caller_leaves(Speak(169), "#", "2").warned == []


def test_where_the_longest_message_is_twenty_seconds_or_less_no_tone_comes_into_it(world: World) -> None:
    short = World(world.store, world.spool, rules=Rules(max_message_seconds=20))
    short.subscriber()
    assert short.caller_leaves(Speak(30)).warned == []
    assert short.messages()[0].sound.seconds == 20


def test_no_key_in_the_menu_sends_the_message(world: World) -> None:
    world.subscriber()
    phone = world.caller_leaves(Speak(7), "#", SILENCE, SILENCE)
    assert said(phone)[-2:] == ["message-stored", "goodbye"]


def test_1_plays_the_take_and_2_sends_it(world: World) -> None:
    world.subscriber()
    phone = world.caller_leaves(Speak(7), "#1", SILENCE, "2")
    assert "«sound»" in said(phone)
    assert len(world.messages()) == 1


def test_3_records_again_and_the_latest_take_is_delivered(world: World) -> None:
    world.subscriber()
    world.caller_leaves(Speak(7), "#3", Speak(9), "#2")
    [message] = world.messages()
    assert message.sound.seconds == pytest.approx(9)


@pytest.mark.parametrize("second", [Speak(9, SILENT_SECOND), Speak(0.4)], ids=["silence", "too short"])
def test_a_new_take_never_destroys_an_earlier_one(world: World, second: Speak) -> None:
    world.subscriber()
    world.caller_leaves(Speak(7), "#3", second, "#2")
    assert world.messages()[0].sound.seconds == pytest.approx(7)


def test_hanging_up_in_the_second_take_delivers_the_first(world: World) -> None:
    world.subscriber()
    world.caller_leaves(Speak(7), "#3", HANG_UP)
    assert world.messages()[0].sound.seconds == pytest.approx(7)


def test_4_marks_urgent_and_4_again_takes_it_back(world: World) -> None:
    world.subscriber()
    phone = world.caller_leaves(Speak(7), "#42")
    assert world.messages()[0].urgent
    assert "marked-urgent" in said(phone)
    world.caller_leaves(Speak(7), "#442")
    assert [message.urgent for message in world.messages()] == [True, False]


@pytest.mark.parametrize("take", [Speak(9, SILENT_SECOND), Speak(0.4)], ids=["silence", "too short"])
def test_a_take_without_speech_is_a_missed_call(world: World, take: Speak) -> None:
    world.subscriber()
    phone = world.caller_leaves(take, "#2")
    assert world.messages() == []
    assert [notice.facts.reason for notice in world.notices()] == [MissedReason.EMPTY]
    assert "message-stored" not in said(phone)


def test_a_full_mailbox_deletes_the_oldest_heard_message(world: World) -> None:
    world.subscriber()
    heard = [world.message(state=State.HEARD, hours_ago=age) for age in (30, 40)]
    kept = [world.message(state=State.SAVED, hours_ago=age) for age in (50, 60, 70)]
    world.caller_leaves(Speak(7), "#2")
    states = {message.id: message.state for message in world.messages()}
    assert states[heard[1].id] is State.DELETED
    assert states[heard[0].id] is State.HEARD
    assert all(states[message.id] is State.SAVED for message in kept)
    assert world.counts().kept == 5


def test_a_mailbox_full_of_saved_messages_takes_no_more_and_says_why(world: World) -> None:
    world.subscriber()
    for age in range(5):
        world.message(state=State.SAVED, hours_ago=age + 1)
    phone = world.caller_leaves()
    assert said(phone)[-2:] == ["mailbox-full", "goodbye"]
    assert [notice.facts.reason for notice in world.notices()] == [MissedReason.MAILBOX_FULL]


def full_of_saved(world: World) -> None:
    world.subscriber()
    for age in range(5):
        world.message(state=State.SAVED, hours_ago=age + 1)


@pytest.mark.parametrize("caller", [STRANGER, ABROAD])
@pytest.mark.parametrize("kind", list(GreetingKind))
def test_a_full_mailbox_is_told_at_once_and_nobody_is_asked_to_speak(
    world: World, kind: GreetingKind, caller: Number
) -> None:
    full_of_saved(world)
    greetings.keep(world.services, OLA, kind, speech())
    phone = world.caller_leaves(caller=caller)
    assert said(phone)[0] == "greeting-reached"
    assert "greeting-after-tone" not in said(phone)
    assert said(phone).count("«sound»") == (kind is GreetingKind.SIGNATURE)
    assert {sentence.language for sentence in phone.said} == {"en" if caller == ABROAD else "nb"}


def test_hanging_up_while_a_full_mailbox_is_told_says_why_it_was_missed(world: World) -> None:
    full_of_saved(world)
    world.caller_leaves(HangUp(1.0))
    assert [notice.facts.reason for notice in world.notices()] == [MissedReason.MAILBOX_FULL]


def test_the_owner_gets_into_a_full_mailbox_by_star(world: World) -> None:
    full_of_saved(world)
    phone = world.caller_leaves("*")
    assert "log-in-pin" in said(phone)
    assert world.notices() == []


# ---- after `#`


def test_88_tells_a_caller_of_the_service_in_words_that_fit_a_caller(world: World) -> None:
    world.subscriber()
    heard = said(world.caller_leaves(Speak(7), "#8", Press("8", 0.5), SILENCE))
    assert "information-caller" in heard
    assert "information" not in heard


def test_8_is_true_of_what_there_is_to_send(world: World) -> None:
    world.subscriber()
    assert "after-take-help" in said(world.caller_leaves(Speak(7), "#8"))
    assert "after-take-urgent-help" in said(world.caller_leaves(Speak(7), "#48"))
    assert "after-take-empty-help" in said(world.caller_leaves(Press("#", 0.1), Press("#", 0.1), "8"))


def test_1_plays_what_2_would_send(world: World) -> None:
    world.subscriber()
    phone = world.caller_leaves(Speak(7), "#3", Speak(9, SILENT_SECOND), "#1", SILENCE)
    assert "nothing-said" in said(phone)
    takes = [part for sentence in phone.said for part in sentence.parts if isinstance(part, Take)]
    assert [take.number for take in takes] == [1]


def test_with_nothing_to_send_only_recording_is_offered(world: World) -> None:
    world.subscriber()
    heard = said(world.caller_leaves(Press("#", 0.1), Press("#", 0.1), Press("3", 4), Speak(7), "#2"))
    rows = heard[: heard.index("after-take-listen")]
    assert "after-take-record" in rows
    assert "after-take-send" not in rows
    assert len(world.messages()) == 1


def test_a_word_too_short_to_be_a_message_is_told(world: World) -> None:
    world.subscriber()
    phone = world.caller_leaves(Speak(0.5), "#")
    assert {"too-short", "after-take-record"} <= set(said(phone))


def test_no_key_in_the_menu_is_waited_for_once(world: World) -> None:
    world.subscriber()
    heard = said(world.caller_leaves(Speak(7), "#", SILENCE))
    assert heard.count("after-take-listen") == 1
    assert heard[-2:] == ["message-stored", "goodbye"]


# ---- which language


def test_a_log_in_from_the_greeting_is_in_the_mailboxs_language(world: World) -> None:
    world.subscriber()
    phone = world.caller_leaves("*", f"{PIN}#", caller=ABROAD)
    after = [sentence.language for sentence in phone.said if "greeting-reached" not in sentence.parts]
    assert set(after) == {"nb"}


def test_who_calls_from_abroad_hears_english_until_it_is_known_whose_mailbox_is_opened(world: World) -> None:
    world.subscriber()
    phone = world.call("90000001#", f"{PIN}#", caller=ABROAD)
    asked = [s.language for s in phone.said if {"log-in-number", "log-in-pin"} & set(s.parts)]
    assert set(asked) == {"en"}
    assert phone.said[-1].language == "nb"
    refused = world.caller_leaves(diverted_from=KARI, caller=ABROAD)
    assert {sentence.language for sentence in refused.said} == {"en"}


def test_a_withheld_number_is_written_nowhere(world: World) -> None:
    world.subscriber()
    world.caller_leaves(Speak(7), "#2", withheld=True)
    assert world.messages()[0].caller is None
    assert [notice.facts.caller for notice in world.notices()] == [None]
    assert not any(
        str(STRANGER).encode() in file.read_bytes() for file in world.spool.rglob("*") if file.is_file()
    )


def test_voicemail_off_takes_no_messages_and_tells_of_the_missed_call(world: World) -> None:
    world.subscriber(voicemail_on=False)
    phone = world.caller_leaves()
    assert said(phone) == ["takes-no-messages", "goodbye"]
    assert [notice.facts.reason for notice in world.notices()] == [MissedReason.VOICEMAIL_OFF]


def test_a_number_we_do_not_serve_takes_no_messages(world: World) -> None:
    phone = world.caller_leaves(diverted_from=KARI)
    assert said(phone) == ["takes-no-messages", "goodbye"]


# ---- which greeting


def test_the_personal_greeting_is_heard(world: World) -> None:
    world.subscriber()
    greetings.keep(world.services, OLA, GreetingKind.PERSONAL, speech())
    assert said(world.caller_leaves(HANG_UP)) == ["«sound»"]


def test_the_voice_signature_stands_in_the_built_in_greeting(world: World) -> None:
    world.subscriber()
    greetings.keep(world.services, OLA, GreetingKind.SIGNATURE, speech())
    assert said(world.caller_leaves(HANG_UP)) == [
        "greeting-reached",
        "«sound»",
        "pause",
        "greeting-after-tone",
    ]


def test_a_caller_from_abroad_hears_english(world: World) -> None:
    world.subscriber()
    greetings.keep(world.services, OLA, GreetingKind.PERSONAL, speech())
    phone = world.caller_leaves(HANG_UP, caller=ABROAD)
    assert {sentence.language for sentence in phone.said} == {"en"}


def test_a_caller_from_abroad_hears_english_after_the_owners_own_international_greeting(world: World) -> None:
    world.subscriber()
    greetings.keep(world.services, OLA, GreetingKind.INTERNATIONAL, speech())
    phone = world.caller_leaves(Speak(7), "#2", caller=ABROAD)
    assert "Your message is stored." in words(phone)


def test_the_absence_greeting_goes_before_all_and_ends_with_its_day(world: World) -> None:
    world.subscriber()
    greetings.keep(world.services, OLA, GreetingKind.PERSONAL, speech())
    absence = speech()[: 8000 * 3]
    greetings.keep_absence(world.services, OLA, absence, world.clock.now().date())
    heard = world.caller_leaves(HANG_UP, caller=ABROAD).said[0].parts[0]
    assert world.sound(heard.id) == absence  # type: ignore[union-attr]
    world.clock.pass_seconds(timedelta(days=1).total_seconds())
    heard = world.caller_leaves(HANG_UP).said[0].parts[0]
    assert world.sound(heard.id) == speech()  # type: ignore[union-attr]


# ---- when things are away


class AwayStore:
    """A database that is away: every unit of work is refused."""

    open_in_this_thread = 0

    def begin(self, *_: object, **__: object) -> None:
        raise StoreUnavailableError("away")

    look = sound = begin


def test_without_a_database_callers_still_leave_messages(world: World) -> None:
    world.subscriber()
    away = World(AwayStore(), world.spool, clock=world.clock)  # type: ignore[arg-type]
    phone = away.caller_leaves(Speak(7), "#2")
    assert said(phone)[-2:] == ["message-received", "goodbye"]
    assert any(world.spool.iterdir())


class LockedStore:
    """A database that can be read, and writes nothing."""

    open_in_this_thread = 0

    def __init__(self, store: Store) -> None:
        self.look, self.sound = store.look, store.sound

    def begin(self, *, bringing: NewSound | None = None) -> NoReturn:
        raise StoreUnavailableError(f"locked, for {bringing}")


@pytest.mark.parametrize(
    ("voicemail_on", "told"), [(True, "mailbox-full"), (False, "takes-no-messages")], ids=["full", "off"]
)
def test_a_caller_who_can_leave_no_message_is_told_so_also_when_nothing_can_be_written(
    world: World, voicemail_on: bool, told: str
) -> None:
    """Nothing was received then; the missed call waits in the spool."""
    world.subscriber(voicemail_on=voicemail_on)
    for age in range(5):
        world.message(state=State.SAVED, hours_ago=age + 1)
    locked = World(LockedStore(world.store), world.spool, clock=world.clock)
    phone = locked.caller_leaves()
    assert said(phone)[-2:] == [told, "goodbye"]
    Sweeper(world.takes).sweep_once(world.clock.now())
    assert [notice.kind for notice in world.notices()] == [NoticeKind.MISSED_CALL]


def test_without_a_database_owners_are_asked_to_call_again(world: World) -> None:
    away = World(AwayStore(), world.spool, clock=world.clock)  # type: ignore[arg-type]
    assert said(away.call()) == ["mailbox-unavailable", "goodbye"]


def test_the_rules_set_the_shortest_message(world: World) -> None:
    world.subscriber()
    strict = World(world.store, world.spool, rules=Rules(min_message_seconds=10), clock=world.clock)
    strict.caller_leaves(Speak(7), "#2")
    assert strict.messages() == []


@pytest.mark.parametrize("rings", ["answered", "looked up"])
def test_who_hangs_up_while_the_call_is_taken_is_a_missed_call(world: World, rings: str) -> None:
    """He was diverted to us, and gone before the first page: told once, as he would be a moment later."""
    world.subscriber()
    phone = world.phone(world.setup(STRANGER, diverted_from=OLA))
    phone.gone_in_answer, phone.gone = rings == "looked up", rings == "answered"
    answer(phone, world.context)
    [notice] = world.notices()
    assert (notice.kind, notice.facts.caller) == (NoticeKind.MISSED_CALL, STRANGER)
    assert world.messages() == []


def test_who_hangs_up_while_the_call_is_taken_is_a_missed_call_with_voicemail_off_too(world: World) -> None:
    world.subscriber(voicemail_on=False)
    phone = world.phone(world.setup(STRANGER, diverted_from=OLA))
    phone.gone = True
    answer(phone, world.context)
    assert [notice.kind for notice in world.notices()] == [NoticeKind.MISSED_CALL]


def test_an_owner_who_hangs_up_while_his_call_is_taken_has_missed_nothing(world: World) -> None:
    world.subscriber()
    phone = world.phone(world.setup(OLA))
    phone.gone = True
    answer(phone, world.context)
    assert world.notices() == []
