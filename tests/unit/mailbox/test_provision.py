"""What an operator gives, checked; the rest is in the command line's tests."""

from __future__ import annotations

import csv
import io
import unicodedata

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from personsvar.mailbox.email_address import as_sent, check_email
from personsvar.mailbox.errors import MailboxError
from personsvar.mailbox.model.ids import Number
from personsvar.mailbox.model.subscriber import Subscriber
from personsvar.mailbox.provision import all_subscribers
from personsvar.mailbox.subscriber_file import COLUMNS, import_subscribers
from tests.fakes.actors import ROOT
from tests.unit.mailbox.use_cases import UseCases


@pytest.mark.parametrize(
    "email", ["ola@example.test", "ola.nordmann+post@mail.example.test", "o'hara@example.test", "a@b"]
)
def test_an_address_that_mail_servers_take_is_taken(email: str) -> None:
    assert check_email(email) == email


@pytest.mark.parametrize(
    ("email", "sent"),
    [
        ("kari@blåbær.test", "kari@xn--blbr-roah.test"),
        ("kari@post.Blåbær.test", "kari@post.xn--blbr-roah.test"),
        ("kari@xn--blbr-roah.test", "kari@xn--blbr-roah.test"),
        ("kari@straße.test", "kari@xn--strae-oqa.test"),
        ("Kari@Example.test", "Kari@Example.test"),
        ("bjørn.åse@blåbær.test", "bjørn.åse@xn--blbr-roah.test"),
        ("a\u030ase@example.test", "åse@example.test"),
    ],
)
def test_an_address_in_any_letters_is_kept_as_written_and_sent_with_its_a_label(
    email: str, sent: str
) -> None:
    assert check_email(email) == unicodedata.normalize("NFC", email)
    assert as_sent(check_email(email)) == sent


def test_a_refused_address_is_told_in_letters_that_can_be_read() -> None:
    with pytest.raises(MailboxError, match="this is no e-mail address"):
        check_email("åse@blåbær@test")
    with pytest.raises(MailboxError) as refused:
        check_email("å\u202ese\x1b@example.test")
    assert str(refused.value).isprintable()


@pytest.mark.parametrize(
    "email",
    [
        "",
        "ola@-blåbær.test",
        "ola@blå bær.test",
        "ola@blåbær..test",
        "ola@\u202eblåbær.test",
        "ola@☃☃.test",
        "å" * 33 + "@example.test",
        "å\u2028b@example.test",
        "å<b>@example.test",
        "🙂@example.test",
        "ola",
        "@example.test",
        "ola@",
        "ola@@example.test",
        "ola@exa mple.test",
        "ola@example..test",
        ".ola@example.test",
        "ola.@example.test",
        "ola\r\nBcc:x@example.test",
        "<ola@example.test>",
        "a@b,c@d",
        "x" * 65 + "@example.test",
        "ola@" + "x" * 64 + ".test",
        "ola@" + "example." * 40 + "test",
    ],
)
def test_what_is_no_address_is_refused(email: str) -> None:
    with pytest.raises(MailboxError, match="is no e-mail address"):
        check_email(email)


def test_all_subscribers_come_in_pages_without_a_gap(app: UseCases) -> None:
    numbers = [f"+479{n:07d}" for n in range(1200)]
    with app.services.store.begin() as uow:
        for number in numbers:
            uow.subscribers.add(Subscriber(Number(number)))
        uow.commit()
    assert [it.number for it in all_subscribers(app.services)] == numbers


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60)
@given(st.lists(st.lists(st.text(max_size=20), min_size=1, max_size=8), max_size=5))
def test_whatever_a_file_holds_each_line_is_taken_in_or_refused(app: UseCases, rows: list[list[str]]) -> None:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    writer.writerows(rows)
    try:
        result = import_subscribers(app.services, io.StringIO(text.getvalue(), newline=""), by=ROOT)
    except MailboxError:
        return
    assert result.added + result.changed + len(result.refused) <= len(rows)
    assert all(refused.why for refused in result.refused)
