"""Who types: the account's name on this machine, for the audit trail."""

from __future__ import annotations

import os
import pwd

from personsvar.mailbox.model.audit import Actor, ActorKind


def typist() -> Actor:
    user = os.getuid()
    try:
        name = pwd.getpwuid(user).pw_name
    except KeyError:  # a container's user need not have one
        name = f"uid {user}"
    return Actor(ActorKind.COMMAND_LINE, name)
