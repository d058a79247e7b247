"""One SMTP session with the mail server, open for many mails (RFC 5321).

MAIL FROM:<…> SIZE=…     250      until here nothing of the mail was written:
RCPT TO:<…>              250      a loss is no outcome at all
DATA                     354
the mail, and a lone .   250      a loss from here on: it may have arrived
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable
from dataclasses import dataclass, field
from typing import TypeVar, cast

import aiosmtplib
from aiosmtplib.errors import SMTPException, SMTPResponseException

from personsvar.gateways.email.smtp_replies import LostError, MailTooLargeError, Stage, meaning, quoted
from personsvar.notifier.delivery_errors import DeliveryError, OutcomeUnknownError, UndeliverableError

_LINE_WITH_DOT = re.compile(rb"^\.", re.MULTILINE)
_GO_ON = 354
_DONE = range(200, 300)
_NOT_NOW = 400
QUIT_SECONDS = 2.0

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Envelope:
    sender: str
    recipient: str
    content: bytes = field(repr=False)
    """With CRLF; 7 bits only, but for a recipient with other letters, who stands in the headers."""

    @property
    def in_any_letters(self) -> bool:
        return not self.recipient.isascii()


class SmtpConnection:
    def __init__(self, session: aiosmtplib.SMTP) -> None:
        self._session = session
        self.rested = False
        """It was kept open for a next mail: it may have died since."""

    @property
    def is_open(self) -> bool:
        return self._session.is_connected

    async def hand_over(self, envelope: Envelope, *, announced_by: float, done_by: float) -> None:
        """Return when the server took it. Raise what its answer means; `smtp_replies` says how.

        The two times are the loop's.
        """
        try:
            async with asyncio.timeout_at(announced_by):
                await self._announce(envelope)
        except OSError as wrong:  # TimeoutError and aiosmtplib's SMTPServerDisconnected are OSErrors
            self.drop()
            raise LostError(f"the connection was lost: {why(wrong)}") from wrong
        except asyncio.CancelledError:
            self.drop()
            raise
        except (DeliveryError, UndeliverableError):
            await self._begin_anew()
            raise
        await self._write(envelope, done_by)

    async def quit(self) -> None:
        """Take leave; a server that does not answer is left all the same."""
        try:
            async with asyncio.timeout(QUIT_SECONDS):
                await self._session.quit()
        except (OSError, SMTPException):
            pass  # it was over already
        finally:
            self.drop()

    def drop(self) -> None:
        """Leave at once; what still waits to be written is never sent."""
        transport = self._session.transport
        if transport is not None:
            cast("asyncio.WriteTransport", transport).abort()
        self._session.close()

    async def _announce(self, envelope: Envelope) -> None:
        largest = self._session.esmtp_extensions.get("size", "")
        size = len(envelope.content)
        if largest.isdigit() and 0 < int(largest) < size:
            raise MailTooLargeError(f"larger than the {largest} bytes the server takes")
        session, to = self._session, envelope.recipient
        options = [f"SIZE={size}"] if session.supports_extension("size") else []  # RFC 1870
        if envelope.in_any_letters:
            options += self._any_letters()
        await _reply(session.mail(envelope.sender, options=options, encoding="utf-8"), Stage.SENDER, to)
        await _reply(session.rcpt(to, encoding="utf-8"), Stage.RECIPIENT, to)
        answer = await _reply(session.execute_command(b"DATA"), Stage.CONTENT, to)
        if answer.code != _GO_ON:
            raise meaning(answer.code, answer.message, Stage.CONTENT, recipient=to)

    def _any_letters(self) -> list[str]:
        """For an address with letters outside ASCII before the @ (RFC 6531, section 3.4)."""
        if not self._session.supports_extension("smtputf8"):
            raise UndeliverableError(
                "the address has other letters than a-z before the @, and the mail server takes none such "
                "(it offers no SMTPUTF8)"
            )
        return ["SMTPUTF8", "BODY=8BITMIME"]

    async def _write(self, envelope: Envelope, done_by: float) -> None:
        """The `data()` of aiosmtplib does not tell whether a loss came before the mail or after it."""
        protocol = self._session.protocol
        if protocol is None:
            raise LostError("the connection was lost")
        try:
            async with asyncio.timeout_at(done_by):
                protocol.write(_LINE_WITH_DOT.sub(b"..", envelope.content) + b".\r\n")
                answer = await protocol.read_response()
        except SMTPResponseException as wrong:
            self.drop()
            raise OutcomeUnknownError(quoted(wrong.code, wrong.message)) from wrong
        except OSError as wrong:
            raise self._lost_with_the_mail(wrong) from wrong
        except asyncio.CancelledError:
            self.drop()
            raise
        if answer.code < _NOT_NOW and answer.code not in _DONE:
            self.drop()
            raise OutcomeUnknownError(f"an answer that is none: {quoted(answer.code, answer.message)}")
        if answer.code >= _NOT_NOW:
            await self._begin_anew()
            raise meaning(answer.code, answer.message, Stage.CONTENT, recipient=envelope.recipient)

    def _lost_with_the_mail(self, wrong: OSError) -> LostError | OutcomeUnknownError:
        """While a part of the mail waits here unwritten, its end was not sent either."""
        transport = self._session.transport
        unsent = 0 if transport is None else cast("asyncio.WriteTransport", transport).get_write_buffer_size()
        self.drop()
        if unsent:
            return LostError(f"the server took only a part of the mail: {why(wrong)}")
        return OutcomeUnknownError(f"no answer to the whole mail: {why(wrong)}")

    async def _begin_anew(self) -> None:
        """After a refusal the next mail starts from nothing; where that fails, on another connection."""
        try:
            async with asyncio.timeout(QUIT_SECONDS):
                await self._session.rset()
        except (OSError, SMTPException):
            self.drop()


async def _reply(answer: Awaitable[T], stage: Stage, recipient: str) -> T:
    try:
        return await answer
    except SMTPResponseException as wrong:
        raise meaning(wrong.code, wrong.message, stage, recipient=recipient) from wrong


def why(wrong: Exception) -> str:
    return str(wrong) or type(wrong).__name__
