from __future__ import annotations

import logging

import pytest

from personsvar.gateways.kannel.kannel_answers import check_answer
from personsvar.notifier.delivery_errors import DeliveryError, UndeliverableError

GATEWAY = "kannel.example.test:13013"


@pytest.mark.parametrize(
    "body",
    ["0: Accepted for delivery", "3: Queued for later delivery", "Sent.", "0: Sent. Message splits: 2"],
)
def test_what_is_taken(body: str) -> None:
    check_answer(GATEWAY, 202, body)


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (400, "Number(s) has/have been denied by white- and/or black-lists."),
        (400, "Charset or body misformed, rejected"),
        (403, "Not routable. Do not try again."),
        (413, "too much"),
        (415, "Unsupported content-type, rejected"),
    ],
)
def test_what_is_refused_for_good(status: int, body: str) -> None:
    with pytest.raises(UndeliverableError, match=str(status)):
        check_answer(GATEWAY, status, body)


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (503, "Temporal failure, try again later."),
        (500, "Sending failed."),
        (429, ""),
        (408, ""),
        (425, ""),
        (202, "4: denied"),
    ],
)
def test_what_is_tried_again(status: int, body: str, caplog: pytest.LogCaptureFixture) -> None:
    with pytest.raises(DeliveryError, match=str(status)):
        check_answer(GATEWAY, status, body)
    assert not caplog.records


@pytest.mark.parametrize(
    ("status", "body"),
    [(403, "Authorization failed for sendsms"), (401, ""), (404, "Unknown request."), (302, "")],
)
def test_the_operators_mistake_is_logged_and_costs_no_notice(
    status: int, body: str, caplog: pytest.LogCaptureFixture
) -> None:
    with pytest.raises(DeliveryError, match="refuses us"):
        check_answer(GATEWAY, status, body)
    assert [record.levelno for record in caplog.records] == [logging.ERROR]


def test_an_answer_that_quotes_the_sms_carries_no_pin() -> None:
    with pytest.raises(DeliveryError) as raised:
        check_answer(GATEWAY, 500, "can't send 'PIN-koden din er 482913'\n\x07 to anybody")
    assert str(raised.value) == "500 can't send 'PIN-koden din er ••••' to anybody"
