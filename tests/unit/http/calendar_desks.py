"""A desk that fetches calendars from servers of the test."""

from __future__ import annotations

import ssl
from ipaddress import ip_network

from personsvar.gateways.calendar.calendar_desk import CalendarDesk
from personsvar.gateways.calendar.feed_fetcher import FeedFetcher
from personsvar.gateways.calendar.feed_reader import FeedReader
from personsvar.gateways.calendar.feed_visit import FeedVisitor
from personsvar.mailbox.services import Services

LOOPBACK = ip_network("127.0.0.0/8")


def desk_of(services: Services, *, allowed: bool = True) -> CalendarDesk:
    """`allowed`: calendars may lie on this machine."""
    networks = (LOOPBACK,) if allowed else ()
    tls = ssl.create_default_context()
    return CalendarDesk(services, lambda: FeedVisitor(FeedFetcher(networks=networks, tls=tls), FeedReader()))
