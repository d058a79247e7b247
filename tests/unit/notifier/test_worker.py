from __future__ import annotations

import json
import stat
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest

from personsvar.mailbox.deposit import take_in
from personsvar.mailbox.login import reset_pin
from personsvar.mailbox.model import (
    Channel,
    Facts,
    NewNotice,
    Notice,
    NoticeId,
    NoticeKind,
    NoticeStatus,
    Number,
    Sealed,
    SpoolId,
    Wishes,
)
from personsvar.mailbox.ports import Heading, Purpose
from personsvar.notifier.errors import DeliveryError, UndeliverableError
from personsvar.notifier.files import FileDelivery
from personsvar.notifier.letters import Letter
from personsvar.notifier.worker import Delivery, OutboxWorker, Patience
from tests.unit.notifier.conftest import Bureau

QUIET = bytes([0xD5]) * 8000 * 3


@dataclass
class Gateway:
    """A gateway of the test's own: takes letters, or fails as it is told."""

    fail: BaseException | None = None
    taken: list[Letter] = field(default_factory=list)
    meanwhile: Callable[[], object] = lambda: None

    def deliver(self, letter: Letter) -> None:
        self.meanwhile()
        if self.fail is not None:
            raise self.fail
        self.taken.append(letter)


def _worker(bureau: Bureau, delivery: Delivery, **patience: float) -> OutboxWorker:
    deliveries = dict.fromkeys(Channel, delivery)
    return OutboxWorker(bureau.office, deliveries, lambda: 0.5, Patience(**patience))  # type: ignore[arg-type] # attempts is whole in these tests


def _files(tmp_path: Path) -> FileDelivery:
    return FileDelivery(tmp_path / "outbox", mail_from="voicemail@example.test", sms_sender="Personsvar")


def _leave_message(bureau: Bureau, caller: str = "+4790000002") -> None:
    heading = Heading(
        SpoolId("1700000000.1"), Purpose.MESSAGE, bureau.ola.number, Number(caller), bureau.clock.now()
    )
    take_in(bureau.office, heading, alaw=QUIET)


def _missed(bureau: Bureau, call: str = "1") -> NoticeId:
    return bureau.post(
        NewNotice(
            bureau.ola.number,
            NoticeKind.MISSED_CALL,
            Channel.SMS,
            f"missed:{call}:sms",
            bureau.clock.now(),
            Facts(caller=Number("+4790000002"), at=bureau.clock.now()),
        )
    )


def _notices(bureau: Bureau) -> list[Notice]:
    with bureau.office.store.look() as uow:
        return list(uow.outbox.list())


def test_a_message_becomes_an_sms_file_and_an_email_file_with_the_sound(
    bureau: Bureau, tmp_path: Path
) -> None:
    _leave_message(bureau)
    assert _worker(bureau, _files(tmp_path)).run_once() == 2
    sms_file, mail_file = sorted((tmp_path / "outbox").iterdir(), key=lambda file: file.suffix, reverse=True)
    sms = json.loads(sms_file.read_bytes())
    assert sms["to"] == "+4790000001"
    assert sms["from"] == "Personsvar"
    assert sms["text"] == ("Ny beskjed fra 900 00 002 i dag kl. 13.00 (3 sek). Ring 474 71 000 for å lytte.")
    mail = message_from_bytes(mail_file.read_bytes(), policy=policy.SMTP)
    assert isinstance(mail, EmailMessage)
    assert mail["To"] == "ola@example.test"
    assert mail["Subject"] == "Ny beskjed fra 900 00 002"
    assert mail["X-VoiceMessageDuration"] == "3"
    (sound,) = mail.iter_attachments()
    assert sound.get_content_type() == "audio/x-wav"
    assert sound["Content-Duration"] == "3"
    content = sound.get_content()
    assert content[:4] == b"RIFF"
    assert len(content) == 44 + 2 * len(QUIET)
    plain = mail.get_body(("plain",))
    assert plain is not None
    assert plain.get_content().strip() == sms["text"]
    assert {notice.status for notice in _notices(bureau)} == {NoticeStatus.SENT}


