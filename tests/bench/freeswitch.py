"""FreeSWITCH with our dialplan and its own voicemail (mod_voicemail), and our services beside it.

mod_voicemail has its sample's profile, but for what makes it the same call as ours: the owner's own greeting,
a tone as long as ours, 10 s of silence, no instructions and nothing to fill in. Its menus each say one prompt
of ours, and never tire of being come back to (theirs hang up at the third time).
"""

from __future__ import annotations

import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from dialplan.switch.freeswitch import FreeSwitch, Installed, NoFreeSwitchError, find_freeswitch
from dialplan.switch.process import Switch
from tests.bench.sounds import PROMPTS, write
from tests.bench.voicemail import BARE, LEAVE, LISTEN
from tests.bench.yard import MAILBOXES, Ground, ground

_DOMAIN = "bench.test"
_MODULE = "mod_voicemail"
_MODULES = f'        <load module="{_MODULE}"/>\n'
_SAYS = {
    "voicemail_menu": "main-menu-settings",
    "voicemail_config_menu": "settings-greeting",
    "voicemail_goodbye": "fallback-thanks",
}
_SILENT = ("voicemail_hello", "voicemail_message_count", "voicemail_record_message", "voicemail_ack")
_KEYS = {
    "terminator-key": "#",
    "play-new-messages-key": "1",
    "play-saved-messages-key": "2",
    "login-keys": "0",
    "main-menu-key": "0",
    "config-menu-key": "5",
    "skip-greet-key": "#",
}
_PARAMETERS = {
    **_KEYS,
    "file-extension": "wav",
    "tone-spec": "%(400,0,1400)",
    "digit-timeout": "10000",
    "min-record-len": "3",
    "max-record-len": "300",
    "max-retries": "9999",
    "record-silence-threshold": "200",
    "record-silence-hits": "10",
}


@dataclass(frozen=True)
class ModVoicemail:
    """What it has stored, by its own database."""

    folder: Path

    @property
    def greeting(self) -> Path:
        return self.folder / "greeting.wav"

    def messages(self) -> int:
        return len(self.seconds())

    def seconds(self) -> list[float]:
        database = self.folder / "lib" / "db" / "voicemail_default.db"
        with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True, timeout=10)) as connection:
            return [float(row[0]) for row in connection.execute("select message_len from voicemail_msgs")]

    def greet(self, alaw: bytes) -> None:
        """Every owner's own greeting, in the form of its messages."""
        write(self.greeting.with_suffix(""), alaw, ".wav")


class BothVoicemails(FreeSwitch):
    """Ours as it is, and mod_voicemail under numbers of its own."""

    def _begun(self) -> subprocess.Popen[bytes]:
        whole, ours = (self.setting.etc / f"{name}.xml" for name in ("freeswitch", "personsvar"))
        greeting = ModVoicemail(self.setting.folder).greeting
        _put(_MODULES, whole, before="      </modules>")
        _put(_profile(), whole, before='  </section>\n  <section name="dialplan">')
        _put(_directory() + _phrases(), whole, in_place_of='  <section name="directory">\n  </section>')
        # in front of ours, which takes every call
        _put(_dialplan(greeting), ours, before='    <extension name="personsvar-fallback">')
        return super()._begun()


def _put(lines: str, file: Path, *, before: str = "", in_place_of: str = "") -> None:
    text = file.read_text("utf-8")
    place = before or in_place_of
    assert place in text, f"{file.name} has no {place}"
    file.write_text(text.replace(place, lines + before, 1), "utf-8")


@contextmanager
def freeswitch_ground(installed: Installed) -> Iterator[tuple[Ground, ModVoicemail]]:
    with ground(lambda setting: cast("Switch", BothVoicemails(installed, setting))) as running:
        yield running, ModVoicemail(running.switch.setting.folder)


def with_voicemail() -> Installed:
    """Raise NoFreeSwitchError."""
    installed = find_freeswitch()
    if not (installed.modules / f"{_MODULE}.so").is_file():
        raise NoFreeSwitchError(f"{installed.program} lacks {_MODULE}")
    return installed


def _profile() -> str:
    lines = "".join(f'<param name="{name}" value="{value}"/>' for name, value in _PARAMETERS.items())
    profile = f'<profile name="default">{lines}</profile>'
    return f'    <configuration name="voicemail.conf"><profiles>{profile}</profiles></configuration>\n'


def _dialplan(greeting: Path) -> str:
    ours = {
        LEAVE: (f"set voicemail_greeting_path={greeting}", f"voicemail default {_DOMAIN} $1"),
        LISTEN: (f"voicemail check auth default {_DOMAIN} $1",),
        BARE: (
            f"playback {greeting}",
            f"playback {PROMPTS}/tone.alaw",
            "record $${recordings_dir}/${uuid}.alaw 180 200 10",
        ),
    }
    return "".join(_extension(prefix, ("answer", *steps)) for prefix, steps in ours.items())


def _extension(prefix: str, steps: tuple[str, ...]) -> str:
    pairs = (step.partition(" ") for step in steps)
    actions = "".join(f'<action application="{name}" data="{data}"/>' for name, _, data in pairs)
    condition = f'<condition field="destination_number" expression="^{prefix}(.+)$">{actions}</condition>'
    return f'<extension name="{prefix}">{condition}</extension>\n'


def _directory() -> str:
    skips = '<params><param name="vm-skip-instructions" value="true"/></params>'
    users = "".join(f'<user id="{mailbox}">{skips}</user>' for mailbox in MAILBOXES)
    groups = f'<groups><group name="default"><users>{users}</users></group></groups>'
    return f'  <section name="directory"><domain name="{_DOMAIN}">{groups}</domain></section>\n'


def _phrases() -> str:
    plays = {
        name: f'<action function="play-file" data="{PROMPTS}/{said}.alaw"/>' for name, said in _SAYS.items()
    }
    macros = "".join(
        f'<macro name="{name}"><input pattern="(.*)"><match>{plays.get(name, "")}</match></input></macro>'
        for name in (*_SAYS, *_SILENT)
    )
    language = f'<language name="en" say-module="en"><phrases><macros>{macros}</macros></phrases></language>'
    return f'  <section name="languages">{language}</section>\n'
