"""What an operator gives, checked; the rest is in the command line's tests."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from personsvar.mailbox.details import check_email
from personsvar.mailbox.errors import MailboxError
from personsvar.mailbox.model import Number, Subscriber
from personsvar.mailbox.provision import all_subscribers
from personsvar.mailbox.subscriber_file import COLUMNS, import_subscribers
from tests.unit.mailbox.office import Desk


@pytest.mark.parametrize(
    "email", ["ola@example.test", "ola.nordmann+post@mail.example.test", "o'hara@example.test", "a@b"]
)
def test_an_address_that_mail_servers_take_is_taken(email: str) -> None:
    assert check_email(email) == email


@pytest.mark.parametrize(
    "email",
    [
        "",
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


def test_all_subscribers_come_in_pages_without_a_gap(desk: Desk) -> None:
    numbers = [f"+479{n:07d}" for n in range(1200)]
    with desk.office.store.begin() as uow:
        for number in numbers:
            uow.subscribers.add(Subscriber(Number(number)))
        uow.commit()
    assert [it.number for it in all_subscribers(desk.office)] == numbers


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60)
@given(st.lists(st.lists(st.text(max_size=20), min_size=1, max_size=8), max_size=5))
def test_whatever_a_file_holds_each_line_is_taken_in_or_refused(desk: Desk, rows: list[list[str]]) -> None:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    writer.writerows(rows)
    try:
        result = import_subscribers(desk.office, io.StringIO(text.getvalue(), newline=""))
    except MailboxError:
        return
    assert result.added + result.changed + len(result.refused) <= len(rows)
    assert all(refused.why for refused in result.refused)
