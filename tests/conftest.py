"""What the tests tell when they are over, beside whether they passed."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, settings

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


@pytest.fixture
def anyio_backend() -> str:
    """Tests that are coroutines (`pytestmark = pytest.mark.anyio`) run on the loop the service runs on."""
    return "asyncio"
