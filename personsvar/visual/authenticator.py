"""Logging in: a subscriber's number, and the password the service made for the phone.

The password is looked at first, always: whoever has the right one comes in, whatever others tried before.
Unknown number, wrong password, locked out: the same words after the same time, so nobody learns which it
was. Only who had the right password hears that the account is blocked. Wrong ones are counted by account and
by network (`password_lockout`); during a lock-out, one more is the connection's last.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import dataclass, field, replace
from zoneinfo import ZoneInfo

from personsvar.loop_thread import off_loop
from personsvar.mailbox.model.ids import Number, PasswordHash
from personsvar.mailbox.model.subscriber import Subscriber
from personsvar.mailbox.model.visual_account import VisualAccount, VisualStatus
from personsvar.mailbox.services import Services
from personsvar.mailbox.visual.accounts import owner_of
from personsvar.mailbox.visual.password import password_matches
from personsvar.visual.password_lockout import ACCOUNT, NETWORK, PasswordLockout
from personsvar.visual.session_figures import SessionFigures
from personsvar.visual.unidentified import network_of
from personsvar.vvm.imap.sasl import Credentials

log = logging.getLogger(__name__)

REFUSAL_SECONDS = 1.0
"""A refusal comes so long after the question, whatever is wrong."""
INVALID, BLOCKED, INACTIVE = "invalid password", "user is blocked", "service is not activated"
"""Clients compare these letter by letter."""
LONGEST_USER = 100


@dataclass(frozen=True, slots=True)
class LoggedIn:
    """Who has logged in."""

    account: VisualAccount
    zone: ZoneInfo

    @property
    def number(self) -> Number:
        return self.account.number


@dataclass(frozen=True, slots=True)
class LoginRefused:
    text: str
    ends: bool = False
    """The session closes the connection: there were too many."""


@dataclass(slots=True)
class Authenticator:
    services: Services
    threads: Executor
    figures: SessionFigures
    refusal_seconds: float = REFUSAL_SECONDS
    _accounts: PasswordLockout = field(default_factory=lambda: PasswordLockout(ACCOUNT))
    _networks: PasswordLockout = field(default_factory=lambda: PasswordLockout(NETWORK))

    async def authenticate(self, credentials: Credentials, address: str) -> LoggedIn | LoginRefused:
        """Raise StoreUnavailableError. A refusal takes its time."""
        now: Callable[[], float] = asyncio.get_running_loop().time
        began = now()
        result = await self._check(credentials, address, began)
        if isinstance(result, LoggedIn):
            self.figures.log_ins += 1
            return result
        await asyncio.sleep(max(0, began + self.refusal_seconds - now()))
        return result

    async def _check(self, credentials: Credentials, address: str, now: float) -> LoggedIn | LoginRefused:
        number = owner_of(credentials.user[:LONGEST_USER], region=self.services.rules.home_region)
        key = number or credentials.user[:LONGEST_USER].lower()
        subscriber, account = await off_loop(self.threads, self._owner, number)
        right = password_matches(credentials.password, None if account is None else account.password)
        if subscriber is None or account is None or not right:
            return self._wrong(key, address, number, now)
        self._accounts.note_success(key)
        if not account.is_active:
            blocked = account.status is VisualStatus.BLOCKED
            why, text = ("blocked", BLOCKED) if blocked else ("inactive", INACTIVE)
            return self._refused(why, text, number)
        return LoggedIn(account, ZoneInfo(subscriber.time_zone))

    def _owner(self, number: Number | None) -> tuple[Subscriber | None, VisualAccount | None]:
        """A number that is nobody's costs the same look."""
        asked = number or Number("")
        with self.services.store.look() as uow:
            return uow.subscribers.get(asked), uow.visual.get(asked)

    def _wrong(self, key: str, address: str, number: Number | None, now: float) -> LoginRefused:
        network = network_of(address)
        closed = self._accounts.is_locked(key, now) or self._networks.is_locked(network, now)
        if self._accounts.note_failure(key, now):
            log.warning(
                "log-in closed for an account", extra={"pii.account": number or "", "pii.address": address}
            )
        if self._networks.note_failure(network, now):
            log.warning("log-in closed for an address", extra={"pii.address": network})
        return replace(self._refused("closed" if closed else "wrong", INVALID, number), ends=closed)

    def _refused(self, why: str, text: str, number: Number | None) -> LoginRefused:
        self.figures.refused[why] += 1
        log.info("log-in refused", extra={"why": why, "pii.number": number or ""})
        return LoginRefused(text)


def still_valid(services: Services, passwords: dict[Number, PasswordHash | None]) -> set[Number]:
    """The accounts that are as they were when somebody logged in with these passwords."""
    with services.store.look() as uow:
        now = {number: uow.visual.get(number) for number in passwords}
    return {
        number
        for number, account in now.items()
        if account is not None and account.is_active and account.password == passwords[number]
    }
