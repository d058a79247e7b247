"""Finding messages by what is said in them: all the words that somebody looks for, in any order.

Letters are the same large and small, with and without their accents, and as they are written where a
keyboard has no such letters: `Jørgen` is found by `joergen` and `jorgen`, `Müller` by `mueller` and `muller`.
Signs around a word count for nothing, and those in it may be others, a blank or none (`e-post` is `epost`,
`10.30` is `10:30`). A number is found however its digits are grouped, whether the engine wrote digits or
words, and with Norway's country in front or without. Transcripts are encrypted, so they are looked through
here, a mailbox at a time.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from personsvar.mailbox.model.ids import MessageId, Number
from personsvar.mailbox.model.message import Message
from personsvar.mailbox.model.transcript import Transcript
from personsvar.mailbox.ports.message_search import MessagePlace, MessagesWanted
from personsvar.mailbox.ports.store import UnitOfWork
from personsvar.mailbox.transcription.digit_groups import DigitGroup, digit_runs
from personsvar.mailbox.transcription.sought_numbers import ABROAD, at_home, is_number

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
_SIGN = re.compile(r"[^\w\s]|_")
"""Whatever is no letter, no digit and no blank."""
_AROUND = re.compile(r"\A(?:[^\w\s]|_)+|(?:[^\w\s]|_)+\Z")
_BETWEEN_DIGITS = re.compile(r"(?<=[0-9])[^\w+]+(?=[0-9])")


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
    words = sought_words(said) if len(said) <= LONGEST else ()
    if not words:
        return frozenset()
    made = uow.transcripts.of_mailbox(mailbox)
    return frozenset(it.message for it in made if _says(it.transcript, words))


def sought_words(said: str) -> Sequence[str]:
    """What is looked for, folded: without signs around it, and without Norway in front of a number.

    A number of another country is one word that begins with a plus; what is a sign alone is none.
    """
    typed = unicodedata.normalize("NFC", said).split()
    return list(at_home([word for it in typed for word in _without_signs(it)]))


def has_words(text: str, words: Sequence[str]) -> bool:
    """The words are `folded`; digits are found however they are grouped."""
    plain, bare = folded(text), _bare(text)
    forms = (_joined(plain), _parted(plain), _joined(bare), _parted(bare), _BETWEEN_DIGITS.sub("", plain))
    whole = "\n".join(forms)
    return all(_is_in(whole, word) for word in words)


def _is_in(whole: str, word: str) -> bool:
    if ABROAD.fullmatch(word):
        return word in whole or f"00{word[1:]}" in whole
    return _joined(word) in whole or _parted(word) in whole


def _joined(text: str) -> str:
    return _SIGN.sub("", text)


def _parted(text: str) -> str:
    return " ".join(_SIGN.sub(" ", text).split())


def _without_signs(typed: str) -> Sequence[str]:
    """A plus in front of digits stays: a country follows."""
    in_front = _AROUND.match(typed)
    inner = folded(_AROUND.sub("", typed)).split()
    words = [word for it in inner if (word := _AROUND.sub("", it))]
    has_plus = in_front is not None and "+" in folded(in_front[0])
    if not (words and has_plus and is_number(words[0])):
        return words
    return [f"+{words[0]}", *words[1:]]


def _says(heard: Transcript, words: Sequence[str]) -> bool:
    if has_words(heard.text, words):
        return True
    return any(map(is_number, words)) and has_words(f"{heard.text} {_digits_said(heard)}", words)


def _digits_said(heard: Transcript) -> str:
    """`ni null null` is 900."""
    runs = digit_runs([word.text for word in heard.words], heard.language)
    return " ".join("".join(map(_digits_of, run.groups)) for run in runs)


def _digits_of(group: DigitGroup) -> str:
    return f"+{group.digits}" if group.has_plus else group.digits


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
