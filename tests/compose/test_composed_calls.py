"""The main job, through docker-compose.yml: a message is left, told and heard, whatever stops meanwhile."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from personsvar.mailbox.model.ids import Number
from tests.compose.conftest import Subscriber
from tests.compose.inbox import Inbox
from tests.compose.people import Telephone, caught_up, hear, leave, message, messages, swept, talking
from tests.compose.stack import Stack
from tests.conftest import TOLD_AT_THE_END
from tests.real.running_site import phones_calling
from tests.real.spool import eventually
from tests.real.walks import CALLER, diverted_from

SECONDS = 4
MOST_MAILS = 6


def test_a_message_is_left_told_by_sms_mms_and_mail_and_heard(
    stack: Stack, telephone: Telephone, inbox: Inbox, subscriber: Subscriber
) -> None:
    owner = subscriber(email="ola@example.test")
    stack.personsvar("subscriber", "set", owner, "--mms", "--email-copy")
    leave(telephone, owner, seconds=SECONDS)
    assert swept(stack, message(stack, owner)) == pytest.approx(SECONDS, abs=0.5)
    mms = inbox.item("mms", owner)
    assert len(inbox.file(mms, "audio/amr")) > 1000
    assert mp3_of(inbox, telephone, owner, "ola@example.test")[:2] in (b"\xff\xfb", b"\xff\xf3", b"ID")
    assert hear(telephone, owner, seconds=SECONDS - 1)
    neighbour = subscriber()
    leave(telephone, neighbour, seconds=SECONDS)
    assert "900 00 900" in inbox.item("sms", neighbour)["text"]
    assert neighbour in inbox.page()


def mp3_of(inbox: Inbox, telephone: Telephone, owner: Number, address: str) -> bytes:
    """Of the first mail that has one: on a busy machine the encoder may take longer than a mail waits for it,
    and then the recording goes as WAV.
    """
    for number in range(1, MOST_MAILS + 1):
        eventually(lambda: len(inbox.items("mail", address)) >= number, within=60, what=f"mail {number}")  # noqa: B023 - asked at once
        mail = inbox.items("mail", address)[-1]
        if any(file["type"] == "audio/mpeg" for file in mail["files"]):
            return inbox.file(mail, "audio/mpeg")
        leave(telephone, owner, seconds=SECONDS)
    raise AssertionError(f"{MOST_MAILS} mails, and none with an MP3")


@pytest.mark.parametrize("service", ["postgres", "notifier", "visual"])
def test_a_service_is_restarted_while_a_caller_speaks(
    stack: Stack, telephone: Telephone, inbox: Inbox, subscriber: Subscriber, service: str
) -> None:
    owner = subscriber()
    caller = talking(telephone, owner)
    stack.call("restart", "-t", "10", service)
    stack.wait_until_well(service)
    seconds = caller.hang_up()
    found = message(stack, owner)
    assert swept(stack, found) == pytest.approx(seconds, abs=1)
    assert found["caller"] == CALLER
    inbox.item("sms", owner)
    assert hear(telephone, owner, seconds=1)


def test_the_ivr_is_restarted_while_a_caller_speaks(
    stack: Stack, telephone: Telephone, subscriber: Subscriber
) -> None:
    """The call goes on to its end; who calls meanwhile is recorded by the switch; then a new ivr answers."""
    owner, other = subscriber(), subscriber()
    caller = talking(telephone, owner)
    restart = stack.begin("restart", "-t", "300", "ivr")
    eventually(lambda: "event=draining" in stack.logs("ivr"), within=30, what="an ivr that waits")
    leave_at_the_switch(telephone, other)
    assert restart.poll() is None, "it did not wait for the call"
    seconds = caller.hang_up()
    assert restart.wait(60) == 0
    stack.wait_until_well("ivr")
    assert swept(stack, message(stack, owner)) == pytest.approx(seconds, abs=1)
    assert swept(stack, message(stack, other)) == pytest.approx(SECONDS, abs=0.5)
    assert hear(telephone, owner, seconds=1)
    eventually(lambda: caught_up(stack), within=60, what="an empty spool")


def leave_at_the_switch(telephone: Telephone, owner: Number) -> None:
    """With no service to ask, the dialplan greets and records by itself."""
    phone = telephone("+4790000901")
    phone.call(diversion=diverted_from(owner))
    phone.wait_for_prompt("fallback-greeting", within=10)
    phone.wait_for_prompt("tone", within=20)
    phone.wait_for_end_of("tone")
    phone.speak(seconds=1.5, dbfs=-14)
    phone.sweep(seconds=SECONDS)
    phone.hang_up()


def test_the_switch_is_restarted_while_a_caller_speaks(
    stack: Stack, telephone: Telephone, subscriber: Subscriber
) -> None:
    """The call goes on to its end; new ones are refused, so that the operator's switch goes elsewhere."""
    owner = subscriber()
    caller = talking(telephone, owner)
    restart = stack.begin("restart", "-t", "300", "asterisk")
    eventually(lambda: is_refused(telephone, owner), within=20, what="a refusal")
    assert restart.poll() is None, "it did not wait for the call"
    seconds = caller.hang_up()
    assert restart.wait(60) == 0
    stack.wait_until_well("asterisk")
    assert swept(stack, message(stack, owner)) == pytest.approx(seconds, abs=1)
    assert hear(telephone, owner, seconds=1)


