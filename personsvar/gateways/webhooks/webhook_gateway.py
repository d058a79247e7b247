"""Each notice as a signed event to each receiver.

All must get it: a notice is accepted when the last has taken it, and until then tried again with those that
have not (see `pending`). A receiver that refuses it for good keeps the others from nothing.
"""

from __future__ import annotations

import asyncio
import logging
import ssl
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import httpx
from standardwebhooks import Webhook

from personsvar.backoff import no_jitter
from personsvar.gateways.destination import Destination
from personsvar.gateways.in_flight import InFlight
from personsvar.gateways.public_addresses import AddressRefusedError, Network, Resolve, system_resolve
from personsvar.gateways.reachability import Reachability, Sleep
from personsvar.gateways.trust import trusting
from personsvar.gateways.webhooks.pending import Pending
from personsvar.gateways.webhooks.receiver import Receiver
from personsvar.gateways.webhooks.webhook_answers import WebhookAnswer, WebhookEnding, meaning_of
from personsvar.gateways.webhooks.webhook_events import event, event_id
from personsvar.mailbox.ports.world import Clock
from personsvar.notifier.delivery_errors import (
    DeliveryError,
    GatewayAwayError,
    OutcomeUnknownError,
    UndeliverableError,
)
from personsvar.notifier.gateway import Accepted
from personsvar.notifier.words.rendering import Rendered

log = logging.getLogger(__name__)

_FINAL = frozenset({WebhookEnding.TAKEN, WebhookEnding.REFUSED})


@dataclass(frozen=True, slots=True)
class WebhookOptions:
    urls: tuple[str, ...] = field(repr=False)
    """`https://host/path`; a name and a password in it are sent as Basic authentication."""
    secret: str = field(repr=False)
    """`whsec_` and 24 to 64 bytes in base64."""
    networks: tuple[Network, ...]
    """Events may go to these networks though they are private."""
    seconds: float
    """One event takes no longer, at all its receivers together."""
    ca_file: Path | None
    """Certificates (PEM) of those that sign the receivers'; None: the system's."""
    connections: int = 20
    """Each receiver has so many."""


