"""What a lamp is told: the body of a message-summary (RFC 3842, section 5).

    Messages-Waiting: yes
    Message-Account: sip:+4790000001@127.0.0.1:5060
    Voice-Message: 2/8 (1/0)

New before the slash, old (heard or saved) behind it; of these, in parentheses, the urgent ones. An old
message is urgent no more: nobody waits for an answer to what was heard.
"""

from __future__ import annotations

import re

from personsvar.mailbox.model.message import Counts

CONTENT_TYPE = "application/simple-message-summary"
EVENT = "message-summary"


def summary(counts: Counts, *, account: str) -> str:
    """`account`: the mailbox as a SIP URI."""
    lines = (
        f"Messages-Waiting: {'yes' if counts.new else 'no'}",
        f"Message-Account: {account}",
        f"Voice-Message: {counts.new}/{counts.heard + counts.saved} ({counts.urgent}/0)",
        "",
    )
    return "\r\n".join(lines)


def is_lit(body: str) -> bool | None:
    """Whether messages wait; None when the body does not say."""
    found = re.search(r"^Messages-Waiting[ \t]*:[ \t]*(yes|no)\b", body, re.IGNORECASE | re.MULTILINE)
    return None if found is None else found[1].lower() == "yes"
