"""The way to a mail server: TCP, TLS, a greeting, perhaps a log-in; or why there is none."""

from __future__ import annotations

import asyncio
import ssl

import aiosmtplib
from aiosmtplib.errors import SMTPAuthenticationError, SMTPException, SMTPResponseException

from personsvar.gateways.email.mail_server import MailServer
from personsvar.gateways.email.smtp_connection import SmtpConnection, why
from personsvar.gateways.email.smtp_replies import OperatorsMistakeError, quoted
from personsvar.notifier.delivery_errors import GatewayAwayError

_PERMANENT = 500


async def connect(
    server: MailServer, tls: ssl.SSLContext | None, *, own_name: str, by: float
) -> SmtpConnection:
    """Raise GatewayAwayError when nobody is there, OperatorsMistakeError when we are not wanted."""
    session = aiosmtplib.SMTP(
        hostname=server.host,
        port=server.port,
        username=server.user,
        password=None if server.user is None else server.password,
        local_hostname=own_name,
        timeout=None,  # one limit for all of it
        use_tls=server.safety == "tls",
        start_tls=server.safety == "starttls",  # None would fall back to clear text, silently
        tls_context=tls,
    )
    try:
        async with asyncio.timeout_at(by):
            await session.connect()
            if session.is_ehlo_or_helo_needed:
                await session.ehlo()
    except (OSError, SMTPException) as wrong:
        session.close()
        raise _refused(wrong) from wrong
    return SmtpConnection(session)


def _refused(wrong: Exception) -> GatewayAwayError:
    """Why there is no connection: nobody there, or a mistake that only the operator can mend."""
    if isinstance(wrong, ssl.SSLError) or isinstance(wrong.__cause__, ssl.SSLError):
        return OperatorsMistakeError(f"TLS: {wrong.__cause__ or wrong}")
    if isinstance(wrong, SMTPAuthenticationError) and wrong.code >= _PERMANENT:
        return OperatorsMistakeError(f"log-in refused: {quoted(wrong.code, wrong.message)}")
    if isinstance(wrong, SMTPResponseException):
        return GatewayAwayError(quoted(wrong.code, wrong.message))
    if isinstance(wrong, OSError):
        return GatewayAwayError(why(wrong))
    return OperatorsMistakeError(why(wrong))  # no STARTTLS, or no AUTH, where they are asked for