def test_an_mms_file_holds_text_and_sound(bureau: Bureau, tmp_path: Path) -> None:
    with bureau.office.store.begin() as uow:
        uow.subscribers.put(type(bureau.ola)(bureau.ola.number, wishes=Wishes(mms=True)))
        uow.commit()
    _leave_message(bureau)
    _worker(bureau, _files(tmp_path)).run_once()
    (file,) = (tmp_path / "outbox").iterdir()
    assert file.name == "000001-new-message.mms"
    mms = message_from_bytes(file.read_bytes(), policy=policy.SMTP)
    assert [part.get_content_type() for part in mms.walk()] == [
        "multipart/mixed",
        "text/plain",
        "audio/x-wav",
    ]


def test_files_are_for_nobody_else_and_none_is_left_half(bureau: Bureau, tmp_path: Path) -> None:
    _leave_message(bureau)
    _worker(bureau, _files(tmp_path)).run_once()
    folder = tmp_path / "outbox"
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(file.stat().st_mode) for file in folder.iterdir()} == {0o600}
    assert not list(folder.glob(".*"))


def test_a_pin_stands_in_the_file_and_is_erased_from_its_row(bureau: Bureau, tmp_path: Path) -> None:
    reset_pin(bureau.office, bureau.ola.number)
    (before,) = _notices(bureau)
    assert before.facts.secret is not None
    pin = bureau.office.vault.open(before.facts.secret)
    _worker(bureau, _files(tmp_path)).run_once()
    (file,) = (tmp_path / "outbox").iterdir()
    sms = json.loads(file.read_bytes())
    assert sms["pin"] == pin
    assert f"Koden din er {pin}." in sms["text"]
    (after,) = _notices(bureau)
    assert after.status is NoticeStatus.SENT
    assert after.facts.secret is None


def test_a_pin_sealed_with_another_key_is_given_up(bureau: Bureau) -> None:
    which = bureau.post(
        NewNotice(
            bureau.ola.number,
            NoticeKind.REQUESTED_PIN,
            Channel.SMS,
            "x",
            bureau.clock.now(),
            Facts(secret=Sealed(b"gAAAAA"), secret_until=bureau.clock.now() + timedelta(minutes=15)),
        )
    )
    _worker(bureau, Gateway()).run_once()
    notice = bureau.notice(which)
    assert notice.status is NoticeStatus.FAILED
    assert notice.error == "the PIN can't be read: sealed with another PERSONSVAR_SECRET_KEY"


def test_a_pin_too_old_is_not_sent(bureau: Bureau) -> None:
    reset_pin(bureau.office, bureau.ola.number)
    bureau.clock.go_on(days=8)
    gateway = Gateway()
    worker = _worker(bureau, gateway)
    assert worker.expire_secrets() == 1
    worker.run_once()
    assert not gateway.taken
    assert [notice.status for notice in _notices(bureau)] == [NoticeStatus.DEAD]


def test_a_gateway_that_fails_is_tried_again_later_and_later(bureau: Bureau) -> None:
    which = _missed(bureau)
    gateway = Gateway(fail=DeliveryError("throttled"))
    worker = _worker(bureau, gateway, retry_seconds=10, attempts=3)
    waits = []
    for _ in range(2):
        assert worker.run_once() == 1
        notice = bureau.notice(which)
        assert notice.status is NoticeStatus.READY
        assert notice.error == "throttled"
        waits.append((notice.next_at - bureau.clock.now()).total_seconds())
        assert worker.run_once() == 0
        bureau.clock.time = notice.next_at
    assert waits == [10, 20]
    worker.run_once()
    assert bureau.notice(which).status is NoticeStatus.DEAD


def test_a_gateway_that_came_back_gets_the_notice(bureau: Bureau) -> None:
    which = _missed(bureau)
    gateway = Gateway(fail=DeliveryError("away"))
    worker = _worker(bureau, gateway)
    worker.run_once()
    gateway.fail = None
    bureau.clock.go_on(seconds=15)
    worker.run_once()
    assert bureau.notice(which).status is NoticeStatus.SENT
    assert len(gateway.taken) == 1


