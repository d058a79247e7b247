"""Finding messages by what is said in them: all the words that somebody looks for, in any order.

Letters are the same large and small, with and without their accents, and as they are written where a keyboard
has no Nordic letters: `Åse`, `åse` and `aase` are one. Transcripts are encrypted, so they are looked through
here, a mailbox at a time.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from personsvar.mailbox.model.ids import MessageId, Number
from personsvar.mailbox.model.message import Message
from personsvar.mailbox.ports.message_search import MessagePlace, MessagesWanted
from personsvar.mailbox.ports.store import UnitOfWork

LONGEST = 100
"""Characters; nothing fits what is longer."""
_AT_ONCE = 200
"""Messages."""
_PLAIN = str.maketrans(
    {"å": "aa", "æ": "ae", "ä": "ae", "ø": "oe", "ö": "oe", "ð": "d", "þ": "th", "đ": "d", "ł": "l"}
    | dict.fromkeys("’‘ʼ", "'")
)
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
    words = folded(said).split()
    if not words or len(said) > LONGEST:
        return frozenset()
    made = uow.transcripts.of_mailbox(mailbox)
    return frozenset(it.message for it in made if has_words(it.text, words))


def has_words(text: str, words: Sequence[str]) -> bool:
    """The words are `folded`; digits are found however they are grouped."""
    plain = folded(text)
    whole = f"{plain} {_BETWEEN_DIGITS.sub('', plain)}"
    return all(word in whole for word in words)


def folded(text: str) -> str:
    """What is the same to who looks for it is the same. Folding what is folded changes nothing: `ǿ` is
    spelled out when its accent is gone, and a letter of some other form (`𝙰`) is that letter before it is
    made small.
    """
    small = unicodedata.normalize("NFKC", text).casefold()
    spelled = unicodedata.normalize("NFKC", small).translate(_PLAIN)
    parted = unicodedata.normalize("NFKD", spelled)
    return "".join(mark for mark in parted if not unicodedata.combining(mark)).translate(_PLAIN)
