from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from personsvar.mailbox.model.calendar_feed import FeedTrouble
from personsvar.mailbox.model.ids import MessageId, Number, Sealed
from personsvar.mailbox.model.notice import Facts, MissedReason, NoticeKind
from personsvar.mailbox.model.subscriber import Language, Subscriber
from personsvar.mailbox.notices import FOR_MACHINES
from personsvar.notifier.words import texts
from personsvar.notifier.words.facts import NoticeFacts, notice_facts, written

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
ACCESS = Number("+4747471000")
OLA = Subscriber(Number("+4790000001"))
SINGLE_SMS = 160  # letters of the default alphabet (3GPP TS 23.038, section 6.1.2.1.1)
# 3GPP TS 23.038, section 6.2.1: the default alphabet, without the escape to its extension table
GSM = set(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà"
)


def _told(kind: NoticeKind, facts: Facts, *, secret: str | None = None, now: datetime = NOON) -> NoticeFacts:
    return notice_facts(kind, facts, OLA, access=ACCESS, secret=secret, now=now)


def _new(
    *, caller: str | None = "+4790000002", urgent: bool = False, seconds: float = 23, new: int = 2
) -> Facts:
    return Facts(
        message=MessageId(1),
        caller=None if caller is None else Number(caller),
        at=NOON - timedelta(minutes=28),
        seconds=seconds,
        urgent=urgent,
        new_count=new,
    )


MESSAGES: list[tuple[Facts, str, str]] = [
    (
        _new(),
        (
            "Ny beskjed fra +47 900 00 002 i dag kl. 12.32 (23 sek). "
            "Du har 2 nye beskjeder. Ring +47 474 71 000 for å lytte."
        ),
        (
            "New message from +47 900 00 002 today at 12:32 (23 s). "
            "You have 2 new messages. Call +47 474 71 000 to listen."
        ),
    ),
    (
        _new(caller=None, new=1, seconds=0.4),
        "Ny beskjed fra hemmelig nummer i dag kl. 12.32 (1 sek). Ring +47 474 71 000 for å lytte.",
        "New message from a withheld number today at 12:32 (1 s). Call +47 474 71 000 to listen.",
    ),
    (
        _new(caller="+46701234567", urgent=True, seconds=120, new=1),
        "Haster: ny beskjed fra +46 70 123 45 67 i dag kl. 12.32 (2 min). Ring +47 474 71 000 for å lytte.",
        "Urgent: new message from +46 70 123 45 67 today at 12:32 (2 min). Call +47 474 71 000 to listen.",
    ),
    (
        _new(seconds=83.4, new=1),
        "Ny beskjed fra +47 900 00 002 i dag kl. 12.32 (1 min 23 sek). Ring +47 474 71 000 for å lytte.",
        "New message from +47 900 00 002 today at 12:32 (1 min 23 s). Call +47 474 71 000 to listen.",
    ),
]


@pytest.mark.parametrize(("facts", "nb", "en"), MESSAGES)
def test_a_new_message_tells_caller_time_length_and_how_many(facts: Facts, nb: str, en: str) -> None:
    it = _told(NoticeKind.NEW_MESSAGE, facts)
    assert texts.sms(it, "nb") == nb
    assert texts.sms(it, "en") == en


@pytest.mark.parametrize(
    ("days", "nb", "en"),
    [(1, "i går kl. 12.32", "yesterday at 12:32"), (12, "2.3. kl. 12.32", "on 2 March at 12:32")],
)
def test_an_sms_sent_late_still_tells_the_right_day(days: int, nb: str, en: str) -> None:
    it = _told(NoticeKind.NEW_MESSAGE, _new(), now=NOON + timedelta(days=days))
    assert nb in texts.sms(it, "nb")
    assert en in texts.sms(it, "en")


