"""APPEND: a greeting that the phone recorded.

Nobody vouches for what comes: it is counted frame by frame, decoded in a process of its own, made as loud as
the prompts and kept as A-law. What callers hear is never what was sent. Other folders take nothing in.
"""

from __future__ import annotations

from personsvar.loop_thread import off_loop
from personsvar.mailbox.visual import greetings, view
from personsvar.mailbox.visual.view import Folder, GreetingTooLongError
from personsvar.visual.commands.folders import NO_SUCH_FOLDER, NOT_ALLOWED, folder_called
from personsvar.visual.imap_session import ImapSession
from personsvar.visual.mail_builder import KINDS
from personsvar.voice.encoder import EncodingFailedError
from personsvar.vvm.imap import commands as c
from personsvar.vvm.imap import flags, responses
from personsvar.vvm.imap.mime import ReceivedGreeting, read_greeting

ON = frozenset({flags.GREETING_ON, flags.APPLE_GREETING_ON})
TOO_LONG = "greeting too long"
HAS_KEYS = "greeting holds key tones"
"""A greeting with key tones could dial for a caller (fraud): refused on the phone as well."""


async def append(session: ImapSession, tag: str, command: c.Append) -> bytes:
    folder = folder_called(command.folder)
    if folder is None:
        return responses.no(tag, NO_SUCH_FOLDER, "TRYCREATE")
    if folder is not Folder.GREETINGS:
        return responses.no(tag, NOT_ALLOWED, "CANNOT")
    received = await off_loop(session.context.threads, read_greeting, command.message)
    if not isinstance(received, ReceivedGreeting):
        return responses.no(tag, received.text, "CANNOT")
    return await _accept(session, tag, command, received)


async def _accept(session: ImapSession, tag: str, command: c.Append, received: ReceivedGreeting) -> bytes:
    longest = greetings.max_seconds(session.context.services.rules)
    if received.seconds > longest:
        return responses.no(tag, TOO_LONG, "LIMIT")
    try:
        heard = await session.context.recordings.encoder.greeting(received.amr, max_seconds=longest)
    except EncodingFailedError:
        return responses.no(tag, "the audio can't be read", "CANNOT")
    if heard.holds_keys:
        return responses.no(tag, HAS_KEYS, "CANNOT")
    try:
        uid = await _keep(session, command, received, heard.alaw)
    except GreetingTooLongError:
        return responses.no(tag, TOO_LONG, "LIMIT")
    session.mailbox_changed()
    return responses.ok(tag, "saved", responses.append_uid(view.UIDVALIDITY, uid))


async def _keep(session: ImapSession, command: c.Append, received: ReceivedGreeting, alaw: bytes) -> int:
    now = session.context.services.clock.now()
    uid = await session.in_mailbox(
        view.append_greeting,
        alaw=alaw,
        kind=KINDS[received.kind],
        active=bool(command.flags & ON),
        at=now if command.at is None else min(command.at, now),
    )
    if more := command.flags & frozenset(flags.STORABLE) - ON:
        await session.in_mailbox(view.add_flags, Folder.GREETINGS, (uid,), more)
    return uid
