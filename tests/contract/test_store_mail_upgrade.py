"""A mailbox from before mail programs: its messages and greetings are all there, without a mark."""

from __future__ import annotations

from alembic import command
from sqlalchemy import text

from personsvar.mailbox.model.greeting import GreetingKind
from personsvar.mailbox.model.message import Marks, State
from personsvar.storage import SqlStore, upgrade
from personsvar.storage.one_at_a_time import engine_of
from personsvar.storage.versions import scripts
from tests.contract.stores import KARI
from tests.contract.test_store_outbox_upgrade import SUBSCRIBER

BEFORE = "0004"
AT = "2025-03-03 12:00:00.000000"
SOUND = "INSERT INTO sounds (id, alaw) VALUES (1, :alaw)"
MESSAGE = """
    INSERT INTO messages (
        id, mailbox, spool_id, received_at, sound_id, seconds, urgent, state, state_before, since
    ) VALUES (7, :number, 'call-1', :at, 1, 3.2, false, 'new', 'new', :at)
"""
GREETING = """
    INSERT INTO greetings (id, mailbox, kind, sound_id, seconds, recorded_at, in_use)
    VALUES (9, :number, 'personal', 1, 3.2, :at, true)
"""


def test_it_is_as_it_was(empty_url: str) -> None:
    engine = engine_of(empty_url)
    with engine.begin() as connection:
        command.upgrade(scripts(connection), BEFORE)
        connection.execute(text(SUBSCRIBER), {"number": KARI})
        connection.execute(text(SOUND), {"alaw": b"sound"})
        for row in (MESSAGE, GREETING):
            connection.execute(text(row), {"number": KARI, "at": AT})
    engine.dispose()
    upgrade(empty_url)
    store = SqlStore(empty_url)
    with store.look() as work:
        (message,) = work.messages.list(KARI)
        (listed,) = work.messages.listed(KARI, (State.NEW,))
        (greeting,) = work.greetings.listed(KARI, (GreetingKind.PERSONAL,))
    store.close()
    assert (message.id, message.marks) == (7, Marks())
    assert (listed.id, listed.flags, listed.amr_bytes, listed.text_octets) == (7, frozenset(), None, 0)
    assert (greeting.greeting.id, greeting.in_use, greeting.flags) == (9, True, frozenset())