@pytest.mark.parametrize(
    ("reason", "nb", "en"),
    [
        (MissedReason.HUNG_UP, "Det ble ikke lagt igjen noen beskjed.", "No message was left."),
        (MissedReason.EMPTY, "Det ble ikke sagt noe.", "The caller said nothing."),
        (MissedReason.MAILBOX_FULL, "Personsvareren din er full.", "Your voicemail is full."),
        (MissedReason.VOICEMAIL_OFF, "Personsvareren din er slått av.", "Your voicemail is turned off."),
        (
            MissedReason.ABSENT,
            "Du er borte og tar ikke imot beskjeder.",
            "You are away and take no messages.",
        ),
        (
            MissedReason.OUTSIDE_HOURS,
            "Det var utenfor tiden du tar imot beskjeder.",
            "It was outside the hours in which you take messages.",
        ),
    ],
)
def test_a_missed_call_says_why(reason: MissedReason, nb: str, en: str) -> None:
    it = _told(NoticeKind.MISSED_CALL, Facts(caller=Number("+4790000002"), at=NOON, reason=reason))
    assert texts.sms(it, "nb").startswith(f"Tapt anrop fra +47 900 00 002 i dag kl. 13.00. {nb}")
    assert texts.sms(it, "en").startswith(f"Missed call from +47 900 00 002 today at 13:00. {en}")


@pytest.mark.parametrize(
    ("reason", "nb", "en"),
    [
        (MissedReason.HUNG_UP, "Det ble ikke lagt igjen noen beskjed.", "No message was left."),
        (MissedReason.EMPTY, "Det ble ikke lagt igjen noen beskjed.", "No message was left."),
        (
            MissedReason.MAILBOX_FULL,
            "Personsvareren din er full. Ring +47 474 71 000 og slett beskjeder du ikke trenger.",
            "Your voicemail is full. Call +47 474 71 000 and delete messages you don't need.",
        ),
        (MissedReason.VOICEMAIL_OFF, "Personsvareren din er slått av.", "Your voicemail is turned off."),
        (
            MissedReason.ABSENT,
            "Du er borte og tar ikke imot beskjeder.",
            "You are away and take no messages.",
        ),
        (
            MissedReason.OUTSIDE_HOURS,
            "Det var utenfor tiden du tar imot beskjeder.",
            "It was outside the hours in which you take messages.",
        ),
    ],
)
def test_several_missed_calls_of_one_caller_are_one_notice(reason: MissedReason, nb: str, en: str) -> None:
    facts = Facts(caller=Number("+4790000002"), at=NOON, reason=reason, calls=3)
    it = _told(NoticeKind.MISSED_CALL, facts)
    assert texts.sms(it, "nb") == f"Tapt anrop fra +47 900 00 002 (3 ganger), sist i dag kl. 13.00. {nb}"
    assert texts.sms(it, "en") == f"3 missed calls from +47 900 00 002, the last today at 13:00. {en}"


@pytest.mark.parametrize(
    ("room", "nb", "en"),
    [
        (
            10,
            "Personsvareren din er nesten full: det er plass til 10 beskjeder til.",
            "Your voicemail is nearly full: there is room for 10 more messages.",
        ),
        (
            1,
            "Personsvareren din er nesten full: det er plass til én beskjed til.",
            "Your voicemail is nearly full: there is room for one more message.",
        ),
        (0, "Personsvareren din er full.", "Your voicemail is full."),
    ],
)
def test_a_mailbox_nearly_full_tells_how_many_it_still_takes(room: int, nb: str, en: str) -> None:
    it = _told(NoticeKind.NEARLY_FULL, Facts(count=room))
    assert texts.sms(it, "nb").startswith(f"{nb} Ring +47 474 71 000 og slett ")
    assert texts.sms(it, "en").startswith(f"{en} Call +47 474 71 000 and delete ")


