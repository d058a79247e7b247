"""Who does things in tests."""

from __future__ import annotations

from personsvar.mailbox.model.audit import Actor, ActorKind

ROOT = Actor(ActorKind.COMMAND_LINE, "root")
