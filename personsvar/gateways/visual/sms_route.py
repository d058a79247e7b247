"""The route SMS take, whichever gateway it is."""

from __future__ import annotations

from typing import Protocol

from personsvar.gateways.sms.sms import Sms
from personsvar.notifier.gateway import Accepted, Gateway
from personsvar.notifier.words.rendering import Rendered


class SmsRoute(Gateway, Protocol):
    """It is opened and closed with the channel SMS."""

    async def deliver_sms(self, rendered: Rendered, sms: Sms) -> Accepted:
        """Hand over the SMS that a notice became. Raise as `deliver`."""
        ...
