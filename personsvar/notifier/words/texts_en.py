"""The notices in English, as an SMS. One SMS each: 160 letters of GSM 03.38."""

from __future__ import annotations

from collections.abc import Mapping

from personsvar.mailbox.model.calendar_feed import FeedTrouble
from personsvar.mailbox.model.notice import MissedReason, NoticeKind
from personsvar.notifier.words.facts import NoticeFacts, days_ago

_FULL = "Your voicemail is full. Call {access} and delete messages you don't need."
_REASONS = {
    MissedReason.HUNG_UP: "No message was left.",
    MissedReason.EMPTY: "The caller said nothing.",
    MissedReason.MAILBOX_FULL: _FULL,
    MissedReason.VOICEMAIL_OFF: "Your voicemail is turned off.",
    MissedReason.ABSENT: "You are away and take no messages.",
    MissedReason.OUTSIDE_HOURS: "It was outside the hours in which you take messages.",
}


_SEVERAL = {**_REASONS, MissedReason.EMPTY: _REASONS[MissedReason.HUNG_UP]}
"""Of several calls, some may have been hung up and some left without a word."""


def text(facts: NoticeFacts) -> str:
    return _TEXTS[facts.kind](facts)


def _new_message(facts: NoticeFacts) -> str:
    haste = "Urgent: new message" if facts.urgent else "New message"
    return (
        f"{haste} from {_caller(facts)} {_when(facts)} ({length(facts.seconds)}). "
        f"{_how_many(facts.new_count)}Call {facts.access} to listen."
    )


def _missed_call(facts: NoticeFacts) -> str:
    if facts.calls > 1:
        calls = f"{facts.calls} missed calls from {_caller(facts)}"
        return f"{calls}, the last {_when(facts)}. {_why(facts, _SEVERAL)}"
    return f"Missed call from {_caller(facts)} {_when(facts)}. {_why(facts, _REASONS)}"


def _why(facts: NoticeFacts, reasons: Mapping[MissedReason, str]) -> str:
    return reasons[facts.reason].format(access=facts.access)


def _many_calls(facts: NoticeFacts) -> str:
    more = "One more call" if facts.calls == 1 else f"{facts.calls} more calls"
    return (
        f"Many calls for you. {more}, the last {_when(facts)}. "
        f"Call {facts.access} to hear whether anyone left a message."
    )


def _first_pin(facts: NoticeFacts) -> str:
    if facts.secret is None:
        return (
            f"Welcome to your voicemail! Use the PIN we gave you. "
            f"To change it, call {facts.access} from your phone and press 3, then 4."
        )
    return (
        f"Welcome to your voicemail! Your PIN is {facts.secret}. "
        f"You need it when you call {facts.access} from another phone. Don't give it to anyone."
    )


def _requested_pin(facts: NoticeFacts) -> str:
    return (
        f"New voicemail PIN: {facts.secret}. Use it before {facts.secret_until:%H:%M}. "
        f"If you didn't ask for it, ignore this message. Your old PIN still works."
    )


def _login_code(facts: NoticeFacts) -> str:
    return (
        f"{facts.secret} is your one-time code for My profile. It is valid until {facts.secret_until:%H:%M}. "
        f"Give it to nobody, not even to us."
    )


def _pin_changed(facts: NoticeFacts) -> str:
    return f"Your voicemail PIN was changed {_when(facts)}. If this wasn't you, contact us at once."


def _greeting_recorded(facts: NoticeFacts) -> str:
    return f"Your greeting has been recorded. Call {facts.access} and press 3, then 1, to hear or change it."


def _greeting_not_recorded(facts: NoticeFacts) -> str:
    return (
        f"You have not recorded a greeting yet, so callers hear the standard greeting. "
        f"Call {facts.access} and press 3, then 1, to record your own."
    )


def _login_elsewhere(facts: NoticeFacts) -> str:
    return (
        f"Your voicemail was opened from {_caller(facts)} {_when(facts)}. "
        f"If this wasn't you, change your PIN: call {facts.access}, press 3, then 4."
    )


def _locked_out(facts: NoticeFacts) -> str:
    return (
        f"A wrong PIN for your voicemail was entered several times {_when(facts)}. "
        f"Logging in is closed for a while. From your own phone you call as before."
    )


