from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress

import pytest

from personsvar.gateways.email.smtp_replies import OperatorsMistakeError
from personsvar.gateways.email.watch import Pauses, Watch
from personsvar.notifier.errors import GatewayAwayError

pytestmark = pytest.mark.anyio


@pytest.fixture
def slept(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """How long it would have waited; time itself stands still."""
    pauses: list[float] = []
    sleep = asyncio.sleep

    async def note(seconds: float) -> None:
        pauses.append(seconds)
        await sleep(0)

    monkeypatch.setattr("personsvar.gateways.email.watch.asyncio.sleep", note)
    return pauses


async def _watched(
    answers: list[GatewayAwayError | None], after: Callable[[Watch], None] = lambda _: None
) -> Watch:
    """Until the answers are used up."""
    left, done = iter(answers), asyncio.Event()

    async def probe() -> None:
        answer = next(left, done)
        if answer is done:
            done.set()
            await asyncio.Event().wait()
        if isinstance(answer, GatewayAwayError):
            raise answer
        asyncio.get_running_loop().call_soon(after, watch)

    watch = Watch("mx.example.test:587", probe, Pauses(), jitter=lambda: 0.5)
    await _run(watch.run, done)
    return watch


async def _run(run: Callable[[], Awaitable[None]], done: asyncio.Event) -> None:
    task = asyncio.ensure_future(run())
    await done.wait()
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


async def test_the_first_probe_is_at_once_and_the_others_ever_further_apart(slept: list[float]) -> None:
    await _watched([GatewayAwayError("refused")] * 7)
    assert slept == [0, 1, 2, 4, 8, 16, 30, 30]


async def test_what_works_again_is_soon_asked_again(slept: list[float]) -> None:
    def fail(watch: Watch) -> None:
        watch.worked()
        watch.failed(GatewayAwayError("gone"))

    await _watched([*[GatewayAwayError("refused")] * 3, None], after=fail)
    assert slept == [0, 1, 2, 4, 2]


async def test_what_answers_and_never_takes_a_mail_is_asked_ever_less_often(slept: list[float]) -> None:
    mistake = OperatorsMistakeError("550 not your address")
    await _watched([None] * 6, after=lambda watch: watch.failed(mistake))
    assert slept == [0, 1, 2, 4, 8, 16, 30]


async def test_each_reason_is_told_once(slept: list[float], caplog: pytest.LogCaptureFixture) -> None:
    away, mistake = GatewayAwayError("refused"), OperatorsMistakeError("535 wrong password")
    await _watched([away, away, mistake, mistake])
    assert [record.levelname for record in caplog.records] == ["WARNING", "ERROR"]
    assert len(slept) == 5
