"""STATE and MBOXUPDATE, as far as an iPhone's dialect is publicly known.

STATE?state=Active;server=vvm.example.net;port=993;pw=…;name=4790000001
STATE?state=NewAccount;…        the phone asks its user for a PIN and a greeting
STATE?state=NotAvailable
MBOXUPDATE?m=3                  something changed; three messages are new
"""

from __future__ import annotations

from personsvar.vvm.sms.fields import joined
from personsvar.vvm.sms.omtp import LARGEST_COUNT
from personsvar.vvm.sms.values import ClientLogin, ProvisioningStatus

_NAMES = {ProvisioningStatus.NEW: "NewAccount", ProvisioningStatus.READY: "Active"}


def state(now: ProvisioningStatus, login: ClientLogin | None) -> str:
    """All four of server, port, name and password, or none: fewer configure nothing."""
    if login is None or now not in _NAMES:
        return "STATE?state=NotAvailable"
    fields = joined(
        ("state", _NAMES[now]),
        ("server", login.host),
        ("port", login.tls_port),
        ("pw", login.password),
        ("name", login.user.partition("@")[0]),
    )
    return f"STATE?{fields}"


def mailbox_update(new_count: int) -> str:
    return f"MBOXUPDATE?m={min(max(new_count, 0), LARGEST_COUNT)}"
