"""What the tests tell when they are over, beside whether they passed."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings

from tests.seaweed import Seaweed, running_seaweed

# a busy machine is no failure
settings.register_profile("personsvar", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("personsvar")

TOLD_AT_THE_END = "told at the end"
"""A test's property of this name is a line of the summary (`record_property`), from any worker."""


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    lines = [
        str(line)
        for report in terminalreporter.getreports("passed")
        for name, line in report.user_properties
        if name == TOLD_AT_THE_END
    ]
    if lines:
        terminalreporter.section("what was reached")
        for line in lines:
            terminalreporter.line(line)


@pytest.fixture(scope="session")
def seaweed() -> Iterator[Seaweed]:
    """An object store; each test takes a bucket of its own."""
    with running_seaweed() as running:
        yield running


@pytest.fixture
def anyio_backend() -> str:
    """Tests that are coroutines (`pytestmark = pytest.mark.anyio`) run on the loop the service runs on."""
    return "asyncio"
