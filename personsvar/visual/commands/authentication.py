"""Before and around the folders: CAPABILITY, NOOP, LOGOUT, ID, and logging in (RFC 3501, 6.1 and 6.2)."""

from __future__ import annotations

from personsvar.visual.authenticator import LoginRefused
from personsvar.visual.imap_session import ImapSession, SessionEndedError
from personsvar.vvm.imap import commands as c
from personsvar.vvm.imap import responses, sasl
from personsvar.vvm.imap.events import BadCommand, ChallengeAnswer
from personsvar.vvm.imap.malformed import MalformedError

CLEAR = ("IMAP4rev1", "STARTTLS", "LOGINDISABLED")
BEFORE = ("IMAP4rev1", "AUTH=PLAIN")
MORE = ("QUOTA", "IDLE", "UIDPLUS", "ID", "NAMESPACE", "MOVE", "UNSELECT", "LITERAL+", "CHILDREN")
"""No CONDSTORE, COMPRESS or ESEARCH: every client does without. No DIGEST-MD5: it needs the password kept."""
NOT_IN_CLEAR = "command not allowed"
MOST_REFUSALS = 3


async def capability(session: ImapSession, tag: str, _: c.Capability) -> bytes:
    if not session.connection.is_encrypted:
        names: tuple[str, ...] = CLEAR
    else:
        names = (*BEFORE, *MORE) if session.user is None else ("IMAP4rev1", *MORE)
    return responses.capability(names) + responses.ok(tag, "done")


async def noop(session: ImapSession, tag: str, _: c.Noop | c.Check) -> bytes:  # noqa: ARG001 - the news are the answer
    return responses.ok(tag, "done")


async def logout(session: ImapSession, tag: str, _: c.Logout) -> bytes:
    session.is_over = True
    return responses.bye("logging out") + responses.ok(tag, "done")


async def identify(session: ImapSession, tag: str, _: c.Identify) -> bytes:  # noqa: ARG001 - all are told the same
    return responses.identity((("name", "personsvar"),)) + responses.ok(tag, "done")


async def start_tls(session: ImapSession, tag: str, _: c.StartTls) -> bytes:
    """Bytes behind STARTTLS would be taken for the client's own words under TLS (CVE-2011-0411)."""
    connection = session.connection
    if connection.is_encrypted:
        return responses.bad(tag, "TLS is there already")
    if session.reader.pending or connection.has_input:
        raise SessionEndedError("nothing may follow STARTTLS")
    context = session.context.certificate.context()
    connection.write(responses.ok(tag, "begin"))
    session.reset_reader()
    await connection.start_tls(context)
    return b""


async def login(session: ImapSession, tag: str, command: c.Login) -> bytes:
    return await _log_in(session, tag, sasl.Credentials(command.user, command.password))


async def authenticate(session: ImapSession, tag: str, command: c.Authenticate) -> bytes:
    if not session.connection.is_encrypted:
        return _in_clear(session, tag)
    if command.mechanism not in sasl.MECHANISMS:
        return responses.no(tag, "unknown mechanism", "CANNOT")
    try:
        ask = _plain if command.mechanism == "PLAIN" else _name_and_password
        credentials = await ask(session, tag, command.initial)
    except MalformedError as mistake:
        return responses.bad(tag, str(mistake))
    return await _log_in(session, tag, credentials)


async def _plain(session: ImapSession, tag: str, initial: bytes | None) -> sasl.Credentials:
    return sasl.plain(await _asked(session, tag, b"") if initial is None else initial)


async def _name_and_password(session: ImapSession, tag: str, initial: bytes | None) -> sasl.Credentials:
    user = await _asked(session, tag, sasl.NAME_PLEASE) if initial is None else initial
    return sasl.credentials(user, await _asked(session, tag, sasl.PASSWORD_PLEASE))


async def _asked(session: ImapSession, tag: str, challenge: bytes) -> bytes:
    session.reader.expect_answer(tag)
    await session.send(responses.challenge(challenge))
    match await session.next_event():
        case ChallengeAnswer(data):
            return data
        case BadCommand(_, text):
            raise MalformedError(text)
        case _:
            raise MalformedError("too large")


async def _log_in(session: ImapSession, tag: str, credentials: sasl.Credentials) -> bytes:
    if not session.connection.is_encrypted:
        return _in_clear(session, tag)
    result = await session.context.authenticator.authenticate(credentials, session.connection.address)
    if isinstance(result, LoginRefused):
        session.refused_log_ins += 1
        session.is_over = result.ends or session.refused_log_ins >= MOST_REFUSALS
        bye = responses.bye("too many log-ins") if session.is_over else b""
        return responses.no(tag, result.text) + bye
    session.log_in(result)
    return responses.ok(tag, "logged in")


def _in_clear(session: ImapSession, tag: str) -> bytes:
    session.context.figures.refused["clear"] += 1
    return responses.no(tag, NOT_IN_CLEAR, "PRIVACYREQUIRED")
