"""The verbs of voicemail platforms: the PIN and the language of the phone menu, and the tutorial.

Android compares the words of a refusal letter by letter, and reads one line: no code, no news before it. The
old PIN is judged and counted as on the own phone: whoever got hold of the phone's password has five guesses.
"""

from __future__ import annotations

from collections.abc import Mapping

from personsvar.mailbox import lookups
from personsvar.mailbox.login import LoginResult, try_pin
from personsvar.mailbox.model import Language, VisualDialect
from personsvar.mailbox.new_pin import change_pin
from personsvar.mailbox.pin import LONGEST, Weakness, WeakPinError, weakness_of
from personsvar.mailbox.preferences import set_language
from personsvar.mailbox.services import Services
from personsvar.mailbox.visual.accounts import close_tutorial
from personsvar.visual.imap_session import ImapSession
from personsvar.visual.login import LoggedIn
from personsvar.vvm.imap import commands as c
from personsvar.vvm.imap import responses

CHANGED = "password changed successfully"
MISMATCH = "old password mismatch"
TOO_SHORT, TOO_LONG = "password too short", "password too long"
TOO_WEAK, NO_DIGITS = "password too weak", "password contains invalid characters"
NOT_ALLOWED = "command not allowed"
LANGUAGES: Mapping[str, Language] = {"1": "nb", "nor": "nb", "2": "en", "eng": "en"}
"""As STATUS lists them (`vvm.sms.omtp`), by place or by name."""
VVM3_LANGUAGES: Mapping[str, Language] = {**LANGUAGES, "5": "en"}
"""VVM3's own number for English, which Android's client sends unasked."""


async def pin(session: ImapSession, tag: str, it: c.VendorPin) -> bytes:
    """An iPhone asks for no old PIN: its log-in is proof enough, but for no other dialect (see 7.2)."""
    visitor = session.known
    if it.apple and visitor.account.dialect is not VisualDialect.IPHONE:
        return responses.no(tag, NOT_ALLOWED)
    refusal = await session.desk.workers.do(_changed, session.desk.services, visitor, it)
    if refusal:
        return responses.no(tag, refusal)
    return responses.ok(tag, CHANGED)


async def language(session: ImapSession, tag: str, it: c.VendorLanguage) -> bytes:
    vvm3 = session.known.account.dialect is VisualDialect.VVM3
    spoken = (VVM3_LANGUAGES if vvm3 else LANGUAGES).get(it.value.lower())
    if spoken is None:
        return responses.no(tag, "invalid language")
    await session.desk.workers.do(set_language, session.desk.services, session.known.number, spoken)
    return responses.ok(tag, "language changed successfully")


async def tutorial(session: ImapSession, tag: str, _: c.CloseTutorial) -> bytes:
    await session.desk.workers.do(close_tutorial, session.desk.services, session.known.number)
    return responses.ok(tag, "NUT closed")


def _changed(services: Services, visitor: LoggedIn, it: c.VendorPin) -> str:
    """Why not; empty: it is changed. A new PIN that may never be used costs no guess."""
    weakness = weakness_of(it.new, visitor.number)
    if weakness is not None:
        return _said(weakness, it.new)
    if not it.apple and not _is_proven(services, visitor, it.old):
        return MISMATCH
    try:
        change_pin(services, visitor.number, it.new)
    except WeakPinError as weak:
        return _said(weak.weakness, it.new)
    if it.apple:  # with a PIN of its owner's choosing, a new account is ready
        close_tutorial(services, visitor.number)
    return ""


def _is_proven(services: Services, visitor: LoggedIn, old: str | None) -> bool:
    """Who never had a PIN has none to tell."""
    subscriber = lookups.subscriber(services, visitor.number)
    if subscriber is not None and subscriber.pin is None and subscriber.spare_pin is None:
        return True
    if old is None:
        return False
    return try_pin(services, visitor.number, old, caller=visitor.number, own_phone=True) is LoginResult.OK


def _said(weakness: Weakness, new: str) -> str:
    match weakness:
        case Weakness.LENGTH:
            return TOO_LONG if len(new) > LONGEST else TOO_SHORT
        case Weakness.NOT_DIGITS:
            return NO_DIGITS
        case _:
            return TOO_WEAK
