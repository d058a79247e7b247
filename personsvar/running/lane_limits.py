"""How much each channel's lane does at once, how fast, and how often it tries, by the settings."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from personsvar.mailbox.model.notice import Channel
from personsvar.notifier.outbox.load import Load, Pace
from personsvar.notifier.outbox.retry_policy import RetryLimits
from personsvar.settings.all_settings import Settings

SMS_AT_ONCE = 200
"""Enough for several SMSCs' windows, and for a batch to be fetched while another is under way."""

BESIDE_THE_ENGINE_SECONDS = 60.0
"""To read the recording, judge what was heard, and keep it."""
TRANSCRIPT_RETRY_SECONDS = 60.0


@dataclass(frozen=True)
class LaneLimits:
    settings: Settings

    def retries(self, channel: Channel) -> RetryLimits:
        settings = self.settings
        if channel is Channel.TRANSCRIPT:
            return self._of_transcripts
        hours = {Channel.MMS: settings.mms_hours, Channel.EMAIL: settings.mail_hours}
        return RetryLimits(
            lease_seconds=settings.notice_lease_seconds,
            retry_seconds=settings.notice_retry_seconds,
            # a mail server may say "later" for days (RFC 5321, 4.5.4.1): the age of an e-mail ends it
            attempts=settings.notice_attempts
            + (round(settings.mail_hours) if channel is Channel.EMAIL else 0),
            hours=hours.get(channel, settings.notice_hours),
        )

    @property
    def _of_transcripts(self) -> RetryLimits:
        """The engine ends by itself what takes too long; only then could another take it over."""
        settings = self.settings
        return RetryLimits(
            lease_seconds=2 * (settings.transcriber_seconds + BESIDE_THE_ENGINE_SECONDS),
            retry_seconds=max(settings.notice_retry_seconds, TRANSCRIPT_RETRY_SECONDS),
            attempts=settings.transcript_attempts,
            hours=settings.transcript_hours,
        )

    def load(self, channel: Channel) -> Load:
        """Notices with sound are held in memory, up to 1.4 MB each: there are few at once."""
        connections = self.settings.mail_connections
        loads = {
            Channel.SMS: Load(at_once=SMS_AT_ONCE, batch=SMS_AT_ONCE // 2),
            Channel.MMS: Load(at_once=8, batch=4),
            Channel.EMAIL: Load(at_once=2 * connections, batch=connections),
            Channel.VISUAL: Load(at_once=SMS_AT_ONCE, batch=SMS_AT_ONCE // 2),
            Channel.TRANSCRIPT: Load(at_once=1, batch=1),
        }
        return loads.get(channel, Load())

    def pace(self, channel: Channel) -> Pace:
        settings = self.settings
        limits = {Channel.MMS: settings.mms_per_second, Channel.EMAIL: settings.mails_per_second}
        both_by_sms = channel in (Channel.SMS, Channel.VISUAL)
        return self._sms_pace if both_by_sms else Pace(limits.get(channel, 0))

    @cached_property
    def _sms_pace(self) -> Pace:
        """There is one limit for all that goes by SMS."""
        return Pace(self.settings.sms_per_second)
