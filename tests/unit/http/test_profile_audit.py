"""What a subscriber does on the page stands in the audit trail, once for each time that something changed."""

from __future__ import annotations

import pytest

from personsvar.mailbox.model.audit import Actor, ActorKind, AuditAction
from tests.unit.http.profile_browser import ProfileBrowser, ProfileWorld

pytestmark = pytest.mark.anyio


async def test_each_change_of_a_message_is_in_the_audit_trail_as_the_owners(
    world: ProfileWorld, ola: ProfileBrowser
) -> None:
    message, owner = world.leave(world.backend.ola.number), world.backend.ola.number
    await ola.get("/profile")
    for change in ("heard", "heard", "save", "delete", "delete", "take-back"):
        await ola.post(f"/profile/messages/{message.id}/{change}")
    with world.backend.services.store.look() as uow:
        entries = uow.audit.list()
    told = {(entry.actor, entry.mailbox) for entry in entries}
    assert told == {(Actor(ActorKind.SUBSCRIBER, owner), owner)}
    assert [(entry.action, entry.detail) for entry in reversed(entries)] == [
        (AuditAction.MESSAGE_CHANGED, f"message {message.id}: heard"),
        (AuditAction.MESSAGE_CHANGED, f"message {message.id}: saved"),
        (AuditAction.MESSAGE_DELETED, f"message {message.id}: deleted"),
        (AuditAction.MESSAGE_TAKEN_BACK, f"message {message.id}: saved"),
    ]


async def test_each_session_that_ends_by_hand_is_in_the_audit_trail(
    world: ProfileWorld, ola: ProfileBrowser
) -> None:
    async with world.browser() as other, world.browser() as third:
        await other.log_in()
        await third.log_in()
        with world.backend.services.store.look() as uow:
            ids = sorted(session.id for session in uow.web_sessions.listed(world.backend.ola.number))
        await ola.post(f"/profile/sessions/{ids[1]}/end")
        await third.post("/profile/log-out")
    assert (await ola.post(f"/profile/sessions/{ids[1]}/end")).status_code == 404
    await ola.post("/profile/log-out-everywhere")
    with world.backend.services.store.look() as uow:
        entries = uow.audit.list()
    assert {(entry.actor, entry.mailbox) for entry in entries} == {
        (Actor(ActorKind.SUBSCRIBER, world.backend.ola.number), world.backend.ola.number)
    }
    assert [(entry.action, entry.detail) for entry in reversed(entries)] == [
        (AuditAction.SESSION_ENDED, f"session {ids[1]}"),
        (AuditAction.SESSION_ENDED, f"session {ids[2]}"),
        (AuditAction.SESSION_ENDED, "every session: 1"),
    ]
