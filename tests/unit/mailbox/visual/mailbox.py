"""A mailbox seen from both sides: the mail program's and the phone's."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from personsvar.mailbox import listening
from personsvar.mailbox.model.greeting import GreetingKind
from personsvar.mailbox.model.ids import MessageId, Number, SpoolId
from personsvar.mailbox.model.message import Message, State
from personsvar.mailbox.ports.store import Store
from personsvar.mailbox.rules import Rules
from personsvar.mailbox.services import Services
from personsvar.mailbox.visual import view
from personsvar.mailbox.visual.view import Folder, FolderEntry
from tests.contract.stores import SOUND, subscribe
from tests.fakes.bank_holidays import NamedBankHolidays
from tests.fakes.clock_and_chance import SeededDice, SetClock
from tests.fakes.memory import MemoryStore
from tests.unit.mailbox.use_cases import KARI, MONDAY, STRANGER, GlassVault

INBOX, TRASH, GREETINGS = Folder.INBOX, Folder.TRASH, Folder.GREETINGS
SEEN, DELETED = "\\Seen", "\\Deleted"


class Mailbox:
    """Kari's. Each message is left a minute after the one before."""

    def __init__(self, store: Store | None = None, rules: Rules | None = None) -> None:
        self.store = store or MemoryStore()
        self.clock = SetClock(MONDAY)
        self.rules = rules or Rules()
        subscribe(self.store, KARI)
        self._left = 0

    @property
    def services(self) -> Services:
        return Services(self.store, self.clock, SeededDice(), GlassVault(), self.rules, NamedBankHolidays())

    # ---- a caller, and the phone menu

    def leaves(self, state: State = State.NEW, *, urgent: bool = False, mailbox: Number = KARI) -> int:
        self._left += 1
        self.clock.go_on(minutes=1)
        now = self.clock.now()
        with self.store.begin() as uow:
            sound = uow.sounds.add(SOUND, of=mailbox)
            spool_id = SpoolId(f"call-{self._left}")
            new = Message(MessageId(0), mailbox, spool_id, STRANGER, now, sound, urgent)
            added = uow.messages.add(
                replace(new, state=state, changed_at=None if state is State.NEW else now)
            )
            uow.commit()
        return added.id

    def hears(self, uid: int) -> None:
        listening.heard(self.services, MessageId(uid))

    def saves(self, uid: int) -> None:
        listening.save(self.services, MessageId(uid))

    def deletes(self, uid: int) -> None:
        listening.delete(self.services, MessageId(uid))

    def takes_back(self, uid: int) -> None:
        listening.take_back(self.services, MessageId(uid))

    def records(self, kind: GreetingKind = GreetingKind.PERSONAL, alaw: bytes = SOUND) -> int:
        with self.store.begin() as uow:
            made = uow.greetings.add(KARI, kind, uow.sounds.add(alaw, of=KARI), self.clock.now())
            uow.commit()
        return made.id

    def message(self, uid: int) -> Message:
        found = listening.message(self.services, MessageId(uid))
        assert found is not None
        return found

    def state(self, uid: int) -> State:
        return self.message(uid).state

    # ---- the mail program

    def shows(self, folder: Folder = INBOX) -> dict[int, set[str]]:
        return {it.uid: set(it.flags) for it in self.entries(folder)}

    def entries(self, folder: Folder = INBOX) -> list[FolderEntry]:
        return list(view.entries(self.services, KARI, folder))

    def adds(self, uids: Collection[int], *flags: str, folder: Folder = INBOX) -> dict[int, set[str]]:
        told = view.add_flags(self.services, KARI, folder, uids, flags)
        return {uid: set(now) for uid, now in told.items()}

    def takes_off(self, uids: Collection[int], *flags: str, folder: Folder = INBOX) -> dict[int, set[str]]:
        told = view.remove_flags(self.services, KARI, folder, uids, flags)
        return {uid: set(now) for uid, now in told.items()}

    def stores(self, changes: dict[int, set[str]], folder: Folder = INBOX) -> dict[int, set[str]]:
        exact = {uid: frozenset(flags) for uid, flags in changes.items()}
        told = view.store_flags(self.services, KARI, folder, exact)
        return {uid: set(now) for uid, now in told.items()}

    def downloads(self, *uids: int) -> None:
        view.note_download(self.services, KARI, uids)

    def expunges(self, folder: Folder = INBOX) -> list[int]:
        """Of all it sees there, as EXPUNGE does."""
        return list(view.expunge(self.services, KARI, folder, list(self.shows(folder))))

    def removes(self, *uids: int) -> list[int]:
        self.adds(uids, DELETED)
        return self.expunges()
