"""A feed is visited: fetched, and read if it is another one than before."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from personsvar.gateways.calendar.feed_fetcher import FeedFetcher, FetchedFeed
from personsvar.gateways.calendar.feed_reader import FeedQuestion, FeedReader
from personsvar.gateways.destination import Destination
from personsvar.mailbox.model.calendar_feed import FeedReading, FeedVersion

DAYS_AHEAD = 30
"""So far appointments are worked out. A feed that never changes is read again each day all the same."""
_CHANGES_EACH_TIME = re.compile(rb"^DTSTAMP[^\r\n]*", re.MULTILINE | re.IGNORECASE)
"""Google writes here when it was asked (RFC 5545, 3.8.7.2)."""


@dataclass(frozen=True, slots=True)
class FeedVisit:
    """Whose feed is visited, and which version is known: none, if it is to be read in any case."""

    destination: Destination
    time_zone: str
    word: str
    known: FeedVersion


class FeedVisitor:
    def __init__(self, fetcher: FeedFetcher, reader: FeedReader) -> None:
        self._fetcher = fetcher
        self._reader = reader

    async def close(self) -> None:
        """What reads is ended."""
        await self._reader.close()

    async def visit(self, visit: FeedVisit, now: datetime) -> FeedReading | FeedVersion:
        """What it holds; or, when that is what is known already, by what it will be known next time.

        Raise FeedFailedError.
        """
        fetched = await self._fetcher.fetch(visit.destination, visit.known)
        if fetched is None:
            return visit.known
        version = _version_of(fetched)
        if version.digest == visit.known.digest:
            return version
        question = FeedQuestion(now, now + timedelta(days=DAYS_AHEAD), visit.time_zone, visit.word)
        spells, unread = await self._reader.read(fetched.content, question)
        return FeedReading(version, spells, unread)


def _version_of(fetched: FetchedFeed) -> FeedVersion:
    plain = _CHANGES_EACH_TIME.sub(b"", fetched.content)
    return FeedVersion(fetched.etag, fetched.last_modified, hashlib.sha256(plain).hexdigest())
