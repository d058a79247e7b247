"""The smallest server that can hold a conversation: the reader, the answers, and a folder in memory.

For tests of the wire alone; the real one, with its store, is `personsvar.visual`.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta, timezone

from personsvar.vvm.imap import commands as c
from personsvar.vvm.imap import responses as say
from personsvar.vvm.imap.events import (
    BadCharset,
    BadCommand,
    ChallengeAnswer,
    Event,
    IdleDone,
    ImapRequest,
    NeedContinuation,
    TooLarge,
)
from personsvar.vvm.imap.fetched import fetched, flags_response
from personsvar.vvm.imap.imap_message import ImapMessage
from personsvar.vvm.imap.limits import AFTER_LOG_IN
from personsvar.vvm.imap.matching import matching
from personsvar.vvm.imap.mime import VoiceMessage, voice_mail
from personsvar.vvm.imap.reader import ImapReader
from personsvar.vvm.imap.sequences import SequenceSet

HOST = "vvm.example.net"
VALIDITY = 1_700_000_000
FRAME = bytes([0x3C]) + bytes(31)
AMR = b"#!AMR\n" + 250 * FRAME
"""8,006 octets, five seconds of 12.2 kbit/s."""
OSLO = timezone(timedelta(hours=1))
AT = datetime(2025, 1, 17, 15, 1, 36, tzinfo=OSLO)


def voice(uid: int, *, transcript: str = "", seconds: float = 9) -> VoiceMessage:
    return VoiceMessage(
        uid, VALIDITY, HOST, "5550142", "+15550177", AT, seconds, len(AMR), transcript=transcript
    )


def message(number: int, uid: int, *flags: str, transcript: str = "") -> ImapMessage:
    mail = voice_mail(voice(uid, transcript=transcript)).with_sound(AMR)
    return ImapMessage(number, uid, frozenset(flags), AT, mail)


class SmallServer:
    def __init__(self, *messages: ImapMessage) -> None:
        self.reader = ImapReader(AFTER_LOG_IN)
        self.messages = list(messages)
        self.appended: list[c.Append] = []
        self.is_private = False
        self._idles = ""

    def hear(self, data: bytes) -> bytes:
        self.reader.feed(data)
        said = b""
        while (event := self.reader.next()) is not None:
            said += self._say(event)
        return said

    def _say(self, event: Event) -> bytes:
        match event:
            case NeedContinuation():
                return say.continuation()
            case BadCommand(tag, text):
                return say.bad(tag, text)
            case BadCharset(tag):
                return say.bad_charset(tag)
            case TooLarge(tag):
                return say.too_large(tag)
            case IdleDone():
                return say.ok(self._idles, "done")
            case ImapRequest(tag, _, command):
                return self._serve(tag, command)
            case ChallengeAnswer():
                raise AssertionError

    def _serve(self, tag: str, command: c.Command) -> bytes:  # noqa: C901, PLR0911, PLR0912 - one row for each verb
        done = say.ok(tag, "done")
        match command:
            case c.Capability():
                return self._capability() + done
            case c.StartTls():
                self.is_private, self.reader = True, ImapReader(AFTER_LOG_IN)
                return say.ok(tag, "begin")
            case c.Login():
                return say.ok(tag, "logged in")
            case c.Select(_, read_only):
                return self._select() + say.selected(tag, read_only=read_only)
            case c.Search(key, uid):
                found = matching(key, self.messages)
                return say.search(one.uid if uid else one.number for one in found) + done
            case c.Fetch(numbers, items, uid):
                return b"".join(fetched(one, items, uid=uid) for one in self._meant(numbers, uid)) + done
            case c.StoreFlags(numbers, change, flags, silent, uid):
                told = [self._store(one, change, flags) for one in self._meant(numbers, uid)]
                return b"".join(flags_response(one, uid=uid) for one in told if not silent) + done
            case c.GetQuotaRoot(folder):
                resources = (say.Resource("STORAGE", 120, 2200), say.Resource("voice", 6, 40))
                return say.quota_root(folder) + say.quota(resources) + done
            case c.List(_, _, subscribed):
                return say.folder_line("INBOX", verb="LSUB" if subscribed else "LIST") + done
            case c.Status(folder, asked):
                return say.status(folder, {item: len(self.messages) for item in asked}) + done
            case c.Append():
                self.appended.append(command)
                return say.ok(tag, "saved", code=say.append_uid(VALIDITY, 12))
            case c.Namespace():
                return say.namespace() + done
            case c.Idle():
                self._idles = tag
                self.reader.expect_done(tag)
                return say.continuation("idling")
            case c.Logout():
                return say.bye("bye") + done
            case _:
                return done

    def _capability(self) -> bytes:
        if self.is_private:
            return say.capability(("IMAP4rev1", "AUTH=PLAIN", "QUOTA", "IDLE", "UIDPLUS", "ID"))
        return say.capability(("IMAP4rev1", "STARTTLS", "LOGINDISABLED"))

    def _select(self) -> bytes:
        return b"".join(
            [
                say.flags_line(),
                say.exists(len(self.messages)),
                say.recent(0),
                say.uid_validity(VALIDITY),
                say.uid_next(330),
                say.permanent_flags(),
            ]
        )

    def _meant(self, numbers: SequenceSet, uid: bool) -> list[ImapMessage]:
        held = [one.uid if uid else one.number for one in self.messages]
        meant = numbers.among(held)
        return [one for one, name in zip(self.messages, held, strict=True) if name in meant]

    def _store(self, one: ImapMessage, change: c.Change, flags: frozenset[str]) -> ImapMessage:
        kept = {c.Change.ADD: one.flags | flags, c.Change.REMOVE: one.flags - flags, c.Change.REPLACE: flags}
        self.messages[one.number - 1] = replace(one, flags=kept[change])
        return self.messages[one.number - 1]
