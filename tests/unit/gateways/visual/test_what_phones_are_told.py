"""Letters to phones' clients: from the notice and the mailbox as it is now to the SMS that is handed over."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from personsvar.encryption.vault import FernetVault, new_key
from personsvar.gateways.files.folder_gateway import FolderGateway
from personsvar.gateways.files.outbox_writer import FileDelivery
from personsvar.gateways.sms.sms import Ports
from personsvar.gateways.visual.visual_gateway import VisualGateway
from personsvar.http.dev_outbox.outbox_view import shown_outbox
from personsvar.mailbox.model.message import State
from personsvar.mailbox.model.notice import Channel, NoticeKind
from personsvar.mailbox.model.subscriber import Subscriber
from personsvar.mailbox.model.visual_account import VisualDialect, VisualStatus
from personsvar.notifier.delivery_errors import UndeliverableError
from personsvar.notifier.words.client_update import ClientUpdate
from personsvar.notifier.words.rendering import Text
from tests.unit.gateways.visual.conftest import OPTIONS, PASSWORD, Exchange, said
from tests.unit.vvm.sms.aosp import read, read_iphone

STATUS, NEW_MESSAGE = NoticeKind.VISUAL_STATUS, NoticeKind.NEW_MESSAGE
CHANGED, GREETINGS = NoticeKind.MAILBOX_CHANGED, NoticeKind.GREETINGS_CHANGED
IPHONE = VisualDialect.IPHONE


def test_a_status_holds_what_the_client_logs_in_with(exchange: Exchange) -> None:
    exchange.account()
    told = read(exchange.said(STATUS), "//VVM")
    assert told is not None
    fields = told.fields
    assert (fields["st"], fields["srv"], fields["ipt"]) == ("R", "vvm.example.test", "143")
    assert (fields["u"], fields["pw"]) == ("4790000001@vvm.example.test", PASSWORD)
    assert (fields["tui"], fields["dn"], fields["pw_len"]) == ("+4747471000", "1996", "4-10")


@pytest.mark.parametrize(
    ("status", "text"),
    [
        (VisualStatus.PROVISIONED, "//VVM:STATUS:st=P;rc=4"),
        (VisualStatus.BLOCKED, "//VVM:STATUS:st=B;rc=2"),
    ],
)
def test_who_may_not_log_in_is_told_so_and_no_password(
    exchange: Exchange, status: VisualStatus, text: str
) -> None:
    exchange.account(status=status)
    letter = exchange.letter(STATUS)
    assert letter.content_as(ClientUpdate).password is None
    assert said(exchange.deliver(letter)) == text


@pytest.mark.parametrize("dialect", [one for one in VisualDialect if one is not IPHONE])
def test_its_own_application_port_and_sender(exchange: Exchange, dialect: VisualDialect) -> None:
    exchange.account(dialect)
    sms = exchange.deliver(exchange.letter(STATUS))
    assert (sms.to, sms.ports, sms.sender) == (exchange.ola, Ports(5496), "1996")
    exchange.account(dialect, port=0)
    sms = exchange.deliver(exchange.letter(CHANGED))
    assert (sms.ports, sms.binary) == (None, None)


def test_an_iphone_s_ports_are_the_operator_s(exchange: Exchange) -> None:
    exchange.account(IPHONE, port=0)
    state, update = exchange.letter(STATUS), exchange.letter(CHANGED)
    assert exchange.deliver(state).ports == Ports(5496)
    assert exchange.deliver(update).ports == Ports(5499)
    as_text = replace(OPTIONS, state_port=0, update_port=0)
    assert exchange.deliver(state, as_text).ports is None
    assert exchange.deliver(update, as_text).text == "MBOXUPDATE?m=0"


def test_an_iphone_s_state(exchange: Exchange) -> None:
    exchange.account(IPHONE, status=VisualStatus.NEW)
    told = read_iphone(exchange.said(STATUS))
    assert told is not None
    assert dict(told.fields) == {
        "state": "NewAccount",
        "server": "vvm.example.test",
        "port": "993",
        "pw": PASSWORD,
        "name": "4790000001",
    }


@pytest.mark.parametrize(
    ("dialect", "given", "prefix"),
    [
        (VisualDialect.OMTP_13, "", "//OP"),
        (VisualDialect.OMTP_13, "//VVM", "//VVM"),
        (VisualDialect.VVM3, "", "//VZWVVM"),
        (VisualDialect.CVVM, "", "//OP"),
    ],
)
def test_the_prefix_is_the_phone_s_else_the_dialect_s_else_the_operator_s(
    exchange: Exchange, dialect: VisualDialect, given: str, prefix: str
) -> None:
    exchange.account(dialect, prefix=given)
    sms = exchange.deliver(exchange.letter(CHANGED), replace(OPTIONS, prefix="//OP"))
    assert said(sms).startswith(f"{prefix}:SYNC:ev=MBU;c=0")


def test_a_new_message_in_the_subscriber_s_own_time(exchange: Exchange) -> None:
    exchange.account()
    kept = exchange.message()
    text = f"//VVM:SYNC:ev=NM;id={kept.id};c=1;t=v;s=+4790000099;dt=02/03/2026 13:00 +0100;l=9"
    assert exchange.said(NEW_MESSAGE, kept) == text
    exchange.put(Subscriber(exchange.ola, time_zone="America/New_York"))
    sms = exchange.deliver(exchange.letter(NEW_MESSAGE, kept, "again"))
    assert "dt=02/03/2026 07:00 -0500;" in said(sms)


def test_the_count_is_what_is_new_when_it_is_sent(exchange: Exchange) -> None:
    exchange.account(IPHONE)
    kept = exchange.message()
    assert exchange.said(NEW_MESSAGE, kept) == "MBOXUPDATE?m=1"


@pytest.mark.parametrize("gone", ["removed", "deleted", "hidden"])
def test_of_a_message_that_is_gone_by_now_only_the_change_is_told(exchange: Exchange, gone: str) -> None:
    exchange.account()
    kept = exchange.message()
    with exchange.backend.services.store.begin() as uow:
        if gone == "removed":
            uow.messages.remove(kept.id)
        elif gone == "deleted":
            uow.messages.put(replace(kept, state=State.DELETED, changed_at=kept.received_at))
        else:
            marks = replace(kept.marks, hidden=True)
            uow.messages.put(replace(kept, state=State.SAVED, marks=marks, changed_at=kept.received_at))
        uow.commit()
    assert exchange.said(NEW_MESSAGE, kept) == "//VVM:SYNC:ev=MBU;c=0"


def test_a_message_of_less_than_a_second_has_one(exchange: Exchange) -> None:
    exchange.account()
    assert exchange.said(NEW_MESSAGE, exchange.message(None, 0.2)).endswith(";l=1")


def test_greetings_that_changed(exchange: Exchange) -> None:
    exchange.account()
    assert exchange.said(GREETINGS) == "//VVM:SYNC:ev=GU"
    exchange.account(IPHONE)
    assert said(exchange.deliver(exchange.letter(GREETINGS, key="another"))) == "MBOXUPDATE?m=0"


def test_what_is_for_people_has_no_word_here(exchange: Exchange) -> None:
    exchange.account()
    with pytest.raises(UndeliverableError, match="has a word"):
        exchange.said(NoticeKind.MISSED_CALL)


@pytest.mark.parametrize("kind", [NEW_MESSAGE, CHANGED, GREETINGS])
def test_a_phone_that_gave_it_up_meanwhile_is_told_nothing(exchange: Exchange, kind: NoticeKind) -> None:
    exchange.account(status=VisualStatus.PROVISIONED)
    with pytest.raises(UndeliverableError, match="not active"):
        exchange.letter(kind)


def test_without_an_account_there_is_nothing_to_tell(exchange: Exchange) -> None:
    with pytest.raises(UndeliverableError, match="no visual voicemail"):
        exchange.letter(STATUS)


def test_a_password_sealed_with_another_key_is_told_as_what_it_is(exchange: Exchange) -> None:
    exchange.account(password_sealed=FernetVault(new_key()).seal(PASSWORD))
    with pytest.raises(UndeliverableError, match="PERSONSVAR_SECRET_KEY"):
        exchange.letter(STATUS)
    exchange.account(password_sealed=None)
    with pytest.raises(UndeliverableError, match="activate again"):
        exchange.deliver(exchange.letter(STATUS, key="another"))


def test_no_repr_holds_the_password(exchange: Exchange) -> None:
    exchange.account()
    letter = exchange.letter(STATUS)
    assert PASSWORD not in repr(letter)
    assert PASSWORD not in repr(exchange.deliver(letter))


def test_the_parts_of_another_status_are_never_taken_for_this_one_s(exchange: Exchange) -> None:
    """Its row is the same: two in a row told under one reference could be joined half and half."""
    exchange.account()
    letter = exchange.letter(STATUS)
    notice = letter.notice
    again = replace(letter, notice=replace(notice, attempts=2))
    renewed = replace(letter, notice=replace(notice, created_at=notice.created_at + timedelta(seconds=5)))
    assert exchange.deliver(letter).reference == exchange.deliver(again).reference
    assert exchange.deliver(letter).reference != exchange.deliver(renewed).reference


def test_it_lives_at_the_smsc_as_long_as_it_is_worth_anything(exchange: Exchange) -> None:
    exchange.account()
    letter = exchange.letter(CHANGED)
    exchange.backend.clock.go_on(hours=1)
    assert exchange.deliver(letter).lives_seconds == 23 * 3600
    exchange.backend.clock.go_on(hours=24)
    assert exchange.deliver(letter).lives_seconds == 24 * 3600


def test_without_an_sms_gateway_it_is_a_file_with_the_exact_text(exchange: Exchange, tmp_path: Path) -> None:
    exchange.account()
    files = FolderGateway(FileDelivery(tmp_path / "outbox", "voicemail@example.test", "Personsvar"))
    gateway = VisualGateway(OPTIONS, files, clock=exchange.backend.clock)
    letters = [exchange.letter(STATUS), exchange.letter(CHANGED)]
    assert gateway.is_up

    async def deliver() -> None:
        await gateway.open()
        for letter in letters:
            assert (await gateway.deliver(letter)).gateway == "files"
        await gateway.close()

    asyncio.run(deliver())
    status, changed = (json.loads(file.read_text()) for file in sorted((tmp_path / "outbox").iterdir()))
    assert status["text"] == said(exchange.deliver(letters[0]))
    assert (status["kind"], status["from"], status["to"]) == ("visual-status", "1996", exchange.ola)
    assert (status["port"], status["password"]) == (5496, PASSWORD)
    assert changed["text"] == "//VVM:SYNC:ev=MBU;c=0"
    assert "password" not in changed
    shown = shown_outbox(tmp_path / "outbox", base="/dev/outbox", with_codes=True)
    assert "SYNC:ev=MBU" in shown
    assert "pw=••••" in shown
    assert PASSWORD not in shown


def test_a_letter_for_people_is_none_for_a_client(exchange: Exchange) -> None:
    exchange.account()
    letter = exchange.letter(STATUS)
    plain = replace(letter, content=Text("Hei"), notice=replace(letter.notice, channel=Channel.SMS))
    with pytest.raises(UndeliverableError):
        exchange.deliver(plain)