def is_refused(telephone: Telephone, owner: Number) -> bool:
    phone = telephone("+4790000902")
    answer = phone.dial("+4747471000", [("Diversion", value) for value in diverted_from(owner)], within=10)
    if answer.status == 200:
        phone.hang_up()
    return (answer.status or 0) >= 500


@pytest.mark.parametrize("service", ["ivr", "notifier", "visual"])
def test_a_service_that_dies_is_started_again(
    stack: Stack, telephone: Telephone, subscriber: Subscriber, service: str
) -> None:
    """kill -9 from inside, as the kernel does it when memory runs out: the caller's message is kept."""
    owner = subscriber()
    caller = talking(telephone, owner)
    began = stack.inspect(service)["RestartCount"]
    stack.try_to("exec", "-T", service, "python3", "-c", KILL)
    eventually(lambda: stack.inspect(service)["RestartCount"] > began, within=30, what="a new start")
    stack.wait_until_well(service)
    seconds = caller.hang_up()
    assert swept(stack, message(stack, owner)) == pytest.approx(seconds, abs=1)
    eventually(lambda: caught_up(stack), within=60, what="an empty spool")
    assert len(messages(stack, owner)) == 1


KILL = """
import os, signal, pathlib
for it in pathlib.Path("/proc").glob("[0-9]*"):
    words = (it / "cmdline").read_bytes().split(b"\\0")
    if any(word.endswith(b"/personsvar") for word in words) and words[0] != b"tini":
        os.kill(int(it.name), signal.SIGKILL)
"""
"""tini is the first process: signals from inside can't end it, and need not."""


def test_an_ivr_that_hangs_is_killed_and_started_again(
    stack: Stack, telephone: Telephone, subscriber: Subscriber
) -> None:
    owner = subscriber()
    caller = talking(telephone, owner)
    began = stack.inspect("ivr")["RestartCount"]
    stack.try_to("exec", "-T", "ivr", "python3", "-c", KILL.replace("SIGKILL", "SIGSTOP"))
    eventually(lambda: stack.inspect("ivr")["RestartCount"] > began, within=60, what="a new start")
    stack.wait_until_well("ivr")
    seconds = caller.hang_up()
    assert swept(stack, message(stack, owner)) == pytest.approx(seconds, abs=1)


