"""The notices in Norwegian (bokmål), as an SMS. One SMS each: 160 letters of GSM 03.38."""

from __future__ import annotations

from personsvar.mailbox.model import MissedReason, NoticeKind
from personsvar.notifier.said import Told, days_ago

_FULL = "Personsvareren din er full. Ring {access} og slett beskjeder du ikke trenger."
_REASONS = {
    MissedReason.HUNG_UP: "Det ble ikke lagt igjen noen beskjed.",
    MissedReason.EMPTY: "Beskjeden var uten tale.",
    MissedReason.MAILBOX_FULL: _FULL,
    MissedReason.VOICEMAIL_OFF: "Personsvareren din er slått av.",
}


def text(told: Told) -> str:
    return _TEXTS[told.kind](told)


def _new_message(told: Told) -> str:
    haste = "Haster: ny beskjed" if told.urgent else "Ny beskjed"
    return (
        f"{haste} fra {_caller(told)} {_when(told)} ({length(told.seconds)}). "
        f"{_how_many(told.new_count)}Ring {told.access} for å lytte."
    )


def _missed_call(told: Told) -> str:
    return f"Tapt anrop fra {_caller(told)} {_when(told)}. {_REASONS[told.reason].format(access=told.access)}"


def _first_pin(told: Told) -> str:
    if told.secret is None:
        return (
            f"Velkommen til personsvar! Koden du fikk av oss gjelder. "
            f"Vil du bytte den, ring {told.access} fra telefonen din og tast 3, så 4."
        )
    return (
        f"Velkommen til personsvar! Koden din er {told.secret}. "
        f"Den trenger du når du ringer {told.access} fra en annen telefon. Ikke gi den til noen."
    )


def _requested_pin(told: Told) -> str:
    return (
        f"Ny kode til personsvar: {told.secret}. Bruk den før kl. {told.secret_until:%H.%M}. "
        f"Har du ikke bedt om den, kan du se bort fra dette. Den gamle virker fortsatt."
    )


def _pin_changed(told: Told) -> str:
    changed = f"Koden til personsvareren din ble endret {_when(told)}."
    return f"{changed} Var det ikke deg? Ta kontakt med oss med en gang."


def _greeting_recorded(told: Told) -> str:
    return (
        f"Velkomstmeldingen din er lest inn. Ring {told.access} og tast 3, så 1, for å høre eller endre den."
    )


def _greeting_not_recorded(told: Told) -> str:
    return (
        f"Du har ikke lest inn noen velkomstmelding ennå, så de som ringer, hører vår. "
        f"Ring {told.access} og tast 3, så 1, for å lese inn din egen."
    )


def _login_elsewhere(told: Told) -> str:
    return (
        f"Personsvareren din ble åpnet fra {_caller(told)} {_when(told)}. "
        f"Var det ikke deg? Bytt kode: ring {told.access}, tast 3, så 4."
    )


def _locked_out(told: Told) -> str:
    return (
        f"Noen har tastet feil kode til personsvareren din flere ganger {_when(told)}. "
        f"Innlogging er sperret en stund. Fra din egen telefon ringer du som før."
    )


def _caller(told: Told) -> str:
    return told.caller or "hemmelig nummer"


def _when(told: Told) -> str:
    clock = f"kl. {told.at:%H.%M}"
    if days_ago(told) == 0:
        return f"i dag {clock}"
    return f"i går {clock}" if days_ago(told) == 1 else f"{told.at.day}.{told.at.month}. {clock}"


def length(seconds: int) -> str:
    minutes, rest = divmod(seconds, 60)
    parts = [f"{minutes} min"] * bool(minutes) + [f"{rest} sek"] * bool(rest or not minutes)
    return " ".join(parts)


def _how_many(new: int) -> str:
    return f"Du har {new} nye beskjeder. " if new > 1 else ""


_TEXTS = {
    NoticeKind.NEW_MESSAGE: _new_message,
    NoticeKind.MISSED_CALL: _missed_call,
    NoticeKind.FIRST_PIN: _first_pin,
    NoticeKind.REQUESTED_PIN: _requested_pin,
    NoticeKind.PIN_CHANGED: _pin_changed,
    NoticeKind.GREETING_RECORDED: _greeting_recorded,
    NoticeKind.GREETING_NOT_RECORDED: _greeting_not_recorded,
    NoticeKind.LOGIN_ELSEWHERE: _login_elsewhere,
    NoticeKind.LOCKED_OUT: _locked_out,
}