@pytest.mark.parametrize(
    ("count", "nb", "en"),
    [
        (
            3,
            (
                "3 gamle beskjeder i personsvareren din blir slettet 12. mars. "
                "Ring +47 474 71 000 for å lytte. Tast 6 for å ta vare på en beskjed."
            ),
            (
                "3 old messages in your voicemail will be deleted on 12 March. "
                "Call +47 474 71 000 to listen. Press 6 to keep a message."
            ),
        ),
        (
            1,
            (
                "En gammel beskjed i personsvareren din blir slettet 12. mars. "
                "Ring +47 474 71 000 for å lytte. Tast 6 for å ta vare på den."
            ),
            (
                "An old message in your voicemail will be deleted on 12 March. "
                "Call +47 474 71 000 to listen. Press 6 to keep it."
            ),
        ),
    ],
)
def test_messages_soon_deleted_tell_how_many_and_when(count: int, nb: str, en: str) -> None:
    it = _told(NoticeKind.SOON_DELETED, Facts(count=count, at=NOON + timedelta(days=10)))
    assert texts.sms(it, "nb") == nb
    assert texts.sms(it, "en") == en


def test_an_absence_greeting_tells_its_last_day_and_how_to_turn_it_off() -> None:
    it = _told(NoticeKind.ABSENCE_ON, Facts(at=NOON + timedelta(days=10)))
    assert texts.sms(it, "nb") == (
        "Fraværshilsenen din er på til og med 12. mars. "
        "Vil du slå den av, ring +47 474 71 000 og tast 3, 6 og 4."
    )
    assert texts.sms(it, "en") == (
        "Your absence greeting is on until the end of 12 March. "
        "To turn it off, call +47 474 71 000 and press 3, 6 and 4."
    )


def test_the_first_pin_is_told_and_one_from_the_operator_is_not() -> None:
    assert "Koden din er 284917." in texts.sms(_told(NoticeKind.FIRST_PIN, Facts(), secret="284917"), "nb")
    by_operator = texts.sms(_told(NoticeKind.FIRST_PIN, Facts()), "nb")
    assert "tast 3, så 4" in by_operator


WORDS: list[tuple[NoticeKind, str, str]] = [
    (NoticeKind.FIRST_PIN, "Du bruker koden du har fått av oss.", "Use the PIN we gave you."),
    (NoticeKind.REQUESTED_PIN, "kan du se bort fra denne meldingen.", "ignore this message."),
    (NoticeKind.LOGIN_CODE, "Ikke gi den til noen", "Give it to nobody"),
    (NoticeKind.PIN_CHANGED, "Var det ikke deg? Ta kontakt", "If this wasn't you, contact us"),
    (NoticeKind.LOGIN_ELSEWHERE, "Var det ikke deg? Bytt kode", "If this wasn't you, change your PIN"),
    (NoticeKind.GREETING_RECORDED, "er lest inn.", "Your greeting has been recorded."),
    (NoticeKind.GREETING_NOT_RECORDED, "hører standardhilsenen.", "hear the standard greeting."),
]


@pytest.mark.parametrize(("kind", "nb", "en"), WORDS)
def test_texts_say_it_as_people_would(kind: NoticeKind, nb: str, en: str) -> None:
    it = _told(kind, Facts(at=NOON))
    assert nb in texts.sms(it, "nb")
    assert en in texts.sms(it, "en")


@pytest.mark.parametrize(
    ("urgent", "nb", "en"),
    [
        (False, "Ny beskjed fra +47 900 00 002", "New message from +47 900 00 002"),
        (True, "Haster: ny beskjed fra +47 900 00 002", "Urgent: new message from +47 900 00 002"),
    ],
)
def test_the_subject_of_an_mms_says_that_it_is_urgent_as_its_text_does(
    urgent: bool, nb: str, en: str
) -> None:
    it = _told(NoticeKind.NEW_MESSAGE, _new(urgent=urgent))
    assert (texts.subject(it, "nb"), texts.subject(it, "en")) == (nb, en)
    assert texts.sms(it, "nb").startswith(nb)
    assert texts.sms(it, "en").startswith(en)


def test_a_requested_pin_tells_until_when_it_can_be_used() -> None:
    facts = Facts(secret=Sealed(b""), secret_until=NOON + timedelta(minutes=15))
    assert "284917. Bruk den før kl. 13.15." in texts.sms(
        _told(NoticeKind.REQUESTED_PIN, facts, secret="284917"), "nb"
    )


