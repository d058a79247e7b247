"""Calendars by their feeds' addresses: appointments become absences that callers hear (docs/calendar.md).

feed_address     an address as people paste it
feed_fetcher     the feed comes over TLS, from a public address, in bounded time
feed_body        and in bounded size, unpacked too
feed_reader      it is read in a process of its own
reading_process  that process, and its bounds
appointments     the reading itself: bytes in, busy times out
busy             what counts as busy
calendar_desk    a calendar that somebody gives, or has fetched, and waits for
feed_visit       fetched, and read if it changed
"""
