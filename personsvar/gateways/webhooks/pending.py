"""Which receivers are done with an event, while others are still tried: a retry goes to those others only.

Kept in memory, for so many notices. After a restart, in another notifier, or when a notice was pushed out by
newer ones, an event goes to all receivers again: those that have it see the same `webhook-id` twice.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping

from personsvar.gateways.webhooks.webhook_answers import WebhookAnswer
from personsvar.mailbox.model.ids import NoticeId

MOST_NOTICES = 10_000


class Pending:
    def __init__(self, most: int = MOST_NOTICES) -> None:
        self._most = most
        self._done: OrderedDict[NoticeId, dict[str, WebhookAnswer]] = OrderedDict()

    def done(self, notice: NoticeId) -> Mapping[str, WebhookAnswer]:
        """By the receiver's URL: those that took it, or refused it for good."""
        return self._done.get(notice, {})

    def keep(self, notice: NoticeId, done: Mapping[str, WebhookAnswer]) -> None:
        """Some are done, others are not."""
        if done:
            self._done[notice] = dict(done)
            self._done.move_to_end(notice)
        if len(self._done) > self._most:
            self._done.popitem(last=False)

    def forget(self, notice: NoticeId) -> None:
        """All are done."""
        self._done.pop(notice, None)
