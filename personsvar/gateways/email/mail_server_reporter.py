"""What the log says of the mail server: each new reason why e-mails wait, once."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field

from personsvar.gateways.email.smtp_replies import OperatorsMistakeError
from personsvar.gateways.reachability import Reporter

log = logging.getLogger(__name__)


@dataclass
class MailServerReporter(Reporter):
    _last: Exception | None = field(default=None, init=False)
    """The reason that was logged last; None once a mail was taken."""

    def away(self, why: Exception) -> None:
        if str(why) == str(self._last or ""):
            return
        self._last = why
        more = {"gateway": self.name, "why": str(why)}
        if isinstance(why, OperatorsMistakeError):
            log.error(
                "the mail server will have none of us: e-mails wait until this is put right", extra=more
            )
        else:
            log.warning("the mail server is away: e-mails wait", extra=more)

    still_away = away

    def back(self) -> None:
        if not isinstance(self._last, OperatorsMistakeError):  # that it answers does not mend a mistake
            self._last = None
            log.info("the mail server is there", extra={"gateway": self.name})

    def took_a_mail(self) -> None:
        """The server not only answers, it does its work: no reason is left."""
        self._last = None