class WebhookGateway:
    """A `notifier.gateway.Gateway` for the channel webhook."""

    def __init__(
        self,
        options: WebhookOptions,
        *,
        clock: Clock,
        resolve: Resolve = system_resolve,
        jitter: Callable[[], float] = no_jitter,
        sleep: Sleep = asyncio.sleep,
    ) -> None:
        """`jitter`: a number from 0 to 1, so that not all probe a receiver at once.

        Raise ValueError for a URL that nothing can be posted to.
        """
        self._options = options
        self._clock = clock
        self._resolve = resolve
        self._jitter, self._sleep = jitter, sleep
        self._signer = Webhook(options.secret)
        self._destinations = tuple(Destination.of(url) for url in dict.fromkeys(options.urls))
        self._in_flight = InFlight()
        self._pending = Pending()
        self._receivers: tuple[Receiver, ...] = ()
        self._reachability: dict[str, Reachability] = {}
        """Each receiver's stands under its URL."""

    async def open(self) -> None:
        tls = trusting(self._options.ca_file)
        self._receivers = tuple(self._receiver(destination, tls) for destination in self._destinations)
        self._reachability = {
            one.url: Reachability.of_http(one.name, one.probe, self._jitter, self._sleep)
            for one in self._receivers
        }

    async def close(self) -> None:
        receivers, self._receivers = self._receivers, ()
        await self._in_flight.end()
        for reachability in self._reachability.values():
            await reachability.close()
        for receiver in receivers:
            await receiver.close()

    @property
    def is_up(self) -> bool:
        """Somebody is there: one receiver that is away is no reason to keep events from the others."""
        return bool(self._receivers) and any(one.is_up for one in self._reachability.values())

    async def deliver(self, rendered: Rendered) -> Accepted:
        if not self._receivers:
            raise GatewayAwayError("the gateway is closed")
        notice = rendered.notice
        with self._in_flight.one():
            answers = await self._ask(rendered)
        final = {url: answer for url, answer in answers.items() if answer.ending in _FINAL}
        if len(final) < len(answers):
            self._pending.keep(notice.id, final)
            raise self._not_yet(answers)
        self._pending.forget(notice.id)
        return self._accepted(answers)

    async def _ask(self, rendered: Rendered) -> Mapping[str, WebhookAnswer]:
        """Every receiver's answer, by its URL: those given before, and those of now."""
        done = self._pending.done(rendered.notice.id)
        content, headers = self._signed(rendered)
        left = [receiver for receiver in self._receivers if receiver.url not in done]
        given = await asyncio.gather(*(self._post(receiver, content, headers) for receiver in left))
        return {**done, **{receiver.url: answer for receiver, answer in zip(left, given, strict=True)}}

    def _signed(self, rendered: Rendered) -> tuple[bytes, dict[str, str]]:
        content, identity, now = event(rendered), event_id(rendered.notice), self._clock.now()
        signature = self._signer.sign(msg_id=identity, timestamp=now, data=content)
        headers = {
            "Content-Type": "application/json",
            "User-Agent": "personsvar",
            "webhook-id": identity,
            "webhook-timestamp": str(int(now.timestamp())),
            "webhook-signature": signature,
        }
        return content.encode(), headers

    async def _post(self, receiver: Receiver, content: bytes, headers: dict[str, str]) -> WebhookAnswer:
        answer = await self._answer(receiver, content, headers)
        reachability = self._reachability[receiver.url]
        if answer.ending is WebhookEnding.AWAY:
            reachability.lost(GatewayAwayError(answer.why))
        else:
            reachability.answered()
        return answer

    async def _answer(self, receiver: Receiver, content: bytes, headers: dict[str, str]) -> WebhookAnswer:
        try:
            async with asyncio.timeout(self._options.seconds):
                response = await receiver.post(content, headers, seconds=self._options.seconds)
        except AddressRefusedError as wrong:
            log.error("see PERSONSVAR_WEBHOOK_NETWORKS", extra={"why": str(wrong)})
            return WebhookAnswer(WebhookEnding.LATER, str(wrong))
        except (httpx.ConnectError, httpx.ConnectTimeout) as wrong:
            return WebhookAnswer(WebhookEnding.AWAY, f"no connection: {str(wrong) or type(wrong).__name__}")
        except httpx.PoolTimeout as wrong:
            return WebhookAnswer(WebhookEnding.LATER, f"no connection: {str(wrong) or type(wrong).__name__}")
        except (httpx.TransportError, TimeoutError) as wrong:
            return WebhookAnswer(WebhookEnding.UNKNOWN, f"no answer: {type(wrong).__name__}")
        except OSError as wrong:
            return WebhookAnswer(WebhookEnding.AWAY, f"no address: {wrong}")
        return meaning_of(response.status_code, response.headers.get("Retry-After"), now=self._clock.now())

    def _not_yet(self, answers: Mapping[str, WebhookAnswer]) -> DeliveryError:
        left = {url: answer for url, answer in answers.items() if answer.ending not in _FINAL}
        why = self._explanation(left)
        if any(answer.ending is WebhookEnding.UNKNOWN for answer in left.values()):
            return OutcomeUnknownError(why)
        if not self.is_up:
            return GatewayAwayError(why)
        waits = [answer.wait_seconds for answer in left.values() if answer.wait_seconds is not None]
        return DeliveryError(why, wait_seconds=max(waits, default=None))

    def _accepted(self, answers: Mapping[str, WebhookAnswer]) -> Accepted:
        refused = {url: answer for url, answer in answers.items() if answer.ending is WebhookEnding.REFUSED}
        if refused:
            raise UndeliverableError(self._explanation(refused))
        return Accepted(", ".join(receiver.name for receiver in self._receivers))

    def _explanation(self, answers: Mapping[str, WebhookAnswer]) -> str:
        names = {receiver.url: receiver.name for receiver in self._receivers}
        return "; ".join(f"{names[url]} {answer.why}" for url, answer in answers.items())

    def _receiver(self, destination: Destination, tls: ssl.SSLContext) -> Receiver:
        return Receiver(
            destination,
            allowed=self._options.networks,
            resolve=self._resolve,
            tls=tls,
            connections=self._options.connections,
        )
