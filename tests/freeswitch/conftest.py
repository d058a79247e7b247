"""A real FreeSWITCH for each worker of the test run, where one is on PATH, and the phones of tests/real."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from dialplan.switch.config import Setting
from dialplan.switch.freeswitch import FreeSwitch, Installed, NoFreeSwitchError, find_freeswitch
from tests.freeswitch.differences import NOT_HELD
from tests.real.conftest import papers, phone, prompts, site, spoken, spool, telephone
from tests.real.ports import free_tcp_port, free_udp_port

__all__ = ["papers", "phone", "prompts", "site", "spoken", "spool", "telephone"]

OF_ASTERISK = {"service", "fastagi_port"}
"""Fixtures that speak AGI: what needs them is a test of Asterisk's dialplan."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    items[:] = [item for item in items if not item.path.is_relative_to(here) or _is_for_both(item)]


def _is_for_both(item: pytest.Item) -> bool:
    test = getattr(item, "originalname", item.name)
    return not (OF_ASTERISK & set(getattr(item, "fixturenames", ())) or {test, item.name} & set(NOT_HELD))


@pytest.fixture(scope="session")
def asterisk() -> Installed:
    """The switch of these tests, under the name that those of tests/real know it by."""
    try:
        return find_freeswitch()
    except NoFreeSwitchError as none:
        pytest.skip(str(none))


@pytest.fixture(scope="module")
def switch(
    asterisk: Installed, spoken: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[FreeSwitch]:
    """One that no service answers: where it looks for one, nobody listens."""
    folder = tmp_path_factory.mktemp("switch")
    setting = Setting(
        folder=folder / "freeswitch",
        spool=folder / "spool",
        media=folder / "media",
        sounds=spoken,
        sip_bind=f"127.0.0.1:{free_udp_port()}",
        esl=f"127.0.0.1:{free_tcp_port()}",
        trunk=f"127.0.0.1:{free_udp_port()}",
    )
    with ExitStack() as running:
        yield running.enter_context(FreeSwitch(asterisk, setting))
