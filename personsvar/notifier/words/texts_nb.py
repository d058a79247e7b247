"""The notices in Norwegian (bokmål), as an SMS. One SMS each: 160 letters of GSM 03.38."""

from __future__ import annotations

from collections.abc import Mapping

from personsvar.mailbox.model.calendar_feed import FeedTrouble
from personsvar.mailbox.model.notice import MissedReason, NoticeKind
from personsvar.notifier.words.facts import NoticeFacts, days_ago

_FULL = "Personsvareren din er full. Ring {access} og slett beskjeder du ikke trenger."
_REASONS = {
    MissedReason.HUNG_UP: "Det ble ikke lagt igjen noen beskjed.",
    MissedReason.EMPTY: "Det ble ikke sagt noe.",
    MissedReason.MAILBOX_FULL: _FULL,
    MissedReason.VOICEMAIL_OFF: "Personsvareren din er slått av.",
    MissedReason.ABSENT: "Du er borte og tar ikke imot beskjeder.",
    MissedReason.OUTSIDE_HOURS: "Det var utenfor tiden du tar imot beskjeder.",
}


_SEVERAL = {**_REASONS, MissedReason.EMPTY: _REASONS[MissedReason.HUNG_UP]}
"""Of several calls, some may have been hung up and some left without a word."""


def text(facts: NoticeFacts) -> str:
    return _TEXTS[facts.kind](facts)


def _new_message(facts: NoticeFacts) -> str:
    haste = "Haster: ny beskjed" if facts.urgent else "Ny beskjed"
    return (
        f"{haste} fra {_caller(facts)} {_when(facts)} ({length(facts.seconds)}). "
        f"{_how_many(facts.new_count)}Ring {facts.access} for å lytte."
    )


def _missed_call(facts: NoticeFacts) -> str:
    if facts.calls > 1:
        times = f"({facts.calls} ganger), sist {_when(facts)}"
        return f"Tapt anrop fra {_caller(facts)} {times}. {_why(facts, _SEVERAL)}"
    return f"Tapt anrop fra {_caller(facts)} {_when(facts)}. {_why(facts, _REASONS)}"


def _why(facts: NoticeFacts, reasons: Mapping[MissedReason, str]) -> str:
    return reasons[facts.reason].format(access=facts.access)


def _many_calls(facts: NoticeFacts) -> str:
    more = "Ett anrop til" if facts.calls == 1 else f"{facts.calls} anrop til"
    return (
        f"Mange har ringt deg. {more}, det siste {_when(facts)}. "
        f"Ring {facts.access} for å høre om noen la igjen en beskjed."
    )


def _first_pin(facts: NoticeFacts) -> str:
    if facts.secret is None:
        return (
            f"Velkommen til personsvar! Du bruker koden du har fått av oss. "
            f"Vil du bytte den, ring {facts.access} fra telefonen din og tast 3, så 4."
        )
    return (
        f"Velkommen til personsvar! Koden din er {facts.secret}. "
        f"Den trenger du når du ringer {facts.access} fra en annen telefon. Ikke gi den til noen."
    )


def _requested_pin(facts: NoticeFacts) -> str:
    return (
        f"Ny kode til personsvar: {facts.secret}. Bruk den før kl. {facts.secret_until:%H.%M}. "
        f"Har du ikke bedt om den, kan du se bort fra denne meldingen. Den gamle virker fortsatt."
    )


def _login_code(facts: NoticeFacts) -> str:
    return (
        f"{facts.secret} er engangskoden din til Min profil. Den gjelder til kl. {facts.secret_until:%H.%M}. "
        f"Ikke gi den til noen, heller ikke til oss."
    )


def _pin_changed(facts: NoticeFacts) -> str:
    changed = f"Koden til personsvareren din ble endret {_when(facts)}."
    return f"{changed} Var det ikke deg? Ta kontakt med oss med en gang."


def _greeting_recorded(facts: NoticeFacts) -> str:
    return (
        f"Velkomstmeldingen din er lest inn. Ring {facts.access} og tast 3, så 1, for å høre eller endre den."
    )


def _greeting_not_recorded(facts: NoticeFacts) -> str:
    return (
        f"Du har ikke lest inn noen velkomstmelding ennå, så de som ringer, hører standardhilsenen. "
        f"Ring {facts.access} og tast 3, så 1, for å lese inn din egen."
    )


