"""What a message says, as JSON."""

from __future__ import annotations

from pydantic import BaseModel, Field

from personsvar.http.api.forms import Moment
from personsvar.mailbox.model.transcript import SpokenWord
from personsvar.mailbox.transcription.reading import ReadTranscript
from personsvar.mailbox.transcription.said_numbers import SaidNumber
from personsvar.mailbox.transcription.unsure import is_unsure


class SpokenWordForm(BaseModel):
    text: str = Field(examples=["Hei"])
    start: float = Field(description="when it is heard: seconds from the beginning", examples=[0.42])
    end: float = Field(examples=[0.81])
    probability: float | None = Field(
        description="how sure the engine was, from 0 to 1; null: it does not say"
    )
    unsure: bool = Field(description="it may be another word: mark it so wherever it is shown")


class SaidNumberForm(BaseModel):
    number: str = Field(
        description="what its owner may call back, by the rules of key 0", examples=["+4790000012"]
    )
    start: float = Field(description="when it is said")
    end: float
    unsure: bool = Field(description="a word of it is: it may be another number")


class TranscriptForm(BaseModel):
    message: int
    understanding: str = Field(
        description="`text`, `unsure` (with its unsure words marked) or `not-understood` (no words)",
        examples=["text"],
    )
    text: str = Field(description="the words in one; empty when it was not understood")
    language: str = Field(description="in which it was heard", examples=["nb"])
    engine: str = Field(description="what wrote it: tell it wherever the words are shown")
    model: str
    made_at: Moment
    words: list[SpokenWordForm]
    numbers: list[SaidNumberForm] = Field(description="telephone numbers that are said in it, five at most")


def transcript_form(read: ReadTranscript) -> TranscriptForm:
    made, heard = read.made, read.made.transcript
    return TranscriptForm(
        message=made.message,
        understanding=str(made.understanding),
        text=made.text,
        language=heard.language,
        engine=heard.engine,
        model=heard.model,
        made_at=made.made_at,
        words=[_word(word) for word in heard.words],
        numbers=[_number(said) for said in read.numbers],
    )


def _word(word: SpokenWord) -> SpokenWordForm:
    return SpokenWordForm(
        text=word.text.strip(),
        start=round(word.starts_at, 2),
        end=round(word.ends_at, 2),
        probability=None if word.probability is None else round(word.probability, 2),
        unsure=is_unsure(word),
    )


def _number(said: SaidNumber) -> SaidNumberForm:
    return SaidNumberForm(
        number=said.number, start=round(said.starts_at, 2), end=round(said.ends_at, 2), unsure=said.is_unsure
    )
