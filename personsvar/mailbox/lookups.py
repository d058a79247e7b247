"""What other rooms look up in the store: each look is a unit of work of its own."""

from __future__ import annotations

from personsvar.mailbox.model.ids import NoticeId, Number, SoundId
from personsvar.mailbox.model.ledger import History
from personsvar.mailbox.model.notice import Notice
from personsvar.mailbox.model.subscriber import Subscriber
from personsvar.mailbox.model.visual_account import VisualAccount
from personsvar.mailbox.services import Services
from personsvar.mailbox.waveform import waveform


def subscriber(services: Services, number: Number) -> Subscriber | None:
    with services.store.look() as uow:
        return uow.subscribers.get(number)


def sound(services: Services, which: SoundId) -> bytes:
    """The A-law bytes. Raise KeyError when it is gone."""
    return services.store.sound(which)


def waveform_of(services: Services, which: SoundId) -> bytes:
    """Of a message from before there were any, it is drawn now. Raise KeyError when it is gone."""
    with services.store.look() as uow:
        return uow.sounds.waveform(which) or waveform(uow.sounds.read(which))


def visual_account(services: Services, number: Number) -> VisualAccount | None:
    with services.store.look() as uow:
        return uow.visual.get(number)


def notice(services: Services, which: NoticeId) -> Notice | None:
    with services.store.look() as uow:
        return uow.outbox.get(which)


def notice_and_history(services: Services, which: NoticeId) -> tuple[Notice, History] | None:
    with services.store.look() as uow:
        found = uow.outbox.get(which)
        return None if found is None else (found, uow.outbox.history(which))
