"""An answer or a piece of news in the dialect of the phone it is for."""

from __future__ import annotations

from dataclasses import dataclass

from personsvar.vvm.sms import iphone, omtp
from personsvar.vvm.sms.dialects import PREFIX, Dialect
from personsvar.vvm.sms.values import ClientLogin, NewMessage, ProvisioningStatus, Terms


@dataclass(frozen=True, slots=True)
class Speech:
    """How one phone is spoken to. What it returns is ASCII, and fit for an SMS or an application's port."""

    dialect: Dialect
    prefix: str = PREFIX

    def status(
        self,
        state: ProvisioningStatus,
        login: ClientLogin | None = None,
        terms: Terms = Terms(),  # noqa: B008 - frozen
    ) -> str:
        if self.dialect is Dialect.IPHONE:
            return iphone.state(state, login)
        return omtp.status(self.dialect, self.prefix, state, login, terms)

    def new_message(self, message: NewMessage, new_count: int) -> str:
        if self.dialect is Dialect.IPHONE:
            return iphone.mailbox_update(new_count)
        return omtp.new_message(self.dialect, self.prefix, message, new_count)

    def mailbox_update(self, new_count: int) -> str:
        if self.dialect is Dialect.IPHONE:
            return iphone.mailbox_update(new_count)
        return omtp.mailbox_update(self.dialect, self.prefix, new_count)

    def greeting_update(self, new_count: int) -> str:
        """An iPhone has one word for all that changed."""
        if self.dialect is Dialect.IPHONE:
            return iphone.mailbox_update(new_count)
        return omtp.greeting_update(self.dialect, self.prefix)