def test_a_notice_nobody_can_handle_does_not_trap_those_behind_it(bureau: Bureau) -> None:
    """An error of ours on one notice: the rest of the batch goes out, and it is given up in the end."""
    broken, whole = _missed(bureau), _missed(bureau, "2")
    taken: list[NoticeId] = []

    class Stumbling:
        def deliver(self, letter: Letter) -> None:
            if letter.notice.id == broken:
                raise ZeroDivisionError
            taken.append(letter.notice.id)

    worker = _worker(bureau, Stumbling(), attempts=2)
    worker.run_once()
    assert taken == [whole]
    bureau.clock.go_on(seconds=60)
    worker.run_once()
    assert bureau.notice(broken).status is NoticeStatus.DEAD
    assert bureau.notice(broken).error == "ZeroDivisionError"


def test_a_refusal_is_final(bureau: Bureau) -> None:
    which = _missed(bureau)
    _worker(bureau, Gateway(fail=UndeliverableError("no such number"))).run_once()
    assert bureau.notice(which).status is NoticeStatus.FAILED


def test_a_notice_of_yesterday_is_worthless_unless_sent_again_by_hand(bureau: Bureau) -> None:
    which = _missed(bureau)
    bureau.clock.go_on(hours=25)
    gateway = Gateway()
    worker = _worker(bureau, gateway)
    worker.run_once()
    assert bureau.notice(which).status is NoticeStatus.DEAD
    with bureau.office.store.begin() as uow:
        assert uow.outbox.resend(which, now=bureau.clock.now())
        uow.commit()
    worker.run_once()
    assert bureau.notice(which).status is NoticeStatus.SENT
    assert "i går kl. 13.00" in gateway.taken[0].text


def test_a_worker_that_died_loses_its_notice_to_the_next(bureau: Bureau) -> None:
    which = _missed(bureau)

    class PowerCut(BaseException):
        pass

    with pytest.raises(PowerCut):
        _worker(bureau, Gateway(fail=PowerCut())).run_once()
    gateway = Gateway()
    next_one = _worker(bureau, gateway)
    assert next_one.run_once() == 0
    bureau.clock.go_on(seconds=61)
    assert next_one.run_once() == 1
    assert bureau.notice(which).status is NoticeStatus.SENT
    assert bureau.notice(which).attempts == 2


def test_a_worker_too_slow_writes_nothing_over_the_next_one_s_word(bureau: Bureau) -> None:
    which = _missed(bureau)
    fast = _worker(bureau, Gateway())

    def take_over() -> None:
        bureau.clock.go_on(seconds=61)
        fast.run_once()

    slow = _worker(bureau, Gateway(fail=UndeliverableError("too late"), meanwhile=take_over))
    slow.run_once()
    assert bureau.notice(which).status is NoticeStatus.SENT
    assert not slow.settled
    assert fast.settled == {(Channel.SMS, NoticeStatus.SENT): 1}


def test_a_channel_without_a_way_out_waits(bureau: Bureau) -> None:
    which = _missed(bureau)
    worker = OutboxWorker(bureau.office, {Channel.EMAIL: Gateway()}, lambda: 0.5)
    assert worker.run_once() == 0
    assert bureau.notice(which).status is NoticeStatus.READY


def test_a_message_purged_in_the_meantime_sends_no_empty_email(bureau: Bureau) -> None:
    _leave_message(bureau)
    with bureau.office.store.begin() as uow:
        (message,) = uow.messages.list(bureau.ola.number)
        uow.messages.remove(message.id)
        uow.commit()
    gateway = Gateway()
    _worker(bureau, gateway).run_once()
    assert [letter.notice.channel for letter in gateway.taken] == [Channel.SMS]


def test_the_outbox_folder_away_is_tried_again(bureau: Bureau, tmp_path: Path) -> None:
    which = _missed(bureau)
    (tmp_path / "outbox").write_text("a file in the folder's place")
    _worker(bureau, _files(tmp_path)).run_once()
    notice = bureau.notice(which)
    assert notice.status is NoticeStatus.READY
    assert notice.error is not None
    assert notice.error.startswith("the outbox folder refuses a file")


@pytest.mark.parametrize(
    ("attempts", "luck", "seconds"),
    [(1, 0.0, 5), (1, 1.0, 15), (4, 0.5, 80), (30, 0.5, 3600), (999, 1.0, 5400)],
)
def test_the_wait_doubles_up_to_an_hour_and_is_spread(attempts: int, luck: float, seconds: float) -> None:
    assert Patience(retry_seconds=10).wait(attempts, luck).total_seconds() == seconds
