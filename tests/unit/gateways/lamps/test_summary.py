"""The body that a lamp is told with, in the words of RFC 3842."""

from __future__ import annotations

import pytest

from personsvar.gateways.lamps.lamp_names import section
from personsvar.gateways.lamps.summary import is_lit, summary
from personsvar.mailbox.model.ids import Number
from personsvar.mailbox.model.message import Counts


def test_new_before_the_slash_old_behind_it_and_the_urgent_in_parentheses() -> None:
    body = summary(Counts(new=2, heard=5, saved=3, deleted=9, urgent=1), account="sip:+4790000001@a:5060")
    assert body.split("\r\n") == [
        "Messages-Waiting: yes",
        "Message-Account: sip:+4790000001@a:5060",
        "Voice-Message: 2/8 (1/0)",
        "",
    ]


def test_only_new_messages_wait() -> None:
    assert summary(Counts(heard=1), account="sip:a@b").startswith("Messages-Waiting: no\r\n")


@pytest.mark.parametrize(
    ("body", "lit"),
    [
        ("Messages-Waiting: yes\r\nVoice-Message: 1/0\r\n", True),
        ("messages-waiting:NO\r\n", False),
        ("Message-Account: sip:a@b\r\nMessages-Waiting : yes\r\n", True),
        ("Voice-Message: 1/0\r\n", None),
        ("Messages-Waiting: perhaps\r\n", None),
        ("", None),
    ],
)
def test_a_switch_says_whether_a_lamp_is_lit(body: str, lit: bool | None) -> None:
    assert is_lit(body) is lit


def test_a_mailbox_s_lines_for_the_switch() -> None:
    assert section(Number("+4790000001")) == (
        "[lamp-+4790000001](lamp)\nincoming_mwi_mailbox = +4790000001@default\n"
    )
