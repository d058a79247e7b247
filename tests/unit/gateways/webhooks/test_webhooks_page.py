"""docs/webhooks.md is held to what the program sends."""

from __future__ import annotations

import base64
import json
import re
from dataclasses import replace
from pathlib import Path

import pytest
from standardwebhooks import Webhook, WebhookVerificationError

from personsvar.gateways.webhooks.webhook_events import EVENT_TYPES, event, event_id
from personsvar.mailbox.model.ids import Sealed
from personsvar.mailbox.model.notice import Facts, MissedReason, NoticeKind
from personsvar.mailbox.model.transcript import Understanding
from personsvar.mailbox.notices import FOR_MACHINES
from personsvar.world import RealClock
from tests.wire.letters import letter
from tests.wire.transcripts import unsure_of

PAGE = (Path(__file__).resolve().parents[4] / "docs/webhooks.md").read_text("utf-8")


def table(heading: str) -> dict[str, str]:
    """The first table below a heading: what stands in backquotes, and its meaning."""
    below = PAGE.split(f"## {heading}\n", 1)[1].split("\n## ", 1)[0]
    return dict(re.findall(r"^\| `([^`]+)` \| (.+) \|$", below, re.MULTILINE))


def test_every_notice_that_is_an_event_has_its_type_on_the_page() -> None:
    """What only machines of ours are told of (a lamp's counts) is none: a type of it would never come."""
    told_one_by_one = {NoticeKind.MANY_CALLS}  # to systems: each is an event of its own
    assert set(EVENT_TYPES) == set(NoticeKind) - FOR_MACHINES - told_one_by_one
    assert sorted(table("Events")) == sorted(EVENT_TYPES.values())


def test_every_notice_that_is_no_event_is_named_as_none() -> None:
    sentence = PAGE.split("No events are ", 1)[1].split("\n\n", 1)[0]
    assert set(re.findall(r"`([^`]+)`", sentence)) == set(NoticeKind) - set(EVENT_TYPES)


@pytest.mark.parametrize("kind", EVENT_TYPES)
def test_every_event_has_the_fields_of_the_page_and_no_secret(kind: NoticeKind) -> None:
    facts = Facts(reason=MissedReason.EMPTY, secret=Sealed(b"sealed"))
    said = json.loads(event(letter(kind=kind, facts=facts)))
    assert list(said) == ["type", "timestamp", "data"]
    assert list(said["data"]) == list(table("Fields of `data`"))
    assert "sealed" not in json.dumps(said)


def test_an_event_of_a_transcript_has_its_fields_and_every_other_has_none() -> None:
    plain = letter(kind=NoticeKind.MESSAGE_TRANSCRIBED)
    said = json.loads(event(replace(plain, content=unsure_of("Ring meg", "meg"))))["data"]["transcript"]
    assert list(said) == list(table("A transcript"))
    fields = re.findall(r"`([^`]+)`", table("A transcript")["words"])
    assert list(said["words"][0]) == [field for field in fields if field != "null"]
    assert said == {
        "understanding": "unsure",
        "text": "Ring meg",
        "words": [
            {"text": "Ring", "start": 0.0, "end": 0.5, "probability": 0.95, "unsure": False},
            {"text": "meg", "start": 0.5, "end": 1.0, "probability": 0.2, "unsure": True},
        ],
        "language": "nb",
        "engine": "http speech.example.test",
        "model": "nb-whisper-small",
        "made_at": "2026-03-02T12:00:00Z",
    }
    assert set(re.findall(r"`([^`]+)`", table("A transcript")["understanding"])) == set(Understanding)
    assert json.loads(event(letter()))["data"]["transcript"] is None


def test_every_reason_is_on_the_page() -> None:
    assert set(re.findall(r"`([^`]+)`", table("Fields of `data`")["reason"])) == set(MissedReason)


def test_the_example_is_a_real_event() -> None:
    rendered = letter()
    assert f"webhook-id: {event_id(rendered.notice)}\n" in PAGE
    shown = PAGE.split("\n\n{", 1)[1].split(", …", 1)[0]
    assert event(rendered).startswith("{" + shown)


def test_the_code_on_the_page_verifies() -> None:
    code = PAGE.split("```python\n", 1)[1].split("```", 1)[0]
    receive: dict[str, object] = {}
    exec(compile(code, "docs/webhooks.md", "exec"), receive)
    secret = "whsec_" + base64.b64encode(b"a key of 24 to 64 bytes!").decode()
    rendered, now = letter(), RealClock().now()
    identity, content = event_id(rendered.notice), event(rendered)
    headers = {
        "webhook-id": identity,
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": Webhook(secret).sign(identity, now, content),
    }
    call = receive["receive"]
    assert callable(call)
    assert call(secret, content.encode(), headers)["type"] == "message.new"
    with pytest.raises(WebhookVerificationError):
        call(secret, content.encode() + b" ", headers)