def _login_elsewhere(facts: NoticeFacts) -> str:
    return (
        f"Personsvareren din ble åpnet fra {_caller(facts)} {_when(facts)}. "
        f"Var det ikke deg? Bytt kode: ring {facts.access}, tast 3, så 4."
    )


def _locked_out(facts: NoticeFacts) -> str:
    return (
        f"Noen har tastet feil kode til personsvareren din flere ganger {_when(facts)}. "
        f"Innlogging er sperret en stund. Fra din egen telefon ringer du som før."
    )


def _nearly_full(facts: NoticeFacts) -> str:
    if facts.count == 0:
        return _FULL.format(access=facts.access)
    more = "én beskjed" if facts.count == 1 else f"{facts.count} beskjeder"
    return (
        f"Personsvareren din er nesten full: det er plass til {more} til. "
        f"Ring {facts.access} og slett det du ikke trenger."
    )


def _soon_deleted(facts: NoticeFacts) -> str:
    if facts.count == 1:
        return (
            f"En gammel beskjed i personsvareren din blir slettet {_day(facts)}. "
            f"Ring {facts.access} for å lytte. Tast 6 for å ta vare på den."
        )
    return (
        f"{facts.count} gamle beskjeder i personsvareren din blir slettet {_day(facts)}. "
        f"Ring {facts.access} for å lytte. Tast 6 for å ta vare på en beskjed."
    )


def _absence_on(facts: NoticeFacts) -> str:
    return (
        f"Fraværshilsenen din er på til og med {_day(facts)}. "
        f"Vil du slå den av, ring {facts.access} og tast 3, 6 og 4."
    )


def _calendar_failing(facts: NoticeFacts) -> str:
    return (
        f"Kalenderen din har ikke kunnet leses siden {_day(facts)}: {_TROUBLES[facts.trouble]}. "
        f"De som ringer, hører ikke om avtalene dine. Legg inn adressen på nytt."
    )


def _message_transcribed(facts: NoticeFacts) -> str:
    doubt = " (kan være feil)" if facts.said.may_be_wrong else ""
    caller = facts.caller_name or facts.caller or "Hemmelig nummer"
    return f"{caller}{doubt}: {facts.said.quoted('«', '»')}"


def _caller(facts: NoticeFacts) -> str:
    return facts.who or "hemmelig nummer"


def _when(facts: NoticeFacts) -> str:
    clock = f"kl. {facts.at:%H.%M}"
    if days_ago(facts) == 0:
        return f"i dag {clock}"
    return f"i går {clock}" if days_ago(facts) == 1 else f"{facts.at.day}.{facts.at.month}. {clock}"


def _day(facts: NoticeFacts) -> str:
    return f"{facts.at.day}. {_MONTHS[facts.at.month - 1]}"


def length(seconds: int) -> str:
    minutes, rest = divmod(seconds, 60)
    parts = [f"{minutes} min"] * bool(minutes) + [f"{rest} sek"] * bool(rest or not minutes)
    return " ".join(parts)


def _how_many(new: int) -> str:
    return f"Du har {new} nye beskjeder. " if new > 1 else ""


_MONTHS = (
    "januar", "februar", "mars", "april", "mai", "juni",
    "juli", "august", "september", "oktober", "november", "desember",
)  # fmt: skip
_TROUBLES = {
    FeedTrouble.AWAY: "serveren svarer ikke",
    FeedTrouble.CERTIFICATE: "sertifikatet er feil",
    FeedTrouble.PRIVATE: "adressen er ikke tillatt",
    FeedTrouble.REFUSED: "den er ikke delt lenger",
    FeedTrouble.FAULT: "serveren har en feil",
    FeedTrouble.REDIRECTS: "adressen fører ikke fram",
    FeedTrouble.TOO_LARGE: "den er for stor",
    FeedTrouble.NO_CALENDAR: "det er ingen kalender",
    FeedTrouble.TOO_MANY: "det er for mye i den",
    FeedTrouble.TOO_SLOW: "det er for mye i den",
    FeedTrouble.SEALED: "adressen er gått tapt",
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
