"""A phone's request for visual voicemail, from the SMSC or from Kannel: acknowledged once it is committed.

Whose it is says the SMSC alone. What is nothing of ours is acknowledged and passed over; its text is in no
log.
"""

from __future__ import annotations

import logging
from concurrent.futures import Executor
from dataclasses import dataclass

from personsvar.gateways.sms.sms import IncomingSms, Sms
from personsvar.gateways.visual.client_texts import VisualOptions
from personsvar.gateways.visual.unknown_numbers import LIFE_SECONDS, UnknownNumbers
from personsvar.gateways.visual.visual_gateway import addressed
from personsvar.loop_thread import off_loop
from personsvar.mailbox.model.ids import Number
from personsvar.mailbox.model.visual_account import VisualDialect
from personsvar.mailbox.phone_numbers import normalise
from personsvar.mailbox.services import Services
from personsvar.mailbox.visual.requests import (
    RequestOutcome,
    VisualRequest,
    VisualRequestKind,
    dialect_of,
    take_request,
)
from personsvar.vvm.sms.requests import ClientRequest, read_request
from personsvar.vvm.sms.values import ProvisioningStatus

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class ActivationRequests:
    """`take` is a `gateways.sms.sms.TakeIncoming`, on any loop."""

    services: Services
    threads: Executor
    unknown_numbers: UnknownNumbers
    options: VisualOptions

    async def take(self, sms: IncomingSms) -> None:
        """Return when it is committed; raise StoreUnavailableError when it could not be."""
        asked = asked_in(sms)
        number = normalise(sms.source, region=self.services.rules.home_region)
        if asked is None or number is None:
            log.info(
                "an SMS from a phone that is no request of visual voicemail", extra={"pii.from": sms.source}
            )
            return
        taken = await off_loop(self.threads, take_request, self.services, number, asked)
        about = {"asked": asked.what, "client": asked.client, "outcome": taken, "pii.from": number}
        log.info("a phone asked for visual voicemail", extra=about)
        if taken is RequestOutcome.STRANGER:
            self.unknown_numbers.answer(self._unknown(number, asked))

    def _unknown(self, number: Number, asked: VisualRequest) -> Sms:
        dialect = dialect_of(asked, None, self.services.rules)
        text = self.options.speech(dialect, asked.prefix).status(ProvisioningStatus.UNKNOWN)
        port = self.options.state_port if dialect is VisualDialect.IPHONE else asked.port
        return addressed(number, text, port=port, sender=self.options.sender, lives_seconds=LIFE_SECONDS)


def asked_in(sms: IncomingSms) -> VisualRequest | None:
    """None: nothing of ours. A request is short: a part of a long SMS is none."""
    if sms.part is not None and sms.part.total > 1:
        return None
    text = sms.text if sms.text is not None else sms.payload.decode("ascii", errors="replace")
    return asked_of(text)


def asked_of(text: str) -> VisualRequest | None:
    request = read_request(text)
    return None if request is None else _asked(request)


def _asked(request: ClientRequest) -> VisualRequest:
    return VisualRequest(
        what=VisualRequestKind(request.kind),
        dialect=None if request.dialect is None else VisualDialect(request.dialect),
        client=request.client,
        port=request.port,
        prefix=request.prefix or "",
    )
