"""Finding messages by what is said in them: all the words that somebody looks for, in any order.

Letters are the same large and small, with and without their accents, and as they are written where a
keyboard has no such letters: `Jørgen` is found by `joergen` and `jorgen`, `Müller` by `mueller` and `muller`.
Signs around a word count for nothing, nor does the country in front of a number, and a number is found
whether the engine wrote digits or words. Transcripts are encrypted, so they are looked through here, a
mailbox at a time.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

import phonenumbers
from phonenumbers import NumberParseException

from personsvar.mailbox.model.ids import MessageId, Number
from personsvar.mailbox.model.message import Message
from personsvar.mailbox.model.transcript import Transcript
from personsvar.mailbox.ports.message_search import MessagePlace, MessagesWanted
from personsvar.mailbox.ports.store import UnitOfWork
from personsvar.mailbox.transcription.digit_groups import digit_runs

LONGEST = 100
"""Characters; nothing fits what is longer."""
_AT_ONCE = 200
"""Messages."""
_PLAIN = str.maketrans(
    {
        "å": "aa",
        "æ": "ae",
        "ä": "ae",
        "ø": "oe",
        "ö": "oe",
        "ü": "ue",
        "ð": "d",
        "þ": "th",
        "đ": "d",
        "ł": "l",
    }
    | dict.fromkeys("’‘ʼ", "'")
)
_BARE = str.maketrans(
    {"ø": "o", "ð": "d", "þ": "th", "đ": "d", "ł": "l", "æ": "ae"} | dict.fromkeys("’‘ʼ", "'")
)
_AROUND = ".,;:!?\"'«»“”„()[]…–—-"
"""Signs that may stand there, and are no part of a word."""
_COUNTRY = re.compile(r"\+[0-9]{1,3}")
_BETWEEN_DIGITS = re.compile(r"(?<=[0-9])[ .\-]+(?=[0-9])")


def search_said(
    uow: UnitOfWork, only: MessagesWanted, said: str, *, behind: MessagePlace | None, limit: int
) -> Sequence[Message]:
    """Newest first: of the messages of a mailbox that are wanted, those in which all the words are said."""
    fitting = frozenset() if only.mailbox is None else with_words(uow, only.mailbox, said)
    found = list[Message]()
    while fitting and len(found) < limit:
        page = uow.messages.search(only, behind=behind, limit=_AT_ONCE)
        found += [message for message in page if message.id in fitting]
        if len(page) < _AT_ONCE:
            break
        behind = MessagePlace(page[-1].received_at, page[-1].id)
    return found[:limit]


def with_words(uow: UnitOfWork, mailbox: Number, said: str) -> frozenset[MessageId]:
    words = sought_words(said)
    if not words or len(said) > LONGEST:
        return frozenset()
    made = uow.transcripts.of_mailbox(mailbox)
    return frozenset(it.message for it in made if _says(it.transcript, words))


def sought_words(said: str) -> Sequence[str]:
    """What is looked for, folded: without signs around it, and without a country in front of a number."""
    words = [word for it in folded(said).split() if (word := it.strip(_AROUND))]
    numbers = any(word[0].isdecimal() for word in words)
    return [_at_home(word) for word in words if not (numbers and _COUNTRY.fullmatch(word))]


def has_words(text: str, words: Sequence[str]) -> bool:
    """The words are `folded`; digits are found however they are grouped."""
    plain = folded(text)
    whole = f"{plain} {_BETWEEN_DIGITS.sub('', plain)} {_bare(text)}"
    return all(word in whole for word in words)


def _says(heard: Transcript, words: Sequence[str]) -> bool:
    if has_words(heard.text, words):
        return True
    with_digits = any(word.isdecimal() for word in words)
    return with_digits and has_words(f"{heard.text} {_digits_said(heard)}", words)


def _digits_said(heard: Transcript) -> str:
    """`ni null null` is 900."""
    runs = digit_runs([word.text for word in heard.words], heard.language)
    return " ".join("".join(group.digits for group in run.groups) for run in runs)


def _at_home(word: str) -> str:
    """`+4790000012` is said without its country, as a rule."""
    if not word.startswith("+"):
        return word
    try:
        return phonenumbers.national_significant_number(phonenumbers.parse(word))
    except NumberParseException:
        return word


def folded(text: str) -> str:
    """What is the same to who looks for it is the same. Folding what is folded changes nothing: `ǿ` is
    spelled out when its accent is gone, and a letter of some other form (`𝙰`) is that letter before it is
    made small.
    """
    small = unicodedata.normalize("NFKC", text).casefold()
    spelled = unicodedata.normalize("NFKC", small).translate(_PLAIN)
    parted = unicodedata.normalize("NFKD", spelled)
    return "".join(mark for mark in parted if not unicodedata.combining(mark)).translate(_PLAIN)


def _bare(text: str) -> str:
    """Letters without what is over them: `ø` is `o`, `å` is `a`."""
    parted = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text).casefold())
    return "".join(mark for mark in parted if not unicodedata.combining(mark)).translate(_BARE)
