"""The verbs of voicemail platforms: the PIN and the language of the phone menu, and the tutorial.

Android compares the words of a refusal letter by letter, and reads one line: no code, no news before it. The
old PIN is judged and counted as on the own phone: whoever got hold of the phone's password has five guesses.
"""

from __future__ import annotations

from collections.abc import Mapping

from personsvar.mailbox import lookups
from personsvar.mailbox.login import LoginResult, try_pin
from personsvar.mailbox.model.ids import Number
from personsvar.mailbox.model.subscriber import Language
from personsvar.mailbox.model.visual_account import VisualDialect
from personsvar.mailbox.new_pin import change_pin
from personsvar.mailbox.pin import LONGEST, Weakness, WeakPinError, weakness_of
from personsvar.mailbox.preferences import set_language
from personsvar.mailbox.services import Services
from personsvar.mailbox.visual.accounts import close_tutorial
from personsvar.visual.imap_session import ImapSession
from personsvar.vvm.imap import commands as c
from personsvar.vvm.imap import responses

CHANGED = "password changed successfully"
MISMATCH = "old password mismatch"
TOO_SHORT, TOO_LONG = "password too short", "password too long"
TOO_WEAK, NO_DIGITS = "password too weak", "password contains invalid characters"
NOT_ALLOWED = "command not allowed"
LANGUAGES: Mapping[str, Language] = {"1": "nb", "nor": "nb", "2": "en", "eng": "en"}
"""Clients name a language as STATUS lists it (`vvm.sms.omtp`), by place or by name."""
VVM3_LANGUAGES: Mapping[str, Language] = {**LANGUAGES, "5": "en"}
"""VVM3's own number for English, which Android's client sends unasked."""


async def pin(session: ImapSession, tag: str, command: c.VendorPin) -> bytes:
    """An iPhone asks for no old PIN: its log-in is proof enough, but for no other dialect (see 7.2)."""
    user = session.logged_in
    if command.apple and user.account.dialect is not VisualDialect.IPHONE:
        return responses.no(tag, NOT_ALLOWED)
    refusal = await session.in_mailbox(_refusal, command)
    if refusal:
        return responses.no(tag, refusal)
    return responses.ok(tag, CHANGED)


async def language(session: ImapSession, tag: str, command: c.VendorLanguage) -> bytes:
    vvm3 = session.logged_in.account.dialect is VisualDialect.VVM3
    spoken = (VVM3_LANGUAGES if vvm3 else LANGUAGES).get(command.value.lower())
    if spoken is None:
        return responses.no(tag, "invalid language")
    await session.in_mailbox(set_language, spoken)
    return responses.ok(tag, "language changed successfully")


async def tutorial(session: ImapSession, tag: str, _: c.CloseTutorial) -> bytes:
    await session.in_mailbox(close_tutorial)
    return responses.ok(tag, "NUT closed")


def _refusal(services: Services, number: Number, command: c.VendorPin) -> str:
    """Returns why the PIN is refused; empty: it is changed. One that may never be used costs no guess."""
    weakness = weakness_of(command.new, number)
    if weakness is not None:
        return _refusal_of(weakness, command.new)
    if not command.apple and not _is_proven(services, number, command.old):
        return MISMATCH
    try:
        change_pin(services, number, command.new)
    except WeakPinError as weak:
        return _refusal_of(weak.weakness, command.new)
    if command.apple:  # with a PIN of its owner's choosing, a new account is ready
        close_tutorial(services, number)
    return ""


def _is_proven(services: Services, number: Number, old: str | None) -> bool:
    """Who never had a PIN has none to tell."""
    subscriber = lookups.subscriber(services, number)
    if subscriber is not None and subscriber.pin is None and subscriber.spare_pin is None:
        return True
    if old is None:
        return False
    return try_pin(services, number, old, caller=number, own_phone=True) is LoginResult.OK


def _refusal_of(weakness: Weakness, new: str) -> str:
    match weakness:
        case Weakness.LENGTH:
            return TOO_LONG if len(new) > LONGEST else TOO_SHORT
        case Weakness.NOT_DIGITS:
            return NO_DIGITS
        case _:
            return TOO_WEAK
