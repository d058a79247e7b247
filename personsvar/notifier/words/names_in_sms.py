"""A caller's name in an SMS: shortened, so that it costs no SMS more than the number alone would.

A letter outside GSM 03.38 makes the text UCS-2, with less than half the room. Such a name is written without
its accents where that is enough (`Šime`: `Sime`), else cut; what still has no room leaves the number.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from personsvar.mailbox.model.subscriber import Language
from personsvar.notifier.words import texts
from personsvar.notifier.words.facts import NoticeFacts
from personsvar.notifier.words.sms_letters import in_gsm, shortened
from personsvar.notifier.words.sms_parts_needed import parts_needed

LONGEST, _SHORTEST = 30, 6
"""Letters as people count them."""


def named_sms(facts: NoticeFacts, language: Language) -> str:
    alone = texts.sms(replace(facts, caller_name=None), language)
    most = parts_needed(alone)
    for name in () if facts.caller_name is None else _shorter_and_shorter(facts.caller_name):
        named = texts.sms(replace(facts, caller_name=name), language)
        if parts_needed(named) <= most:
            return named
    return alone


def _shorter_and_shorter(name: str) -> Iterator[str]:
    plain = in_gsm(name)
    yield shortened(name, LONGEST)
    for length in range(LONGEST, _SHORTEST - 1, -1):
        yield shortened(plain, length)
