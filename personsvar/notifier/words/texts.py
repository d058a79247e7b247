"""What a notice says, in the subscriber's language; and the subject of an e-mail."""

from __future__ import annotations

from collections.abc import Callable

from personsvar.mailbox.model.notice import NoticeKind
from personsvar.mailbox.model.subscriber import Language
from personsvar.notifier.words import texts_en, texts_nb
from personsvar.notifier.words.facts import NoticeFacts

_TEXTS: dict[Language, Callable[[NoticeFacts], str]] = {"nb": texts_nb.text, "en": texts_en.text}
_LENGTHS: dict[Language, Callable[[int], str]] = {"nb": texts_nb.length, "en": texts_en.length}
_URGENT_SUBJECT = ("Haster: ny beskjed fra {caller}", "Urgent: new message from {caller}")
_SUBJECTS: dict[NoticeKind, tuple[str, str]] = {
    NoticeKind.NEW_MESSAGE: ("Ny beskjed fra {caller}", "New message from {caller}"),
    NoticeKind.MISSED_CALL: ("Tapt anrop fra {caller}", "Missed call from {caller}"),
}
_WITHHELD = {"nb": "hemmelig nummer", "en": "a withheld number"}
_ANY_SUBJECT = {"nb": "Fra personsvareren din", "en": "From your voicemail"}


def sms(facts: NoticeFacts, language: Language) -> str:
    return _TEXTS[language](facts)


def subject(facts: NoticeFacts, language: Language) -> str:
    if facts.kind not in _SUBJECTS:
        return _ANY_SUBJECT[language]
    is_urgent = facts.urgent and facts.kind is NoticeKind.NEW_MESSAGE
    nb, en = _URGENT_SUBJECT if is_urgent else _SUBJECTS[facts.kind]
    return (nb if language == "nb" else en).format(caller=facts.who or _WITHHELD[language])


def length(facts: NoticeFacts, language: Language) -> str:
    return _LENGTHS[language](facts.seconds)
