"""Why a calendar could not be had, in a word that is kept, told and counted."""

from __future__ import annotations

from personsvar.mailbox.model.calendar_feed import FeedTrouble


class FeedFailedError(Exception):
    """The feed was not fetched or not read. Its text holds nothing of the address, and nothing of it."""

    def __init__(self, trouble: FeedTrouble) -> None:
        super().__init__(str(trouble))
        self.trouble = trouble


def in_words(trouble: FeedTrouble) -> str:
    """For whoever set the calendar up."""
    return _WORDS[trouble]


_WORDS = {
    FeedTrouble.AWAY: "nobody answers at its address",
    FeedTrouble.CERTIFICATE: "its server's certificate is not valid",
    FeedTrouble.PRIVATE: "it lies, or leads on, in a private network or without TLS, which is not allowed "
    "(see PERSONSVAR_CALENDAR_NETWORKS)",
    FeedTrouble.REFUSED: "its server refuses it: it is not shared any more, or asks for a log-in",
    FeedTrouble.FAULT: "its server has a fault",
    FeedTrouble.REDIRECTS: "its address leads on without end, or to nowhere",
    FeedTrouble.TOO_LARGE: "it is larger than 2 MB",
    FeedTrouble.NO_CALENDAR: "what is there is no calendar (iCalendar), but perhaps a page to log in at",
    FeedTrouble.TOO_MANY: "it has more appointments than are taken",
    FeedTrouble.TOO_SLOW: "its appointments take too long to work out",
    FeedTrouble.SEALED: "its address was kept with another PERSONSVAR_SECRET_KEY: give it again",
}