def test_down_and_up_again_with_everything_there(
    stack: Stack, telephone: Telephone, subscriber: Subscriber, record_property: Callable[[str, object], None]
) -> None:
    owner = subscriber()
    leave(telephone, owner, seconds=SECONDS)
    before = message(stack, owner)
    secret = stack.inside("ivr", "cat", "/run/secrets/secret_key")
    stack.down()
    assert stack.health("ivr") == "not there"
    began = time.monotonic()
    stack.up()
    while not is_answered(stack, owner):
        time.sleep(0.2)
    seconds = time.monotonic() - began
    stack.wait_until_well()
    assert message(stack, owner) == before
    assert stack.inside("ivr", "cat", "/run/secrets/secret_key") == secret
    assert hear(telephone, owner, seconds=1)
    record_property(TOLD_AT_THE_END, f"docker compose up to a call answered: {seconds:.0f} s")


def is_answered(stack: Stack, owner: Number) -> bool:
    """By the service: its own greeting, not the fall-back's."""
    with phones_calling(stack.ports.sip) as make:
        phone = make("+4790000903")
        try:
            phone.call(diversion=diverted_from(owner), within=1)
            phone.wait_for_prompt("greeting-reached", within=2)
        except AssertionError:
            return False
    return True


def test_nothing_of_ours_runs_as_root_or_may_write_its_own_files(stack: Stack) -> None:
    for service in ("ivr", "notifier", "visual", "asterisk"):
        found = stack.inspect(service)
        assert found["Config"]["User"] not in ("", "root", "0"), service
        assert found["HostConfig"]["ReadonlyRootfs"], service
        assert found["HostConfig"]["Memory"] > 0, service
        assert found["HostConfig"]["CapDrop"] == ["ALL"], service
        assert not found["HostConfig"]["CapAdd"], service
    for service in ("postgres", "ivr", "notifier", "visual", "asterisk"):
        found = stack.inspect(service)
        assert found["HostConfig"]["CapDrop"] == ["ALL"], service
        assert 0 < found["HostConfig"]["PidsLimit"] < 10_000, service


def test_who_answers_calls_goes_first_where_cores_are_short(stack: Stack) -> None:
    """By the kernel's shares; who has none of his own has 1024."""
    shares = {
        service: stack.inspect(service)["HostConfig"]["CpuShares"] or 1024
        for service in ("ivr", "postgres", "notifier", "visual", "asterisk")
    }
    assert sorted(shares, key=lambda service: -shares[service])[:2] == ["ivr", "postgres"]
    assert shares["ivr"] >= 8 * shares["asterisk"]


SECRETS = {
    "postgres": {"database_password"},
    "asterisk": {"fastagi_secret"},
    "ivr": {"database_url", "secret_key", "master_key", "fastagi_secret"},
    "visual": {"database_url", "secret_key", "master_key", "visual.pem", "visual.key"},
    "notifier": {"database_url", "secret_key", "master_key", "api_token"},
}


def test_each_service_holds_the_secrets_it_needs_and_no_other(stack: Stack) -> None:
    for service, names in SECRETS.items():
        assert set(stack.inside(service, "ls", "-A", "/run/secrets").decode().split()) == names, service


NETWORKS = {
    "postgres": {"data"},
    "asterisk": {"default", "calls"},
    "ivr": {"calls", "data", "health"},
    "visual": {"default", "data"},
    "notifier": {"default", "data"},
}


def test_nobody_but_the_switch_and_its_ivr_is_on_their_network(stack: Stack) -> None:
    for service, names in NETWORKS.items():
        joined = stack.inspect(service)["NetworkSettings"]["Networks"]
        assert {name.removeprefix(f"{stack.project}_") for name in joined} == names, service


def test_the_ivr_s_port_for_the_switch_is_on_that_network_alone(stack: Stack) -> None:
    ivr = stack.inspect("ivr")["NetworkSettings"]
    addresses = {name: joined["IPAddress"] for name, joined in ivr["Networks"].items()}
    assert stack.reaches("asterisk", addresses[f"{stack.project}_calls"], 4573)
    for name in ("data", "health"):
        assert not stack.reaches("ivr", addresses[f"{stack.project}_{name}"], 4573)
    for service in ("notifier", "visual"):
        assert not stack.reaches(service, addresses[f"{stack.project}_data"], 4573)
    assert not any(port.startswith("4573") and at for port, at in ivr["Ports"].items())
