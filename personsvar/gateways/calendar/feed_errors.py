"""Why a calendar could not be had, in a word that is kept, told and counted."""

from __future__ import annotations

from personsvar.mailbox.model.calendar_feed import FeedTrouble


class FeedFailedError(Exception):
    """The feed was not fetched or not read. Its text holds nothing of the address, and nothing of it."""

    def __init__(self, trouble: FeedTrouble) -> None:
        super().__init__(str(trouble))
        self.trouble = trouble
