"""A subscriber as JSON: as he is, as a new one, and what is to be changed. The fields are docs/json.md's."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StrictBool, StrictStr

from personsvar.http.api.forms import Moment
from personsvar.mailbox.details import Details, Switches
from personsvar.mailbox.model.subscriber import Language, Subscriber
from personsvar.mailbox.name_letters import LONGEST_NAME
from personsvar.mailbox.voicemail_switch import is_off
from personsvar.mailbox.weekly_hours import written_hours

_NUMBER = "+4790000001"
_LONGEST_NUMBER, _LONGEST_EMAIL, _LONGEST_ZONE = 60, 254, 64

GivenName = Annotated[StrictStr, Field(max_length=LONGEST_NAME, examples=["Ola Nordmann"])]
GivenEmail = Annotated[StrictStr, Field(max_length=_LONGEST_EMAIL, examples=["ola@example.test"])]
GivenZone = Annotated[StrictStr, Field(max_length=_LONGEST_ZONE, examples=["Europe/Oslo"])]
GivenPin = Annotated[StrictStr, Field(pattern="^[0-9]{4,10}$", examples=["274916"])]
GivenWeek = Annotated[StrictStr, Field(max_length=500, examples=["mon-fri 08:00-16:00"])]
GivenTime = Annotated[StrictStr, Field(max_length=40, examples=["2026-12-24T08:00"])]
GivenPlace = Annotated[StrictStr, Field(max_length=253, examples=["speech.example.test"])]
GivenHours = Annotated[
    StrictStr,
    Field(pattern="^([01][0-9]|2[0-3]):[0-5][0-9]-([01][0-9]|2[0-3]):[0-5][0-9]$", examples=["22:00-07:00"]),
]


class SubscriberForm(BaseModel):
    number: str = Field(description="the subscriber", examples=[_NUMBER])
    name: str = Field(description="as the operator gave it, or empty", examples=["Ola Nordmann"])
    email: str | None = Field(description="where copies of messages go", examples=["ola@example.test"])
    language: Language = Field(description="what the voice speaks")
    time_zone: str = Field(description="by whose clock times are said", examples=["Europe/Oslo"])
    has_pin: bool = Field(description="whether there is a PIN; the PIN itself is nowhere")
    pin_by_operator: bool = Field(description="the PIN was given by the operator")
    voicemail_on: bool = Field(description="callers may leave messages, in the hours for it")
    voicemail_off_until: Moment | None = Field(description="when it is on again by itself")
    hours: str | None = Field(
        description="when callers may leave messages, by the own clock; null: at any time",
        examples=["mon-fri 08:00-16:00"],
    )
    always_ask_pin: bool = Field(description="the PIN is asked on the own phone too")
    oldest_first: bool = Field(description="the order messages are heard in")
    call_back_from_elsewhere: bool = Field(description="key 0 works after a log-in from another phone")
    say_caller: bool = Field(description="the introduction of a message says from whom")
    sms: bool = Field(description="wants an SMS for each message")
    mms: bool = Field(description="wants an MMS with the sound in its place")
    missed_calls: bool = Field(description="wants to be told of missed calls")
    email_copy: bool = Field(description="wants a copy of each message by e-mail")
    transcripts: bool = Field(description="wants messages in words, where there is an engine for it")
    transcript_sms: bool = Field(description="wants what a message says to follow by SMS")
    transcripts_consented_to: str | None = Field(
        description="where recordings may go to be written down: a host; empty: the operator's own machine; "
        "null: no place",
        examples=["speech.example.test"],
    )
    quiet: str | None = Field(description="when notices wait, by the own clock", examples=["22:00-07:00"])
    welcomed: bool = Field(description="the first call is behind the subscriber")
    absence_until: str | None = Field(description="last day of the absence greeting", examples=["2026-03-02"])


class SubscriberPage(BaseModel):
    items: list[SubscriberForm] = Field(description="by number, ascending")
    next: str | None = Field(description="the address of the next page; null: this is the last")


class SubscriberChange(BaseModel):
    """What is given is changed, and nothing else."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"language": "en", "quiet": "22:00-07:00"}]}
    )

    name: GivenName = ""
    email: GivenEmail | None = Field(None, description="null removes it")
    language: Language = "nb"
    time_zone: GivenZone = "Europe/Oslo"
    pin: GivenPin = Field("", description="a new PIN, which is told nobody: give it to its owner yourself")
    quiet: GivenHours | None = Field(None, description="when notices wait; null: never")
    hours: GivenWeek | None = Field(None, description="when callers may leave messages; null: at any time")
    off_until: GivenTime = Field("", description="turns voicemail off until then, by the own clock")
    voicemail_on: StrictBool = True
    always_ask_pin: StrictBool = False
    oldest_first: StrictBool = True
    call_back_from_elsewhere: StrictBool = False
    say_caller: StrictBool = False
    sms: StrictBool = True
    mms: StrictBool = False
    missed_calls: StrictBool = True
    email_copy: StrictBool = True
    transcripts: StrictBool = Field(
        False, description="ask its owner first; false removes the transcripts there are"
    )
    transcript_sms: StrictBool = False
    transcripts_consented_to: GivenPlace = Field(
        "", description="its owner agrees anew, to where recordings go now: that host, or empty"
    )

    def details(self) -> Details:
        """Only what was given; what is null is removed."""
        given = {name: getattr(self, name) for name in self.model_fields_set - {"number"}}
        switches = {name: value for name, value in given.items() if isinstance(value, bool)}
        words = {name: value or "" for name, value in given.items() if name not in switches}
        return Details(**words, switches=Switches(**switches))


class NewSubscriber(SubscriberChange):
    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"number": _NUMBER, "name": "Ola Nordmann", "language": "nb"}]},
    )

    number: StrictStr = Field(
        min_length=1, max_length=_LONGEST_NUMBER, description="any form of it", examples=[_NUMBER]
    )


def subscriber_form(subscriber: Subscriber, now: datetime) -> SubscriberForm:
    wishes = subscriber.wishes
    return SubscriberForm(
        number=subscriber.number,
        name=subscriber.name,
        email=subscriber.email,
        language=subscriber.language,
        time_zone=subscriber.time_zone,
        has_pin=subscriber.pin is not None,
        pin_by_operator=subscriber.pin_by_operator,
        voicemail_on=not is_off(subscriber, now),
        voicemail_off_until=subscriber.voicemail_off_until if is_off(subscriber, now) else None,
        hours=written_hours(subscriber.hours) or None,
        always_ask_pin=subscriber.always_ask_pin,
        oldest_first=subscriber.oldest_first,
        call_back_from_elsewhere=subscriber.call_back_from_elsewhere,
        say_caller=subscriber.say_caller,
        sms=wishes.sms,
        mms=wishes.mms,
        missed_calls=wishes.missed_calls,
        email_copy=wishes.email_copy,
        transcripts=wishes.transcripts,
        transcript_sms=wishes.transcript_sms,
        transcripts_consented_to=subscriber.transcripts_consented_to,
        quiet=None if subscriber.quiet is None else str(subscriber.quiet),
        welcomed=subscriber.welcomed,
        absence_until=None if subscriber.absence_until is None else subscriber.absence_until.isoformat(),
    )
