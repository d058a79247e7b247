"""A site of a test's own, when the one that all share will not do: other settings, disks, databases."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from functools import cache
from pathlib import Path
from typing import cast

from dialplan.switch.config import Setting
from dialplan.switch.freeswitch import FreeSwitch, Installed
from dialplan.switch.process import Switch
from dialplan.switch.root import Asterisk
from tests.real.heard import PromptSounds
from tests.real.ports import free_tcp_port, free_udp_port
from tests.real.sip_phone import Phone
from tests.real.site import LiveSite, ServiceProcess

SOUNDS = Path(__file__).parents[2] / "prompts/sounds"


@contextmanager
def running_site(
    asterisk: Asterisk,
    folder: Path,
    *,
    environment: Mapping[str, str] | None = None,
    extra: Mapping[str, str] | None = None,
    kind: Callable[[Asterisk, Setting], Switch] | None = None,
    sip_bind: str = "",
    max_message_seconds: float = 180,
) -> Iterator[LiveSite]:
    """A switch and `personsvar run` in a folder of theirs.

    `environment`: more settings of the service. `extra`: more lines of the switch's files. `sip_bind`: the
    switch's address, where the service has to know it.
    """
    fastagi, esl, http = (f"127.0.0.1:{free_tcp_port()}" for _ in range(3))
    service = ServiceProcess(
        {
            "PERSONSVAR_STATE": str(folder),
            "PERSONSVAR_FASTAGI_BIND": fastagi,
            "PERSONSVAR_ESL_BIND": esl,
            "PERSONSVAR_HTTP_BIND": http,
            "PERSONSVAR_IMAP_BIND": f"127.0.0.1:{free_tcp_port()}",
            "PERSONSVAR_IMAPS_BIND": f"127.0.0.1:{free_tcp_port()}",
            "PERSONSVAR_WATCHDOG_SECONDS": "120",  # it is frozen for longer than usual, and thawed again
            "PERSONSVAR_MAX_MESSAGE_SECONDS": f"{max_message_seconds}",
            **(environment or {}),
        },
        folder / "service.log",
    )
    setting = Setting(
        folder=folder / "asterisk",
        spool=folder / "spool",
        media=folder / "media",
        sip_bind=sip_bind or f"127.0.0.1:{free_udp_port()}",
        fastagi=fastagi,
        esl=esl,
        trunk=f"127.0.0.1:{free_udp_port()}",
        extra=extra or {},
        max_message_seconds=max_message_seconds,
    )
    url = service.environment.get("PERSONSVAR_DATABASE_URL", f"sqlite:///{folder}/personsvar.db")
    with (kind or switch_of)(asterisk, setting) as switch:
        service.start()
        try:
            yield LiveSite(switch, service, _prompts("nb"), url)
        finally:
            service.stop()


def switch_of(found: Asterisk | Installed, setting: Setting) -> Switch:
    """Of the kind that was found; what a test of both kinds asks of it, both have."""
    return (
        cast("Switch", FreeSwitch(found, setting)) if isinstance(found, Installed) else Switch(found, setting)
    )


@contextmanager
def telephones(site: LiveSite) -> Iterator[Callable[..., Phone]]:
    """Phones that call the site."""
    with phones_calling(site.switch.sip_port) as make:
        yield make


@contextmanager
def phones_calling(switch_port: int, *, kind: type[Phone] = Phone) -> Iterator[Callable[..., Phone]]:
    """Makes phones, by number, that call a switch on 127.0.0.1; they hang up when the block ends.

    More is passed on to `Phone`: a port of its own, its codecs.
    """
    with ExitStack() as phones:

        def make(number: str, *, language: str = "nb", **wishes: object) -> Phone:
            settings = {"switch_port": switch_port, "number": number, "prompts": _prompts(language), **wishes}
            return phones.enter_context(kind(**settings))  # type: ignore[arg-type]

        yield make


@cache
def _prompts(language: str) -> PromptSounds:
    return PromptSounds(SOUNDS / language)