@pytest.mark.parametrize("language", ["nb", "en"])
@pytest.mark.parametrize("reason", MissedReason)
@pytest.mark.parametrize("kind", sorted(set(NoticeKind) - FOR_MACHINES))
@pytest.mark.parametrize("calls", [1, 99])
@pytest.mark.parametrize(
    "caller", ["+4790000002", None, "+46701234567", "+47580009083060", "+882160000000001"]
)
def test_every_notice_is_one_sms(
    kind: NoticeKind, reason: MissedReason, language: Language, calls: int, caller: str | None
) -> None:
    facts = Facts(
        caller=None if caller is None else Number(caller),
        at=datetime(2026, 9, 28, 12, 0, tzinfo=UTC),
        seconds=179,
        urgent=True,
        new_count=100,
        count=999,
        calls=calls,
        reason=reason,
        secret_until=NOON,
    )
    for secret in ("284917", None):
        text = texts.sms(_told(kind, facts, secret=secret, now=NOON + timedelta(days=365)), language)
        assert set(text) <= GSM
        assert len(text) <= SINGLE_SMS, len(text)


@pytest.mark.parametrize("language", ["nb", "en"])
@pytest.mark.parametrize("trouble", FeedTrouble)
def test_a_calendar_that_fails_is_told_why_in_one_sms(trouble: FeedTrouble, language: Language) -> None:
    facts = Facts(at=datetime(2026, 9, 28, 12, 0, tzinfo=UTC), trouble=trouble)
    text = texts.sms(_told(NoticeKind.CALENDAR_FAILING, facts), language)
    assert set(text) <= GSM
    assert len(text) <= SINGLE_SMS, len(text)


def test_a_calendar_that_fails_is_told_since_when() -> None:
    it = _told(NoticeKind.CALENDAR_FAILING, Facts(at=NOON, trouble=FeedTrouble.NO_CALENDAR))
    assert texts.sms(it, "nb") == (
        "Kalenderen din har ikke kunnet leses siden 2. mars: det er ingen kalender. "
        "De som ringer, hører ikke om avtalene dine. Legg inn adressen på nytt."
    )
    assert texts.sms(it, "en") == (
        "Since 2 March your calendar can't be read: it is no calendar. "
        "Callers no longer hear of your appointments. Give its address again."
    )


@pytest.mark.parametrize("language", ["nb", "en"])
@pytest.mark.parametrize("kind", sorted(FOR_MACHINES))
def test_what_only_machines_are_told_has_no_words(kind: NoticeKind, language: Language) -> None:
    with pytest.raises(KeyError):
        texts.sms(_told(kind, Facts()), language)


@pytest.mark.parametrize(
    ("number", "as_written"),
    [
        ("+4790000001", "+47 900 00 001"),
        ("+4747471000", "+47 474 71 000"),
        ("+4722000001", "+47 22 00 00 01"),
        ("+46701234567", "+46 70 123 45 67"),
        ("+47580009083060", "+47580009083060"),
        ("+999999999999", "+999999999999"),
        ("+1", "+1"),
        ("bogus", "bogus"),
    ],
)
def test_numbers_are_written_so_that_they_can_be_called_from_anywhere(number: str, as_written: str) -> None:
    assert written(Number(number)) == as_written


@pytest.mark.parametrize(
    ("calls", "nb", "en"),
    [(1, "Ett anrop til, det siste", "One more call,"), (37, "37 anrop til,", "37 more")],
)
def test_many_calls_are_one_notice_that_tells_how_many_more(calls: int, nb: str, en: str) -> None:
    it = _told(NoticeKind.MANY_CALLS, Facts(calls=calls, at=NOON - timedelta(minutes=28)))
    assert nb in texts.sms(it, "nb")
    assert en in texts.sms(it, "en")
    assert "i dag kl. 12.32" in texts.sms(it, "nb")
