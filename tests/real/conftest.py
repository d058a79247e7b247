"""A real Asterisk for each worker of the test run, and phones that call it."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from dialplan.switch.config import Setting
from dialplan.switch.process import Switch
from dialplan.switch.root import Asterisk, find_asterisk
from tests.real.heard import PromptSounds
from tests.real.ports import free_tcp_port, free_udp_port
from tests.real.running_site import running_site, telephones
from tests.real.sip_phone import Phone
from tests.real.site import LiveSite
from tests.real.spool import Spool
from tests.real.stand_in import Session, StandIn
from tests.wire.certificates import Made, certificate_for

FALLBACK_WORDS = {
    "fallback-greeting": "Du har kommet til en personsvarer. Legg igjen en beskjed etter pipetonen.",
    "fallback-thanks": "Takk for beskjeden. Ha det bra.",
    "please-call-later": "Prøv igjen litt senere.",
    "main-menu": "Tast en for å lytte, tast to for slettede beskjeder, tast tre for innstillinger.",
    "help": "Dette er hjelpen.",
}


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    for item in items:
        if "tests/real/test_call" in item.path.as_posix():
            item.add_marker(pytest.mark.real)
    workers = getattr(config, "workerinput", {}).get("workercount", 1)
    items[:] = long_ones_first(items, workers=workers)


def long_ones_first(items: list[pytest.Item], *, workers: int) -> list[pytest.Item]:
    """The longest calls (`long`) each at the head of another worker's share, so that none starts last.

    pytest-xdist's worksteal deals the list in equal shares, one after the other.
    """
    ordered = [item for item in items if not item.get_closest_marker("long")]
    long = sorted(
        (item for item in items if item.get_closest_marker("long")),
        key=lambda item: -item.get_closest_marker("long").args[0],  # type: ignore[union-attr]
    )
    heads = [round(len(items) * share / workers) for share in range(workers)]
    for number, item in enumerate(long):
        ordered.insert(heads[number % workers] + number // workers, item)
    return ordered


@pytest.fixture(scope="session")
def asterisk() -> Asterisk:
    return find_asterisk()


@pytest.fixture(scope="session")
def spoken(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of sounds like prompts/sounds, with the few prompts these tests hear."""
    folder = tmp_path_factory.mktemp("sounds")
    (folder / "nb").mkdir()
    for prompt, words in FALLBACK_WORDS.items():
        said = subprocess.run(["espeak-ng", "-v", "nb", "--stdout", words], check=True, capture_output=True)
        _build(folder / "nb" / prompt, ["-i", "-"], said.stdout)
    _build(folder / "nb" / "tone", ["-f", "lavfi", "-i", "sine=1400:d=0.4"], b"")
    return folder


def _build(sound: Path, source: list[str], given: bytes) -> None:
    """One prompt, in both of the trunk's codecs, without silence in front."""
    trim = ["-af", "silenceremove=start_periods=1:start_threshold=-50dB", "-ac", "1"]
    alaw = ["-ar", "8000", "-f", "alaw", f"{sound}.alaw"]
    g722 = ["-ar", "16000", "-f", "g722", f"{sound}.g722"]
    subprocess.run(["ffmpeg", "-v", "error", *source, *trim, *alaw, *trim, *g722], input=given, check=True)


@pytest.fixture(scope="session")
def prompts(spoken: Path) -> PromptSounds:
    return PromptSounds(spoken / "nb")


@pytest.fixture(scope="module")
def fastagi_port() -> int:
    """Where the switch looks for the service; nobody listens there until a test does."""
    return free_tcp_port()


@pytest.fixture(scope="module")
def trunk_port() -> int:
    """Where calls back go out to."""
    return free_udp_port()


@pytest.fixture(scope="module")
def switch(
    asterisk: Asterisk,
    spoken: Path,
    fastagi_port: int,
    trunk_port: int,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Switch]:
    folder = tmp_path_factory.mktemp("switch")
    setting = Setting(
        folder=folder / "asterisk",
        spool=folder / "spool",
        media=folder / "media",
        sounds=spoken,
        sip_bind=f"127.0.0.1:{free_udp_port()}",
        fastagi=f"127.0.0.1:{fastagi_port}",
        trunk=f"127.0.0.1:{trunk_port}",
    )
    with Switch(asterisk, setting) as running:
        yield running


@pytest.fixture
def phone(switch: Switch, prompts: PromptSounds) -> Iterator[Callable[..., Phone]]:
    """Makes phones that call the switch; they hang up when the test ends."""
    with ExitStack() as phones:

        def make(**wishes: object) -> Phone:
            settings = {"switch_port": switch.sip_port, "prompts": prompts, **wishes}
            return phones.enter_context(Phone(**settings))  # type: ignore[arg-type]

        yield make


@pytest.fixture
def spool(switch: Switch) -> Spool:
    """The switch's spool, as it is before the test."""
    return Spool(switch.setting.spool)


@pytest.fixture
def service(fastagi_port: int) -> Iterator[Callable[[Callable[[Session], None]], StandIn]]:
    """Starts a stand-in for the service, with what it does in a call."""
    with ExitStack() as running:
        yield lambda on_call: running.enter_context(StandIn(on_call, port=fastagi_port))


# ---- the whole product, for the tests that call it ---------------------------------------------------------


@pytest.fixture(scope="session")
def site(asterisk: Asterisk, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveSite]:
    """A switch and `personsvar run`, one pair for each worker; a test uses numbers of its own."""
    with running_site(asterisk, tmp_path_factory.mktemp("site")) as site:
        yield site


@pytest.fixture(scope="session")
def papers(tmp_path_factory: pytest.TempPathFactory) -> Made:
    """A switch's own, for TLS."""
    return certificate_for("localhost", folder=tmp_path_factory.mktemp("papers"))


@pytest.fixture
def telephone(site: LiveSite) -> Iterator[Callable[..., Phone]]:
    """Makes phones, by number, that call the site; they hang up when the test ends."""
    with telephones(site) as make:
        yield make
