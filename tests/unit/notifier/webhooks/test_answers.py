from __future__ import annotations

import pytest

from personsvar.notifier.webhooks.answers import Ending, judged
from tests.wire.letters import NOW


@pytest.mark.parametrize(
    ("status", "ending"),
    [
        (200, Ending.TAKEN),
        (204, Ending.TAKEN),
        (299, Ending.TAKEN),
        (301, Ending.LATER),
        (307, Ending.LATER),
        (400, Ending.REFUSED),
        (401, Ending.REFUSED),
        (404, Ending.REFUSED),
        (408, Ending.LATER),
        (410, Ending.REFUSED),
        (425, Ending.LATER),
        (429, Ending.LATER),
        (500, Ending.LATER),
        (503, Ending.LATER),
    ],
)
def test_each_answer(status: int, ending: Ending) -> None:
    assert judged(status, None, now=NOW).ending is ending


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
    assert judged(503, retry_after, now=NOW).wait_seconds == seconds
