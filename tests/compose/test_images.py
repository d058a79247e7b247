"""What an operator may rely on in each image: who runs in it, what is in it and what is not."""

from __future__ import annotations

import tarfile
import time
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from tests.compose.images import AUTHORITIES, ROOT, Engine

SERVICE = "personsvar/service"
ASTERISK = "personsvar/asterisk"
OURS = (SERVICE, ASTERISK)
Run = Callable[..., str]


@pytest.fixture
def container(engine: Engine) -> Iterator[Run]:
    """Starts one in the background, as docker-compose.yml does; its name. Gone when the test is."""
    names: list[str] = []

    def run(*arguments: str) -> str:
        names.append(f"personsvar-test-{uuid4().hex[:12]}")
        hardened = ["--read-only", "--tmpfs", "/tmp", "--cap-drop", "ALL", "--network", "none"]
        engine.call("run", "-d", "--name", names[-1], *hardened, *arguments)
        return names[-1]

    yield run
    if names:
        engine.call("rm", "--force", "--volumes", *names)


def inside(engine: Engine, image: str, script: str) -> str:
    """What a shell in the image prints: read-only, without network, as the image's own user."""
    return engine.call(
        "run", "--rm", "--read-only", "--network", "none", "--entrypoint", "sh", image, "-c", script
    )


@pytest.mark.parametrize(("image", "user"), [(SERVICE, "4747"), (ASTERISK, "4748")])
def test_nobody_is_root_and_both_share_a_group(engine: Engine, image: str, user: str) -> None:
    assert inside(engine, image, "id -u; id -g; id -G").split() == [user, "4747", "4747"]


@pytest.mark.parametrize("image", OURS)
def test_nothing_that_builds_is_left(engine: Engine, image: str) -> None:
    tools = "cc gcc c++ make pip pip3 pytest mypy ruff"
    assert inside(engine, image, f"for tool in {tools}; do command -v $tool; done; true") == ""
    assert inside(engine, image, "find /var/lib/apt/lists /var/cache/apt -type f") == ""


def test_what_is_shared_can_be_shared(engine: Engine) -> None:
    folders = {
        SERVICE: "/var/spool/personsvar /run/personsvar/media /var/lib/personsvar",
        ASTERISK: "/var/spool/personsvar /run/personsvar/media",
    }
    for image, these in folders.items():
        told = inside(engine, image, f"stat -c '%a %g' {these}")
        assert set(told.splitlines()) == {"2770 4747"}


def test_every_sound_it_sends_can_be_made(engine: Engine) -> None:
    """MP3 for e-mail, AMR for MMS and phones; what draws pictures was left out, and is not missed."""
    make = "ffmpeg -v error -f lavfi -i sine=d=1 -ar 8000 -ac 1"
    assert inside(engine, SERVICE, f"{make} -c:a libopencore_amrnb -f amr - | head -c 5") == "#!AMR"
    assert inside(engine, SERVICE, f"{make} -c:a libmp3lame -f mp3 - | head -c 3") == "ID3"


def test_the_command_line_finds_its_prompts(engine: Engine) -> None:
    folders = ("/var/lib/personsvar", "/var/spool/personsvar", "/run/personsvar/media")
    theirs = [part for folder in folders for part in ("--tmpfs", f"{folder}:uid=4747,gid=4747,mode=0750")]
    run = ("run", "--rm", "--read-only", "--tmpfs", "/tmp", *theirs, "--network", "none", SERVICE)
    settings = engine.call(*run, "settings")
    assert "/opt/personsvar/prompts" in settings
    assert engine.call(*run, "manual")


def test_asterisk_takes_calls_and_ends_when_told(engine: Engine, container: Run) -> None:
    state = "/var/lib/personsvar:uid=4748,gid=4747,mode=0750"
    switch = container("--tmpfs", state, ASTERISK)
    deadline = time.monotonic() + 30
    asking = ("exec", switch, "asterisk", "-rx")
    while not engine.answers_to(*asking, "core waitfullybooted"):
        assert time.monotonic() < deadline, engine.call("logs", switch)
        time.sleep(0.2)
    assert "Asterisk " in engine.call(*asking, "core show version")
    assert "rw-rw----" in engine.call("exec", switch, "ls", "-l", "/etc/asterisk/pjsip.conf")
    engine.call("stop", "--time", "20", switch)
    assert engine.call("inspect", "--format", "{{.State.ExitCode}}", switch) == "0"


def test_an_authority_trusted_while_building_stays_in_no_layer(engine: Engine, tmp_path: Path) -> None:
    """The steps of docker/Dockerfile, with an authority that can be told from all others."""
    secret, dockerfile, saved = (tmp_path / name for name in ("ca", "Dockerfile", "saved"))
    mark, tag = str(uuid4()), f"personsvar-test:{uuid4().hex[:12]}"
    secret.write_text(f"# authority {mark}\n{AUTHORITIES.read_text('utf-8')}", "utf-8")
    dockerfile.write_text(
        "FROM debian:13-slim\n"
        "RUN --mount=type=bind,source=docker/steps,target=/steps --mount=type=secret,id=ca"
        " /steps/packages tini && . /steps/trust && grep -q '# authority' \"$PIP_CERT\"\n",
        "utf-8",
    )
    named = ("-q", "--no-cache", "-t", tag, "--secret", f"id=ca,src={secret}", "-f", str(dockerfile))
    engine.call("build", *named, str(ROOT))
    try:
        engine.call("save", "-o", str(saved), tag)
        assert not holds(saved, b"ca.pem")
        assert not holds(saved, mark.encode())
    finally:
        engine.call("rmi", tag)


def holds(image: Path, what: bytes) -> bool:
    """Whether a saved image has these bytes, in a file or in a name: its layers are plain tars."""
    with tarfile.open(image) as saved:
        layers = [member for member in saved if member.isfile()]
        return any(what in file.read() for file in map(saved.extractfile, layers) if file is not None)


@pytest.mark.parametrize("image", OURS)
def test_the_first_process_is_not_ours(engine: Engine, image: str) -> None:
    """PID 1 is deaf to signals it has no handler for: the watchdog's SIGKILL would end nothing."""
    assert engine.call("inspect", "--format", "{{index .Config.Entrypoint 0}}", image) == "tini"


@pytest.mark.parametrize("image", OURS)
def test_its_labels_tell_what_it_is(engine: Engine, image: str) -> None:
    version = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["version"]
    label = '{{index .Config.Labels "org.opencontainers.image.version"}}'
    assert engine.call("inspect", "--format", label, image) == version
