"""Down after the first connection that can't be made; up when a probe goes well."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest

from personsvar.backoff import Backoff
from personsvar.gateways.email.mail_server_reporter import MailServerReporter
from personsvar.gateways.email.smtp_replies import OperatorsMistakeError
from personsvar.gateways.reachability import Reachability
from personsvar.notifier.delivery_errors import GatewayAwayError
from tests.wire.until import until

pytestmark = pytest.mark.anyio

REFUSED = ConnectionRefusedError()


class ProbedFarEnd:
    """Its probes end as told, then they all go well; a pause is noted, and takes no time."""

    def __init__(self, *answers: Exception | None) -> None:
        self.answers = list(answers)
        self.pauses: list[float] = []
        self.probes = 0

    async def probe(self) -> None:
        self.probes += 1
        wrong = self.answers.pop(0) if self.answers else None
        if wrong is not None:
            raise wrong

    async def sleep(self, seconds: float) -> None:
        self.pauses.append(seconds)
        await asyncio.sleep(0)

    def reachability(self, *, jitter: float = 0.5) -> Reachability:
        return Reachability.of_http("kannel.example.test:13013", self.probe, lambda: jitter, self.sleep)

    def mail_server(self) -> tuple[Reachability, MailServerReporter]:
        reporter = MailServerReporter("mx.example.test:587")
        backoff = Backoff(1, 30)
        return Reachability(self.probe, backoff, reporter, failures_kept=1, sleep=self.sleep), reporter


async def back(reachability: Reachability) -> None:
    await until(lambda: reachability.is_up)


async def test_the_far_end_is_probed_after_growing_pauses_until_it_is_there() -> None:
    far = ProbedFarEnd(*[REFUSED] * 7)
    reachability = far.reachability()
    assert reachability.is_up
    reachability.lost(REFUSED)
    assert not reachability.is_up
    await back(reachability)
    assert far.pauses == [1, 2, 4, 8, 16, 30, 30, 30]


@pytest.mark.parametrize(("jitter", "first"), [(0.0, 0.5), (1.0, 1.5)])
async def test_not_all_probe_at_once(jitter: float, first: float) -> None:
    far = ProbedFarEnd()
    reachability = far.reachability(jitter=jitter)
    reachability.lost(REFUSED)
    await back(reachability)
    assert far.pauses == [first]


async def test_however_they_are_spread_no_pause_is_longer_than_the_longest() -> None:
    far = ProbedFarEnd(*[REFUSED] * 7)
    reachability = far.reachability(jitter=1.0)
    reachability.lost(REFUSED)
    await back(reachability)
    assert far.pauses == [1.5, 3, 6, 12, 24, 30, 30, 30]


async def test_many_hand_overs_that_fail_make_one_row_of_probes() -> None:
    far = ProbedFarEnd(REFUSED)
    reachability = far.reachability()
    for _ in range(20):
        reachability.lost(REFUSED)
    await back(reachability)
    assert far.probes == 2


async def test_a_port_that_opens_does_not_shorten_the_pause_an_answer_does() -> None:
    far = ProbedFarEnd()
    reachability = far.reachability()
    for _ in range(3):
        reachability.lost(REFUSED)
        await back(reachability)
    assert far.pauses == [1, 2, 4]
    reachability.answered()
    reachability.lost(REFUSED)
    await back(reachability)
    assert far.pauses[-1] == 1


async def test_once_closed_nobody_probes() -> None:
    far = ProbedFarEnd(*[REFUSED] * 10**4)
    reachability = far.reachability()
    reachability.lost(REFUSED)
    await asyncio.sleep(0)
    await reachability.close()
    probes = far.probes
    reachability.lost(REFUSED)
    await asyncio.sleep(0.01)
    assert far.probes == probes
    assert not reachability.is_up


async def test_a_mail_server_is_probed_at_once_and_then_ever_further_apart() -> None:
    far = ProbedFarEnd(*[GatewayAwayError("refused")] * 7)
    reachability, _ = far.mail_server()
    reachability.probe_at_once()
    assert not reachability.is_up
    await back(reachability)
    assert far.pauses == [0, 1, 2, 4, 8, 16, 30, 30]


async def test_a_mail_server_that_works_again_is_soon_asked_again() -> None:
    far = ProbedFarEnd(*[GatewayAwayError("refused")] * 3)
    reachability, _ = far.mail_server()
    reachability.probe_at_once()
    await back(reachability)
    reachability.answered()
    reachability.lost(GatewayAwayError("gone"))
    await back(reachability)
    assert far.pauses == [0, 1, 2, 4, 2]


async def test_a_mail_server_that_answers_and_never_takes_a_mail_is_asked_ever_less_often() -> None:
    far = ProbedFarEnd()
    reachability, _ = far.mail_server()
    reachability.probe_at_once()
    await back(reachability)
    for _ in range(6):
        reachability.lost(OperatorsMistakeError("550 not your address"))
        await back(reachability)
    assert far.pauses == [0, 1, 2, 4, 8, 16, 30]


AWAY, MISTAKE = GatewayAwayError("refused"), OperatorsMistakeError("535 wrong password")


@pytest.mark.parametrize(
    ("answers", "levels"),
    [([AWAY, AWAY, MISTAKE, MISTAKE], ["WARNING", "ERROR"]), ([AWAY, AWAY], ["WARNING", "INFO"])],
)
async def test_each_reason_why_mails_wait_is_told_once(
    answers: Sequence[Exception], levels: Sequence[str], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", "personsvar")
    reachability, reporter = ProbedFarEnd(*answers).mail_server()
    reachability.probe_at_once()
    await back(reachability)
    assert [record.levelname for record in caplog.records] == levels
    caplog.clear()
    reachability.lost(answers[-1])
    assert bool(caplog.records) is (answers[-1] is AWAY)  # that it answers does not mend a mistake
    reporter.took_a_mail()
    await back(reachability)
    reachability.lost(answers[-1])
    assert caplog.records
