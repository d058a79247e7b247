"""ENVELOPE (RFC 3501 section 7.4.2).

Date, subject, from, sender, reply-to, to, cc, bcc, in-reply-to, message-id.
"""

from __future__ import annotations

from personsvar.vvm.imap.mime.mime_mail import MailAddress, MimeMail
from personsvar.vvm.imap.months import mail_date
from personsvar.vvm.imap.writing import listed, string

_NOBODY = b"NIL"


def envelope(mail: MimeMail) -> bytes:
    sender = _addresses(mail.sender)  # also where Sender and Reply-To are missing
    return listed(
        [
            string(mail_date(mail.date)),
            string(mail.subject),
            sender,
            sender,
            sender,
            _addresses(mail.to),
            _NOBODY,
            _NOBODY,
            b"NIL",
            string(mail.message_id),
        ]
    )


def _addresses(address: MailAddress) -> bytes:
    return b"((NIL NIL %b %b))" % (string(address.local), string(address.host))
