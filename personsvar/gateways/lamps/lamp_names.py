"""What the switch calls its lamps: the names that dialplan/pjsip.conf and the NOTIFYs share.

Asterisk takes the counts of an unasked NOTIFY for the mailbox of the endpoint that sent it
(`incoming_mwi_mailbox`), and knows the endpoint by the user part of From. So each mailbox has an endpoint
`lamp-NUMBER` that can do nothing else.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from personsvar.mailbox.model.ids import Number

PILOT = "lamps"
"""The pilot lamp: the name of its endpoint, of its place and of its mailbox (see `pilot_lamp`)."""
TEMPLATE = "lamp"
"""The section of dialplan/pjsip.conf that a lamp's endpoint is made from."""


def lamp_of(number: Number) -> str:
    return f"{TEMPLATE}-{number}"


def mailbox_of(name: str) -> str:
    """What a desk phone's own section names in `mailboxes`."""
    return f"{name}@default"


def pilot_sections() -> str:
    """The lines of pjsip.conf for the pilot lamp, which may be asked for, too."""
    return f"""[{PILOT}]({TEMPLATE})
allow_subscribe = yes
rewrite_contact = yes
aors = {PILOT}
incoming_mwi_mailbox = {mailbox_of(PILOT)}

[{PILOT}]
type = aor
mailboxes = {mailbox_of(PILOT)}
"""


def section(number: Number) -> str:
    """The lines of pjsip.conf for one mailbox."""
    return f"[{lamp_of(number)}]({TEMPLATE})\nincoming_mwi_mailbox = {mailbox_of(number)}\n"


def lamp_lines(numbers: Iterable[Number]) -> Iterator[str]:
    """pjsip_lamps.conf: the pilot lamp, then one for each mailbox."""
    yield pilot_sections()
    yield from map(section, numbers)
