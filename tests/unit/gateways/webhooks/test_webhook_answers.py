from __future__ import annotations

import pytest

from personsvar.gateways.webhooks.webhook_answers import WebhookEnding, meaning_of
from tests.wire.letters import NOW


@pytest.mark.parametrize(
    ("status", "ending"),
    [
        (200, WebhookEnding.TAKEN),
        (204, WebhookEnding.TAKEN),
        (299, WebhookEnding.TAKEN),
        (301, WebhookEnding.LATER),
        (307, WebhookEnding.LATER),
        (400, WebhookEnding.REFUSED),
        (401, WebhookEnding.REFUSED),
        (404, WebhookEnding.REFUSED),
        (408, WebhookEnding.LATER),
        (410, WebhookEnding.REFUSED),
        (425, WebhookEnding.LATER),
        (429, WebhookEnding.LATER),
        (500, WebhookEnding.LATER),
        (503, WebhookEnding.LATER),
    ],
)
def test_each_answer(status: int, ending: WebhookEnding) -> None:
    assert meaning_of(status, None, now=NOW).ending is ending


@pytest.mark.parametrize(
    ("retry_after", "seconds"),
    [
        (None, None),
        ("120", 120),
        ("0", 0),
        ("3600", 3600),
        ("86400", 3600),
        ("9" * 400, 3600),
        ("Mon, 02 Mar 2026 12:05:00 GMT", 300),
        ("Mon, 02 Mar 2026 12:05:00 -0000", 300),
        ("Mon, 02 Mar 2026 11:00:00 GMT", 0),
        ("Tue, 03 Mar 2026 12:00:00 GMT", 3600),
        ("soon", None),
        ("-5", None),
        ("", None),
        ("Mon, 99 Mar 2026 12:05:00 GMT", None),
    ],
)
def test_retry_after(retry_after: str | None, seconds: float | None) -> None:
    assert meaning_of(503, retry_after, now=NOW).wait_seconds == seconds
