"""A caller who stands in a list is told by name, with the number: in SMS, and in e-mail and its subject."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from personsvar.gateways.email.mail_content import mail_content
from personsvar.gateways.email.mail_templates import wording
from personsvar.mailbox.caller_names import put_name, remove_name
from personsvar.mailbox.model.ids import Number
from personsvar.mailbox.model.notice import Channel, Facts, NewNotice, NoticeKind
from personsvar.notifier.words.rendering import Mail, Rendered, Text, render
from tests.fakes.actors import ROOT
from tests.unit.conftest import KARI, Backend


def rendered(backend: Backend, channel: Channel, caller: Number | None = KARI) -> Rendered:
    facts = Facts(caller=caller, at=backend.clock.now())
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
