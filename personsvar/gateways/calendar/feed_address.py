"""A feed's address as people paste it, and as it is fetched.

webcal://host/path, webcals://…   are https://: the scheme says only which program is to open it
Https://… with blanks around      is what a mail program or a phone makes of it
"""

from __future__ import annotations

import re

from personsvar.address import MAX_PORT
from personsvar.gateways.destination import Destination
from personsvar.mailbox.calendars import CalendarFault, CalendarRefusedError

LONGEST = 2000
_WEBCAL = re.compile(r"webcals?://", re.IGNORECASE)
_SCHEME = re.compile(r"(https?)://", re.IGNORECASE)


def feed_destination(given: str) -> Destination:
    """Raise CalendarRefusedError, without what was given: whoever has a feed's address reads the calendar."""
    address = _WEBCAL.sub("https://", given.strip(), count=1)
    scheme = _SCHEME.match(address)
    if scheme is None or len(address) > LONGEST or not address.isprintable() or " " in address:
        raise _refused("it begins with https:// or webcal://")
    try:
        destination = Destination.of(scheme[1].lower() + address[len(scheme[1]) :])
    except ValueError as wrong:
        raise _refused("there is no host in it") from wrong
    if not 0 < destination.port <= MAX_PORT:
        raise _refused("its port should be 1 to 65535")
    return destination


def _refused(why: str) -> CalendarRefusedError:
    return CalendarRefusedError(CalendarFault.ADDRESS, f"that is no address of a calendar: {why}")
