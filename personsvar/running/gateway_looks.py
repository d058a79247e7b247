"""Looking at the gateways now and then: by that it is known how much of the time they were there."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from personsvar.mailbox.model.notice import Channel
from personsvar.mailbox.services import Services
from personsvar.mailbox.tallies import look_at_gateways
from personsvar.notifier.gateway import Gateway


@dataclass
class GatewayLooks:
    """The rounds of a chore. The first is none: gateways that are being opened are not there yet."""

    services: Services
    gateways: Callable[[], Mapping[Channel, Gateway]]
    _is_first: bool = True

    def once(self) -> int:
        """It has nothing left to do until the next round."""
        if not self._is_first:
            are_up = {channel: gateway.is_up for channel, gateway in self.gateways().items()}
            look_at_gateways(self.services, are_up)
        self._is_first = False
        return 0
