"""The composed installation, started once for all tests of this folder, and phones that call it."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from itertools import count

import pytest

from personsvar.mailbox.model.ids import Number
from tests.compose.docker_engine_compose import compose_2
from tests.compose.images import Engine, made_images
from tests.compose.inbox import Inbox
from tests.compose.stack import NET, ROOT, Stack
from tests.real.running_site import phones_calling
from tests.real.sip_phone import Phone
from tests.speech.voices import model

Subscriber = Callable[..., Number]
NewStack = Callable[..., Stack]
PIN = "7306"
HEARD_HERE = f"PERSONSVAR_TRANSCRIBER=local\nPERSONSVAR_TRANSCRIBER_MODEL=/models/{model().name}"
"""The profile `speech` is what needs it: the others take no notice."""


@pytest.fixture(scope="session")
def engine() -> Iterator[Engine]:
    """A Docker engine, the images built in it."""
    with made_images() as engine:
        yield engine


@pytest.fixture(scope="session")
def new_stack(engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> NewStack:
    """Makes installations with the demo's gateways, not started yet. `more`: lines for their settings."""

    def make(*, project: str = "personsvar-test", net: str = NET, more: str = "", **facts: object) -> Stack:
        settings = tmp_path_factory.mktemp(project) / "installation.env"
        demo = (ROOT / "docker/demo.env").read_text("utf-8").replace("172.29.47.1", f"{net}.1")
        settings.write_text(f"{demo}{more}\n", "utf-8")
        found = {"compose": compose_2(engine), "profiles": ("demo",), **facts}
        return Stack(
            docker=engine.docker,
            engine=engine.environment,
            settings_file=settings,
            project=project,
            net=net,
            **found,  # type: ignore[arg-type]
        )

    return make


@pytest.fixture(scope="session")
def stack(new_stack: NewStack) -> Iterator[Stack]:
    """Up, from empty volumes."""
    stack = new_stack(more=HEARD_HERE)
    stack.down(forget=True)
    try:
        stack.start()
        yield stack
    finally:
        stack.down(forget=True)


@pytest.fixture
def telephone(stack: Stack) -> Iterator[Callable[..., Phone]]:
    with phones_calling(stack.ports.sip) as make:
        yield make


@pytest.fixture
def inbox(stack: Stack) -> Inbox:
    """What arrived at the demo's gateways."""
    return Inbox(stack)


@pytest.fixture(scope="session")
def subscriber(stack: Stack) -> Subscriber:
    """Adds a subscriber as an operator does, past the first call; each test has numbers of its own."""
    used = count(1)

    def add(**facts: str) -> Number:
        number = Number(f"+4790000{next(used):03}")
        options = [word for name, value in facts.items() for word in (f"--{name}", value)]
        stack.personsvar("subscriber", "add", number, "--pin", PIN, *options)
        stack.sql(f"update subscribers set welcomed = true where number = '{number}'")
        return number

    return add


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """A test that failed tells what the services said."""
    report = yield
    if report.failed and "stack" in (found := getattr(item, "funcargs", {})):
        report.sections.append(("what the services said", found["stack"].story()))
    return report
