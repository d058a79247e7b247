"""A day and a time as people write them in a letter: an e-mail is read tomorrow, so never "today"."""

from __future__ import annotations

from datetime import date, datetime

from personsvar.mailbox.model.subscriber import Language

_DAYS = {
    "nb": ("mandag", "tirsdag", "onsdag", "torsdag", "fredag", "lørdag", "søndag"),
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
}
_MONTHS = {
    "nb": (
        *("januar", "februar", "mars", "april", "mai", "juni"),
        *("juli", "august", "september", "oktober", "november", "desember"),
    ),
    "en": (
        *("January", "February", "March", "April", "May", "June"),
        *("July", "August", "September", "October", "November", "December"),
    ),
}


def day(at: date, language: Language) -> str:
    """`mandag 2. mars`, `Monday 2 March`."""
    dot = "." if language == "nb" else ""
    return f"{_DAYS[language][at.weekday()]} {at.day}{dot} {_MONTHS[language][at.month - 1]}"


def day_and_time(at: datetime, language: Language) -> str:
    """`mandag 2. mars kl. 12.32`, `Monday 2 March at 12:32`."""
    clock = f"kl. {at:%H.%M}" if language == "nb" else f"at {at:%H:%M}"
    return f"{day(at, language)} {clock}"
