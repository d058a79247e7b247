"""What messages say, as mail programs see it: a text part, where the words were there in time.

A mail program takes a mail's size, parts and bytes for what they will always be (RFC 3501, 2.3.1.1). So who
is first told of any of these settles it: the words that are there then are its text part, and what is written
down later is not shown. Who keeps a transcript holds its owner's row, as is done here.

A text that was told keeps its length, whatever becomes of the words: others, of the same recording, stand in
its room (`as_mail_text`), and in place of words that their owner has removed there are blanks.
"""

from __future__ import annotations

from collections.abc import Mapping

from personsvar.mailbox.model.ids import MessageId, Number
from personsvar.mailbox.ports.store import UnitOfWork
from personsvar.mailbox.services import Services
from personsvar.mailbox.transcription.as_mail_text import in_room, mail_text, octets_of


def texts(
    services: Services, mailbox: Number, known: Mapping[int, int | None], *, shown: bool
) -> Mapping[int, str]:
    """The text of each of these that has one; `known`: how long it is told to be, as the session knows.

    Not `shown`: its client is told of all of them without one.
    """
    rooms = {MessageId(uid): octets for uid, octets in known.items()}
    if None in rooms.values():
        rooms = _settled(services, mailbox, rooms, shown=shown)
    rooms = {message: octets for message, octets in rooms.items() if octets and shown}
    if not rooms:
        return {}
    with services.store.look() as uow:
        made = uow.transcripts.some(list(rooms))
    return {message: in_room(made.get(message), octets) for message, octets in rooms.items() if octets}


def _settled(
    services: Services, mailbox: Number, known: Mapping[MessageId, int | None], *, shown: bool
) -> dict[MessageId, int | None]:
    """How long the text of each is, now that it is told."""
    with services.store.begin() as uow:
        uow.by_client = True
        uow.subscribers.get(mailbox, for_change=True)
        told = dict(uow.mail_texts.told(mailbox, list(known)))
        new = _lengths(uow, [message for message, octets in told.items() if octets is None], shown=shown)
        uow.mail_texts.tell(new)
        uow.commit()
    return told | new


def _lengths(uow: UnitOfWork, untold: list[MessageId], *, shown: bool) -> dict[MessageId, int]:
    made = uow.transcripts.some(untold) if untold and shown else {}
    return {message: octets_of(mail_text(made.get(message))) for message in untold}
