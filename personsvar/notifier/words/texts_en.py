"""The notices in English, as an SMS. One SMS each: 160 letters of GSM 03.38."""

from __future__ import annotations

from collections.abc import Mapping

from personsvar.mailbox.model.notice import MissedReason, NoticeKind
from personsvar.notifier.words.facts import NoticeFacts, days_ago

_FULL = "Your voicemail is full. Call {access} and delete messages you don't need."
_REASONS = {
    MissedReason.HUNG_UP: "No message was left.",
    MissedReason.EMPTY: "The caller said nothing.",
    MissedReason.MAILBOX_FULL: _FULL,
    MissedReason.VOICEMAIL_OFF: "Your voicemail is turned off.",
}


_SEVERAL = {**_REASONS, MissedReason.EMPTY: _REASONS[MissedReason.HUNG_UP]}
"""Of several calls, some may have been hung up and some left without a word."""


def text(told: NoticeFacts) -> str:
    return _TEXTS[told.kind](told)


def _new_message(told: NoticeFacts) -> str:
    haste = "Urgent: new message" if told.urgent else "New message"
    return (
        f"{haste} from {_caller(told)} {_when(told)} ({length(told.seconds)}). "
        f"{_how_many(told.new_count)}Call {told.access} to listen."
    )


def _missed_call(told: NoticeFacts) -> str:
    if told.calls > 1:
        calls = f"{told.calls} missed calls from {_caller(told)}"
        return f"{calls}, the last {_when(told)}. {_why(told, _SEVERAL)}"
    return f"Missed call from {_caller(told)} {_when(told)}. {_why(told, _REASONS)}"


def _why(told: NoticeFacts, reasons: Mapping[MissedReason, str]) -> str:
    return reasons[told.reason].format(access=told.access)


def _many_calls(told: NoticeFacts) -> str:
    more = "One more call" if told.calls == 1 else f"{told.calls} more calls"
    return (
        f"Many calls for you. {more}, the last {_when(told)}. "
        f"Call {told.access} to hear whether anyone left a message."
    )


def _first_pin(told: NoticeFacts) -> str:
    if told.secret is None:
        return (
            f"Welcome to your voicemail! Use the PIN we gave you. "
            f"To change it, call {told.access} from your phone and press 3, then 4."
        )
    return (
        f"Welcome to your voicemail! Your PIN is {told.secret}. "
        f"You need it when you call {told.access} from another phone. Don't give it to anyone."
    )


def _requested_pin(told: NoticeFacts) -> str:
    return (
        f"New voicemail PIN: {told.secret}. Use it before {told.secret_until:%H:%M}. "
        f"If you didn't ask for it, ignore this message. Your old PIN still works."
    )


def _pin_changed(told: NoticeFacts) -> str:
    return f"Your voicemail PIN was changed {_when(told)}. If this wasn't you, contact us at once."


def _greeting_recorded(told: NoticeFacts) -> str:
    return f"Your greeting has been recorded. Call {told.access} and press 3, then 1, to hear or change it."


def _greeting_not_recorded(told: NoticeFacts) -> str:
    return (
        f"You have not recorded a greeting yet, so callers hear the standard greeting. "
        f"Call {told.access} and press 3, then 1, to record your own."
    )


def _login_elsewhere(told: NoticeFacts) -> str:
    return (
        f"Your voicemail was opened from {_caller(told)} {_when(told)}. "
        f"If this wasn't you, change your PIN: call {told.access}, press 3, then 4."
    )


def _locked_out(told: NoticeFacts) -> str:
    return (
        f"A wrong PIN for your voicemail was entered several times {_when(told)}. "
        f"Logging in is closed for a while. From your own phone you call as before."
    )


def _nearly_full(told: NoticeFacts) -> str:
    if told.count == 0:
        return _FULL.format(access=told.access)
    more = "one more message" if told.count == 1 else f"{told.count} more messages"
    return (
        f"Your voicemail is nearly full: there is room for {more}. "
        f"Call {told.access} and delete what you don't need."
    )


def _soon_deleted(told: NoticeFacts) -> str:
    if told.count == 1:
        return (
            f"An old message in your voicemail will be deleted on {_day(told)}. "
            f"Call {told.access} to listen. Press 6 to keep it."
        )
    return (
        f"{told.count} old messages in your voicemail will be deleted on {_day(told)}. "
        f"Call {told.access} to listen. Press 6 to keep a message."
    )


def _absence_on(told: NoticeFacts) -> str:
    return (
        f"Your absence greeting is on until the end of {_day(told)}. "
        f"To turn it off, call {told.access} and press 3, 6 and 4."
    )


def _caller(told: NoticeFacts) -> str:
    return told.caller or "a withheld number"


def _when(told: NoticeFacts) -> str:
    clock = f"at {told.at:%H:%M}"
    if days_ago(told) == 0:
        return f"today {clock}"
    return f"yesterday {clock}" if days_ago(told) == 1 else f"on {_day(told)} {clock}"


def _day(told: NoticeFacts) -> str:
    return f"{told.at.day} {_MONTHS[told.at.month - 1]}"


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
_TEXTS = {
    NoticeKind.NEW_MESSAGE: _new_message,
    NoticeKind.MISSED_CALL: _missed_call,
    NoticeKind.MANY_CALLS: _many_calls,
    NoticeKind.FIRST_PIN: _first_pin,
    NoticeKind.REQUESTED_PIN: _requested_pin,
    NoticeKind.PIN_CHANGED: _pin_changed,
    NoticeKind.GREETING_RECORDED: _greeting_recorded,
    NoticeKind.GREETING_NOT_RECORDED: _greeting_not_recorded,
    NoticeKind.LOGIN_ELSEWHERE: _login_elsewhere,
    NoticeKind.LOCKED_OUT: _locked_out,
    NoticeKind.NEARLY_FULL: _nearly_full,
    NoticeKind.SOON_DELETED: _soon_deleted,
    NoticeKind.ABSENCE_ON: _absence_on,
}
