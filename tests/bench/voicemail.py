"""Asterisk's own voicemail (app_voicemail) in the same Asterisk, to compare with: its settings and folders.

Its settings are those of Asterisk's sample, with one form of recording, a mailbox as large as it allows, and
no date before a message.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from dialplan.switch.config import Setting
from tests.bench.sounds import write, write_voicemail_prompts

LEAVE = "vm-"
"""A message is left at this and the mailbox, with the greeting and nothing after it."""
LISTEN = "vmhear-"  # no n, x or z: in a pattern they stand for digits
BARE = "bare-"
"""The greeting, the tone, a recording in A-law and nothing else: what Asterisk takes for any message."""
DEAF = "deaf-"
"""The same, without listening for silence: the least a recording can cost."""


def _bare(prefix: str, *, silence_seconds: int) -> str:
    return f"""exten => _{prefix}X.,1,Answer()
 same => n,Playback(${{ASTSPOOLDIR}}/voicemail/default/${{EXTEN:{len(prefix)}}}/unavail)
 same => n,Playback(beep)
 same => n,Record(${{ASTSPOOLDIR}}/voicemail/${{UNIQUEID}}.alaw,{silence_seconds},180,kq)"""


_DIALPLAN = f"""
[personsvar](+)
exten => _{LEAVE}X.,1,VoiceMail(${{EXTEN:{len(LEAVE)}}}@default,us)
 same => n,Hangup()
{_bare(BARE, silence_seconds=10)}
{_bare(DEAF, silence_seconds=0)}
exten => _{LISTEN}X.,1,Answer()
 same => n,VoiceMailMain(${{EXTEN:{len(LISTEN)}}}@default,s)
 same => n,Hangup()
"""
_MODULES = "".join(
    f"load = {name}.so\n" for name in ("codec_gsm", "format_gsm", "format_wav", "app_voicemail")
)


@dataclass(frozen=True)
class AsteriskVoicemail:
    """`prompts`: the form of its prompts; `recordings`: that of its messages."""

    setting: Setting
    prompts: str
    recordings: str

    @property
    def spool(self) -> Path:
        return self.setting.folder / "lib" / "voicemail" / "default"

    def inbox(self, mailbox: str) -> Path:
        return self.spool / mailbox / "INBOX"

    def messages(self) -> int:
        return sum(1 for _ in self.spool.glob("*/INBOX/msg*.txt"))

    def seconds(self) -> list[float]:
        """How long each message is, by the size of its sound."""
        bytes_a_second = {"wav": 16000, "alaw": 8000}[self.recordings]
        files = self.spool.glob(f"*/INBOX/msg*.{self.recordings}")
        return [file.stat().st_size / bytes_a_second for file in files]

    def greet(self, mailbox: str, alaw: bytes) -> None:
        """The owner's own greeting."""
        write(self.spool / mailbox / "unavail", alaw, self.prompts)

    def fill(self, mailbox: str, alaw: bytes, count: int) -> None:
        """So many messages in the inbox, as app_voicemail leaves them; they share one sound."""
        inbox = self.inbox(mailbox)
        write(inbox / "msg0000", alaw, f".{self.recordings}")
        sound = inbox / f"msg0000.{self.recordings}"
        for number in range(count):
            name = f"msg{number:04}"
            if number:
                (inbox / f"{name}.{self.recordings}").hardlink_to(sound)
            (inbox / f"{name}.txt").write_text(_about(mailbox, number), "ascii")


def more(folder: Path, mailboxes: Sequence[str], *, recordings: str) -> Mapping[str, str]:
    """What the switch's configuration gets besides; `folder` is the switch's."""
    boxes = "".join(f"{mailbox} => 1234,Owner\n" for mailbox in mailboxes)
    general = (
        f"format = {recordings}\nmaxmsg = 9999\nmaxsilence = 10\nsilencethreshold = 128\nenvelope = no\n"
    )
    return {
        "asterisk.conf": f"\n[directories](+)\nastdatadir => {folder / 'data'}\n",
        "extensions.conf": _DIALPLAN,
        "modules.conf": _MODULES,
        "voicemail.conf": f"[general]\n{general}\n[default]\n{boxes}",
    }


def make_data(folder: Path, *, prompts: str, asterisk_data: str = "/usr/share/asterisk") -> None:
    """A data folder with our sounds in it: the rest is the Asterisk's own, whose documentation it needs."""
    data = folder / "data"
    data.mkdir(parents=True)
    for name in ("documentation", "static-http", "firmware", "keys", "rest-api", "phoneprov"):
        (data / name).symlink_to(f"{asterisk_data}/{name}")
    write_voicemail_prompts(data / "sounds" / "nb", prompts)


def _about(mailbox: str, number: int) -> str:
    return f"""[message]
origmailbox={mailbox}
context=personsvar
macrocontext=
exten={LEAVE}{mailbox}
rdnis=unknown
priority=1
callerchan=PJSIP/trunk-{number:08x}
callerid="" <+4790000900>
origdate=Sun Nov 22 09:00:00 AM UTC 2026
origtime={1795338000 + number}
category=
msg_id={1795338000 + number}-{number:08x}
flag=
duration=2
"""
