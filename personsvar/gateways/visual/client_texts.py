"""A letter to a phone's client in the phone's dialect, and the application port it goes to."""

from __future__ import annotations

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from personsvar.mailbox.model.ids import Number
from personsvar.mailbox.model.message import Message
from personsvar.mailbox.model.notice import NoticeKind
from personsvar.mailbox.model.visual_account import VisualAccount, VisualDialect, VisualStatus
from personsvar.mailbox.visual.accounts import imap_user
from personsvar.notifier.delivery_errors import UndeliverableError
from personsvar.notifier.words.client_update import ClientUpdate
from personsvar.vvm.sms.dialects import Dialect, default_prefix
from personsvar.vvm.sms.replies import Speech
from personsvar.vvm.sms.values import ClientLogin, NewMessage, ProvisioningStatus, Terms

STATES = {
    VisualStatus.PROVISIONED: ProvisioningStatus.PROVISIONED,
    VisualStatus.NEW: ProvisioningStatus.NEW,
    VisualStatus.READY: ProvisioningStatus.READY,
    VisualStatus.BLOCKED: ProvisioningStatus.BLOCKED,
}


@dataclass(frozen=True, slots=True)
class VisualOptions:
    """What phones are told of this installation, and how."""

    host: str
    port: int
    tls_port: int
    terms: Terms
    sender: str
    """Its SMS show this sender; empty: the same as all others."""
    prefix: str
    state_port: int
    """An iPhone's, for STATE; 0: as text."""
    update_port: int
    """An iPhone's, for MBOXUPDATE."""
    hours: float
    """How long news are worth anything: the SMSC keeps them no longer for a phone that is off."""

    def speech(self, dialect: VisualDialect, prefix: str) -> Speech:
        spoken = Dialect(dialect)
        return Speech(spoken, prefix or default_prefix(spoken, self.prefix))


def client_text(kind: NoticeKind, update: ClientUpdate, options: VisualOptions) -> str:
    """Raise UndeliverableError for what is told to people only."""
    speech = options.speech(update.account.dialect, update.account.prefix)
    match kind:
        case NoticeKind.VISUAL_STATUS:
            return _status(speech, update, options)
        case NoticeKind.NEW_MESSAGE if update.message is not None:
            return speech.new_message(_new(update.message, update.zone), update.new_count)
        case NoticeKind.NEW_MESSAGE | NoticeKind.MAILBOX_CHANGED:
            return speech.mailbox_update(update.new_count)
        case NoticeKind.GREETINGS_CHANGED:
            return speech.greeting_update(update.new_count)
        case other:
            raise UndeliverableError(f"no phone's client has a word for {other}")


def port_of(kind: NoticeKind, account: VisualAccount, options: VisualOptions) -> int:
    """0: as text."""
    if account.dialect is not VisualDialect.IPHONE:
        return account.port
    return options.state_port if kind is NoticeKind.VISUAL_STATUS else options.update_port


def _status(speech: Speech, update: ClientUpdate, options: VisualOptions) -> str:
    account, login = update.account, None
    if update.password is not None:
        login = _login(account.number, update.password, options)
    if account.is_active and login is None:
        raise UndeliverableError("an active account without a password: the phone has to activate again")
    return speech.status(STATES[account.status], login, options.terms)


def _login(number: Number, password: str, options: VisualOptions) -> ClientLogin:
    user = imap_user(number, options.host)
    return ClientLogin(options.host, options.port, options.tls_port, user, password)


def _new(message: Message, zone: str) -> NewMessage:
    at = message.received_at.astimezone(ZoneInfo(zone))
    return NewMessage(message.id, message.caller, at, max(1, round(message.sound.seconds)))
