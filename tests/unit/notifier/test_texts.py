from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from personsvar.mailbox.model import (
    Facts,
    Language,
    MessageId,
    MissedReason,
    NoticeKind,
    Number,
    Sealed,
    Subscriber,
)
from personsvar.notifier import texts
from personsvar.notifier.said import Told, told, written

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
ACCESS = Number("+4747471000")
OLA = Subscriber(Number("+4790000001"))
# 3GPP TS 23.038, section 6.2.1: the default alphabet, without the escape to its extension table
GSM = set(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà"
)


def _told(kind: NoticeKind, facts: Facts, *, secret: str | None = None, now: datetime = NOON) -> Told:
    return told(kind, facts, OLA, access=ACCESS, secret=secret, now=now)


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
            "Ny beskjed fra 900 00 002 i dag kl. 12.32 (23 sek). "
            "Du har 2 nye beskjeder. Ring 474 71 000 for å lytte."
        ),
        (
            "New message from 900 00 002 today at 12:32 (23 s). "
            "You have 2 new messages. Call 474 71 000 to listen."
        ),
    ),
    (
        _new(caller=None, new=1, seconds=0.4),
        "Ny beskjed fra hemmelig nummer i dag kl. 12.32 (1 sek). Ring 474 71 000 for å lytte.",
        "New message from a withheld number today at 12:32 (1 s). Call 474 71 000 to listen.",
    ),
    (
        _new(caller="+46701234567", urgent=True, seconds=120, new=1),
        "Haster: ny beskjed fra +46 70 123 45 67 i dag kl. 12.32 (2 min). Ring 474 71 000 for å lytte.",
        "Urgent: new message from +46 70 123 45 67 today at 12:32 (2 min). Call 474 71 000 to listen.",
    ),
    (
        _new(seconds=83.4, new=1),
        "Ny beskjed fra 900 00 002 i dag kl. 12.32 (1 min 23 sek). Ring 474 71 000 for å lytte.",
        "New message from 900 00 002 today at 12:32 (1 min 23 s). Call 474 71 000 to listen.",
    ),
]


@pytest.mark.parametrize(("facts", "nb", "en"), MESSAGES)
def test_a_new_message_tells_caller_time_length_and_how_many(facts: Facts, nb: str, en: str) -> None:
    it = _told(NoticeKind.NEW_MESSAGE, facts)
    assert texts.sms(it, "nb") == nb
    assert texts.sms(it, "en") == en


@pytest.mark.parametrize(
    ("days", "nb", "en"),
    [(1, "i går kl. 12.32", "yesterday at 12:32"), (12, "2.3. kl. 12.32", "on 2 Mar at 12:32")],
)
def test_an_sms_sent_late_still_tells_the_right_day(days: int, nb: str, en: str) -> None:
    it = _told(NoticeKind.NEW_MESSAGE, _new(), now=NOON + timedelta(days=days))
    assert nb in texts.sms(it, "nb")
    assert en in texts.sms(it, "en")


@pytest.mark.parametrize(
    ("reason", "nb", "en"),
    [
        (MissedReason.HUNG_UP, "Det ble ikke lagt igjen noen beskjed.", "No message was left."),
        (MissedReason.EMPTY, "Beskjeden var uten tale.", "The message held no speech."),
        (MissedReason.MAILBOX_FULL, "Personsvareren din er full.", "Your voicemail is full."),
        (MissedReason.VOICEMAIL_OFF, "Personsvareren din er slått av.", "Your voicemail is turned off."),
    ],
)
def test_a_missed_call_says_why(reason: MissedReason, nb: str, en: str) -> None:
    it = _told(NoticeKind.MISSED_CALL, Facts(caller=Number("+4790000002"), at=NOON, reason=reason))
    assert texts.sms(it, "nb").startswith(f"Tapt anrop fra 900 00 002 i dag kl. 13.00. {nb}")
    assert texts.sms(it, "en").startswith(f"Missed call from 900 00 002 today at 13:00. {en}")


def test_the_first_pin_is_told_and_one_from_the_operator_is_not() -> None:
    assert "Koden din er 284917." in texts.sms(_told(NoticeKind.FIRST_PIN, Facts(), secret="284917"), "nb")
    by_operator = texts.sms(_told(NoticeKind.FIRST_PIN, Facts()), "nb")
    assert "tast 3, så 4" in by_operator


def test_a_requested_pin_tells_until_when_it_can_be_used() -> None:
    facts = Facts(secret=Sealed(b""), secret_until=NOON + timedelta(minutes=15))
    assert "284917. Bruk den før kl. 13.15." in texts.sms(
        _told(NoticeKind.REQUESTED_PIN, facts, secret="284917"), "nb"
    )


@pytest.mark.parametrize("language", ["nb", "en"])
@pytest.mark.parametrize("reason", MissedReason)
@pytest.mark.parametrize("kind", NoticeKind)
@pytest.mark.parametrize("caller", ["+4790000002", None, "+46701234567"])
def test_every_notice_is_one_sms(
    kind: NoticeKind, reason: MissedReason, language: Language, caller: str | None
) -> None:
    facts = Facts(
        caller=None if caller is None else Number(caller),
        at=NOON - timedelta(days=20),
        seconds=179,
        urgent=True,
        new_count=100,
        reason=reason,
        secret_until=NOON,
    )
    for secret in ("284917", None):
        text = texts.sms(_told(kind, facts, secret=secret), language)
        assert set(text) <= GSM
        assert len(text) <= texts.SINGLE_SMS, len(text)


@pytest.mark.parametrize(
    ("number", "as_written"),
    [
        ("+4790000001", "900 00 001"),
        ("+4722000001", "22 00 00 01"),
        ("+46701234567", "+46 70 123 45 67"),
        ("+1", "+1"),
        ("bogus", "bogus"),
    ],
)
def test_numbers_are_written_as_people_write_them(number: str, as_written: str) -> None:
    assert written(Number(number), home=OLA.number) == as_written
