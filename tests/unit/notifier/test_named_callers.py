"""A caller who stands in a list is told by name, with the number: in SMS, and in e-mail and its subject."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
import smsutil

from personsvar.gateways.email.mail_content import mail_content
from personsvar.gateways.email.mail_templates import wording
from personsvar.mailbox.caller_names import put_name, remove_name
from personsvar.mailbox.model.ids import Number
from personsvar.mailbox.model.notice import Channel, Facts, MissedReason, NewNotice, NoticeKind
from personsvar.notifier.words.rendering import Mail, Rendered, Text, render
from personsvar.notifier.words.sms_letters import shortened
from tests.fakes.actors import ROOT
from tests.unit.conftest import KARI, Backend


def rendered(
    backend: Backend, channel: Channel, caller: Number | None = KARI, reason: MissedReason | None = None
) -> Rendered:
    facts = Facts(caller=caller, at=backend.clock.now(), reason=reason)
    cause = f"missed:{len(_listed(backend))}"
    which = backend.post(
        NewNotice(backend.ola.number, NoticeKind.MISSED_CALL, channel, cause, backend.clock.now(), facts)
    )
    [found] = render(backend.services, [backend.notice(which)])
    assert isinstance(found, Rendered)
    return found


def _listed(backend: Backend) -> Sequence[object]:
    with backend.services.store.look() as uow:
        return uow.outbox.list()


def sms(backend: Backend, caller: Number | None = KARI) -> str:
    return rendered(backend, Channel.SMS, caller).content_as(Text).text


def test_the_own_name_the_operators_or_the_number_alone(backend: Backend) -> None:
    services, ola = backend.services, backend.ola.number
    assert sms(backend).startswith("Tapt anrop fra +47 900 00 002 ")
    put_name(services, None, KARI, "Firma AS", by=ROOT)
    assert sms(backend).startswith("Tapt anrop fra Firma AS (+47 900 00 002) ")
    put_name(services, ola, KARI, "{Mor}", by=ROOT)
    assert sms(backend).startswith("Tapt anrop fra {Mor} (+47 900 00 002) ")
    remove_name(services, ola, KARI, by=ROOT)
    remove_name(services, None, KARI, by=ROOT)
    assert sms(backend).startswith("Tapt anrop fra +47 900 00 002 ")


def test_a_withheld_number_has_no_name(backend: Backend) -> None:
    put_name(backend.services, None, KARI, "Firma AS", by=ROOT)
    assert sms(backend, None).startswith("Tapt anrop fra hemmelig nummer ")


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("Kari Nordmann", "Kari Nordmann (+47 900 00 002)"),
        ("x" * 30, f"{'x' * 30} (+47 900 00 002)"),
        ("x" * 100, f"{'x' * 27}... (+47 900 00 002)"),
        ("€" * 100, f"{'€' * 27}... (+47 900 00 002)"),
        ("Šime Łukić", "Sime Lukic (+47 900 00 002)"),
        ("A\u0308sa d\u2019Arc", "Äsa d'Arc (+47 900 00 002)"),
        ("\U0001f600" * 50, "+47 900 00 002"),
        ("Анна", "+47 900 00 002"),
    ],
)
def test_a_name_makes_no_sms_two(backend: Backend, name: str, told: str) -> None:
    put_name(backend.services, backend.ola.number, KARI, name, by=ROOT)
    text = sms(backend)
    assert text.startswith(f"Tapt anrop fra {told} ")
    assert len(smsutil.split(text).parts) == 1


@pytest.mark.parametrize("name", ["x" * 100, "€" * 100, "Ł" * 100])
def test_where_there_is_less_room_a_name_is_shorter(backend: Backend, name: str) -> None:
    put_name(backend.services, backend.ola.number, KARI, name, by=ROOT)
    text = rendered(backend, Channel.SMS, reason=MissedReason.MAILBOX_FULL).content_as(Text).text
    assert f"{name[0] if name[0] != 'Ł' else 'L'}... (+47 900 00 002)" in text
    assert 159 <= len(text) + text.count("€") <= 160


PEOPLE_COUNT_ONE = [
    "\U0001f468\u200d\U0001f469\u200d\U0001f467", "\U0001f1f3\U0001f1f4", "x\u0301", "\U0001f44d\U0001f3fd",
    "\u2764\ufe0f", "\u65e5",
]  # fmt: skip


@pytest.mark.parametrize("letter", PEOPLE_COUNT_ONE)
def test_a_name_is_cut_between_letters_as_people_count_them(letter: str) -> None:
    assert shortened(letter * 10, 10) == letter * 10
    assert shortened(letter * 11, 10) == f"{letter * 9}…"


@pytest.mark.parametrize("name", ["Mor <b>&", "Åse"])
def test_an_e_mail_tells_it_in_its_subject_and_a_page_shows_it_as_text(backend: Backend, name: str) -> None:
    put_name(backend.services, backend.ola.number, KARI, name, by=ROOT)
    assert (
        rendered(backend, Channel.EMAIL).content_as(Mail).subject == f"Tapt anrop fra {name} (+47 900 00 002)"
    )
    backend.leave_message()
    with backend.services.store.look() as uow:
        [notice] = uow.outbox.list(kind=NoticeKind.NEW_MESSAGE, channel=Channel.EMAIL)
    [found] = render(backend.services, [notice])
    assert isinstance(found, Rendered)
    content, words = mail_content(found, None), wording()
    assert f"beskjed fra {name} (+47 900 00 002)" in words.subject(content, "nb")
    assert f"Fra:        {name} (+47 900 00 002)" in words.text(content, "nb")
    assert "Ring tilbake: +47 900 00 002" in words.text(content, "nb")
    page = words.page(content, "nb")
    assert "Mor <b>" not in page
    assert ("Mor &lt;b&gt;&amp; (+47 900 00 002)" in page) == (name != "Åse")