def _nearly_full(facts: NoticeFacts) -> str:
    if facts.count == 0:
        return _FULL.format(access=facts.access)
    more = "one more message" if facts.count == 1 else f"{facts.count} more messages"
    return (
        f"Your voicemail is nearly full: there is room for {more}. "
        f"Call {facts.access} and delete what you don't need."
    )


def _soon_deleted(facts: NoticeFacts) -> str:
    if facts.count == 1:
        return (
            f"An old message in your voicemail will be deleted on {_day(facts)}. "
            f"Call {facts.access} to listen. Press 6 to keep it."
        )
    return (
        f"{facts.count} old messages in your voicemail will be deleted on {_day(facts)}. "
        f"Call {facts.access} to listen. Press 6 to keep a message."
    )


def _absence_on(facts: NoticeFacts) -> str:
    return (
        f"Your absence greeting is on until the end of {_day(facts)}. "
        f"To turn it off, call {facts.access} and press 3, 6 and 4."
    )


def _calendar_failing(facts: NoticeFacts) -> str:
    return (
        f"Since {_day(facts)} your calendar can't be read: {_TROUBLES[facts.trouble]}. "
        f"Callers no longer hear of your appointments. Give its address again."
    )


def _message_transcribed(facts: NoticeFacts) -> str:
    doubt = " (may be wrong)" if facts.said.may_be_wrong else ""
    caller = facts.caller_name or facts.caller or "A withheld number"
    return f"{caller}{doubt}: {facts.said.quoted('“', '”')}"


def _caller(facts: NoticeFacts) -> str:
    return facts.who or "a withheld number"


def _when(facts: NoticeFacts) -> str:
    clock = f"at {facts.at:%H:%M}"
    if days_ago(facts) == 0:
        return f"today {clock}"
    return f"yesterday {clock}" if days_ago(facts) == 1 else f"on {_day(facts)} {clock}"


def _day(facts: NoticeFacts) -> str:
    return f"{facts.at.day} {_MONTHS[facts.at.month - 1]}"


def length(seconds: int) -> str:
    minutes, rest = divmod(seconds, 60)
    parts = [f"{minutes} min"] * bool(minutes) + [f"{rest} s"] * bool(rest or not minutes)
    return " ".join(parts)


def _how_many(new: int) -> str:
    return f"You have {new} new messages. " if new > 1 else ""


_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
_TROUBLES = {
    FeedTrouble.AWAY: "its server is away",
    FeedTrouble.CERTIFICATE: "its certificate is wrong",
    FeedTrouble.PRIVATE: "its address is not allowed",
    FeedTrouble.REFUSED: "it is not shared any more",
    FeedTrouble.FAULT: "its server has a fault",
    FeedTrouble.REDIRECTS: "its address leads nowhere",
    FeedTrouble.TOO_LARGE: "it is too large",
    FeedTrouble.NO_CALENDAR: "it is no calendar",
    FeedTrouble.TOO_MANY: "it has too much in it",
    FeedTrouble.TOO_SLOW: "it has too much in it",
    FeedTrouble.SEALED: "its address is lost",
}
_TEXTS = {
    NoticeKind.NEW_MESSAGE: _new_message,
    NoticeKind.MISSED_CALL: _missed_call,
    NoticeKind.MANY_CALLS: _many_calls,
    NoticeKind.FIRST_PIN: _first_pin,
    NoticeKind.REQUESTED_PIN: _requested_pin,
    NoticeKind.LOGIN_CODE: _login_code,
    NoticeKind.PIN_CHANGED: _pin_changed,
    NoticeKind.GREETING_RECORDED: _greeting_recorded,
    NoticeKind.GREETING_NOT_RECORDED: _greeting_not_recorded,
    NoticeKind.LOGIN_ELSEWHERE: _login_elsewhere,
    NoticeKind.LOCKED_OUT: _locked_out,
    NoticeKind.NEARLY_FULL: _nearly_full,
    NoticeKind.SOON_DELETED: _soon_deleted,
    NoticeKind.ABSENCE_ON: _absence_on,
    NoticeKind.CALENDAR_FAILING: _calendar_failing,
    NoticeKind.MESSAGE_TRANSCRIBED: _message_transcribed,
}
