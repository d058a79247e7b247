"""The page and the API of a composed installation, through the port that it publishes."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime

import httpx
import pytest

from personsvar.intake.header import format_header
from personsvar.mailbox.model.ids import Number, SpoolId
from personsvar.mailbox.ports.takes import Purpose, SpoolHeader
from tests.compose.conftest import Subscriber
from tests.compose.inbox import WITHIN, Inbox
from tests.compose.people import Telephone, leave, message
from tests.compose.stack import Stack

FORM_TOKEN = re.compile(r'name="token" value="([^"]+)"')
PUT_ASIDE = "/var/spool/personsvar/broken"


@dataclass(frozen=True)
class PageVisitor:
    """A browser without scripts."""

    client: httpx.Client
    inbox: Inbox

    def log_in(self, owner: Number) -> str:
        """By the code that came by SMS; the page behind it."""
        self._send("/profile/log-in", number=owner)
        (code,) = re.findall(r"\b\d{6}\b", self.inbox.item("sms", owner)["text"])
        return self._send("/profile/code", code=code)

    def see(self, path: str) -> str:
        answer = self.client.get(path)
        assert answer.status_code == 200, answer.text
        return answer.text

    def _send(self, path: str, **form: str) -> str:
        (token,) = set(FORM_TOKEN.findall(self.see(path)))
        answer = self.client.post(path, data={"token": token, **form})
        assert answer.status_code == 200, answer.text
        return answer.text


@pytest.fixture
def visitor(stack: Stack, inbox: Inbox) -> Iterator[PageVisitor]:
    address = f"http://127.0.0.1:{stack.ports.http}"
    with ExitStack() as closing:
        client = httpx.Client(
            base_url=address, headers={"Origin": address}, follow_redirects=True, timeout=WITHIN
        )
        yield PageVisitor(closing.enter_context(client), inbox)


def test_a_subscriber_logs_in_by_sms_and_finds_what_a_caller_left(
    stack: Stack, visitor: PageVisitor, telephone: Telephone, subscriber: Subscriber
) -> None:
    owner = subscriber()
    stack.personsvar("subscriber", "set", owner, "--no-sms")  # the only one is that with the code
    leave(telephone, owner, seconds=2)
    left = message(stack, owner)["id"]
    assert f'id="message-{left}"' in visitor.log_in(owner)
    sound = visitor.client.get(f"/profile/messages/{left}/sound")
    assert (sound.status_code, sound.headers["Content-Type"]) == (200, "audio/mpeg")
    assert f'id="message-{left}"' in visitor.see("/")


@pytest.fixture
def put_aside(stack: Stack) -> Iterator[Callable[[SpoolId, Number], None]]:
    """Where the ivr puts what it can't take in. Others wait for an empty spool, so nothing stays there."""

    def put(spool_id: SpoolId, owner: Number) -> None:
        header = SpoolHeader(spool_id, Purpose.MESSAGE, owner, None, datetime.now(UTC))
        write = f"mkdir -p {PUT_ASIDE} && cat > {PUT_ASIDE}/{spool_id}.head"
        stack.inside("ivr", "sh", "-c", write, given=format_header(header))

    yield put
    stack.inside("ivr", "sh", "-c", f"rm -f {PUT_ASIDE}/*")


def test_an_operator_sees_the_spool_and_who_is_removed_by_api_leaves_nothing_in_it(
    stack: Stack,
    visitor: PageVisitor,
    subscriber: Subscriber,
    put_aside: Callable[[SpoolId, Number], None],
) -> None:
    """Switch and ivr write it; the notifier shows it, and takes out what was somebody's who is no more."""
    operator, owner, other = subscriber(), subscriber(), subscriber()
    stack.personsvar("operator", "grant", operator)
    put_aside(SpoolId("1700000000.31"), owner)
    put_aside(SpoolId("1700000000.32"), other)
    visitor.log_in(operator)
    shown = visitor.see("/operator/spool")
    assert "1700000000.31" in shown
    assert "1700000000.32" in shown

    token = stack.inside("notifier", "cat", "/run/secrets/api_token").decode().strip()
    headers = {"Authorization": f"Bearer {token}", "If-Match": "*"}
    removed = visitor.client.delete(f"/v1/subscribers/{owner}", headers=headers)
    assert removed.status_code == 204, removed.text
    assert stack.inside("ivr", "ls", PUT_ASIDE).decode().split() == ["1700000000.32.head"]
    told = visitor.client.get("/v1/spool?state=broken", headers=headers).json()["items"]
    assert [it["name"] for it in told] == ["1700000000.32.head"]
