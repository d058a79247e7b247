"""What kind of number a caller says: one to call, or that of a case, an order, an account, a person.

The word nearest in front of a number decides: `sak`, `order`, `kundenummer` make it another kind, `ring`,
`telefon`, `call` a telephone number again. Without such a word it is taken for a telephone number.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum

_MOST_BEHIND = 5
"""Words behind a number that tell what it was: `… er nummeret på saken min`."""


class NumberKind(Enum):
    UNTOLD = "untold"
    TELEPHONE = "telephone"
    OTHER = "other"


PHONE = frozenset(
    """
    ring ringe ringer ringte ringt ringes oppringt telefon telefonen tlf tlfnr tel mobil mobilen mobiltelefon
    mobiltelefonen fasttelefon fasttelefonen jobbtelefon jobbtelefonen når nås treffe treffer treffes kontakt
    kontakte kontaktes tak sms sentralbord sentralbordet
    call calling called calls callback phone phoning phoned telephone mobile cell cellphone landline
    reach reached contact text dial dialling dialing switchboard extension
    """.split()  # noqa: SIM905 - words to read
)
_NUMBER = frozenset("nummer nummeret nr no number numbers num".split())  # noqa: SIM905
_ELSEWHERE = frozenset(
    """
    # id kode koden koder pin pinkode pinkoden pinkoda passord passordet engangskode engangskoden født dato
    datoen referanse referansen ref kid kidnr org organisasjon iban konto kontoen kontoa faks faksen
    code codes passcode password born birthday date customer invoice reference tracking booking account fax
    serial ticket policy claim membership confirmation transaction ssn vat registration passport identity imei
    """.split()  # noqa: SIM905
)
"""In front of a number, with other words between too."""
_NUMBERED = frozenset(
    """
    sak saka saken saks ordre ordren ordrene bestilling bestillinga bestillingen bestillings faktura fakturaen
    regning regninga regningen purring purringen avtale avtalen kontrakt kontrakten polise polisen forsikring
    forsikringen reservasjon reservasjonen bookingen sporing sporings sending sendinga sendingen pakke
    pakka pakken kunde medlem medlems serie måler måleren artikkel billett billetten kvittering kvitteringen
    skade skaden
    journal lån lånet prosjekt prosjektet personnr fødsels registrerings
    case order orders purchase contract reservation shipment parcel package member receipt licence license
    card loan meter item part model organisation organization room flight
    """.split()  # noqa: SIM905
)
"""Directly in front of a number, or of the words that lead to it: `case number is`."""
_LEADING = _NUMBER | frozenset(
    """
    er var har med min mitt mine din ditt vår vårt deres som det den på med til lyder
    is was has with my your our the a its s which that being it of for reads
    """.split()  # noqa: SIM905
)
_HAS = frozenset("har hadde med fått under has had with got".split())  # noqa: SIM905
_AND = frozenset("og eller samt and or".split())  # noqa: SIM905
_BUT = _AND | frozenset("men så but so".split())  # noqa: SIM905
_IN = frozenset("in i any that".split())  # noqa: SIM905
_THAT = frozenset("det dette som that this which it".split())  # noqa: SIM905
_IS = frozenset("er var is was s".split())  # noqa: SIM905
_AT = frozenset("på on at".split())  # noqa: SIM905
_ENDINGS = ("nummer", "nummeret", "nr")
_PHONE_STEMS = tuple(
    """
    tele tlf mobil fast kontakt direkte sentralbord jobb arbeids hjemme privat ring tilbakering svar sms vakt
    hytte kontor firma
    """.split()  # noqa: SIM905
)


def kind_of(before: Sequence[str], behind: Sequence[str], earlier: NumberKind) -> NumberKind:
    """By the words around a number; `earlier`: the one said before it (`sak 1234 og 5678`)."""
    if earlier is NumberKind.OTHER and _AND.issuperset(before):
        return earlier
    told = _by_words_before(before)
    if told is NumberKind.UNTOLD and _is_called_other(behind):
        return NumberKind.OTHER
    return told


def _by_words_before(before: Sequence[str]) -> NumberKind:
    if before and before[-1] in _AT and PHONE.intersection(before):
        return NumberKind.TELEPHONE
    leads = True
    for place in reversed(range(len(before))):
        so_far = before[: place + 1]
        if so_far[-1] in PHONE or _is_phone_number(so_far[-1]) or _is_the_number(so_far):
            return NumberKind.TELEPHONE
        if _is_other(so_far[-1]) or (leads and _is_numbered(so_far)):
            return NumberKind.OTHER
        leads = so_far[-1] in _NUMBER or (leads and so_far[-1] in _LEADING)
    return NumberKind.UNTOLD


def _is_the_number(words: Sequence[str]) -> bool:
    """`nummeret mitt`, `my number`; not `sak nummer`, nor `saken har nummer`."""
    *others, word = words
    if word not in _NUMBER or (others and others[-1] in _HAS):
        return False
    is_apart = word == "nummeret" and bool(others) and others[-1].endswith("en")
    return is_apart or not others or not (_is_other(others[-1]) or _is_numbered(others))


def _is_called_other(behind: Sequence[str]) -> bool:
    """`… er saksnummeret mitt`, `…, that is my order number`."""
    words = list(behind[: _MOST_BEHIND + 1])
    if words and words[0] in _THAT:
        words = words[1:]
    if not words or words[0] not in _IS:
        return False
    for place, word in enumerate(words[1:], start=1):
        if word in _BUT or word in PHONE or _is_phone_number(word):
            return False
        if _is_other(word) or _is_numbered(words[: place + 1]):
            return True
    return False


def _is_numbered(words: Sequence[str]) -> bool:
    """The last of them is a thing that has a number; `in any case` is none."""
    return words[-1] in _NUMBERED and not (words[-1] == "case" and _IN.intersection(words[-2:-1]))


def _is_other(word: str) -> bool:
    return word in _ELSEWHERE or (_is_compound(word) and not word.startswith(_PHONE_STEMS))


def _is_phone_number(word: str) -> bool:
    return _is_compound(word) and word.startswith(_PHONE_STEMS)


def _is_compound(word: str) -> bool:
    """`saksnummer`, `kontonr`: Norwegian writes them as one word."""
    return word.endswith(_ENDINGS) and word not in _NUMBER
