"""What a message says, by SMS: the first 100 letters, cut at a word; what was heard badly is marked."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from personsvar.mailbox.caller_names import put_name
from personsvar.mailbox.model.ids import Number
from personsvar.mailbox.model.notice import Channel, Facts, NewNotice, NoticeKind
from personsvar.mailbox.model.subscriber import Language, Subscriber
from personsvar.mailbox.model.transcript import MessageTranscript
from personsvar.notifier.delivery_errors import UndeliverableError
from personsvar.notifier.words.facts import notice_facts
from personsvar.notifier.words.names_in_sms import named_sms
from personsvar.notifier.words.rendering import Rendered, RenderedOrNot, Text, render
from personsvar.notifier.words.said_in_sms import said_in_sms
from personsvar.notifier.words.sms_parts_needed import parts_needed
from tests.fakes.actors import ROOT
from tests.unit.conftest import KARI, Backend
from tests.wire.letters import NOW
from tests.wire.transcripts import NOT_UNDERSTOOD, made, sure, unmeasured, unsure_of


def told(
    said: MessageTranscript,
    language: Language = "nb",
    *,
    caller: Number | None = KARI,
    name: str | None = None,
) -> str:
    facts = notice_facts(
        NoticeKind.MESSAGE_TRANSCRIBED,
        Facts(caller=caller),
        Subscriber(Number("+4790000001")),
        access=Number("+4747471000"),
        secret=None,
        now=NOW,
        caller_name=name,
        said=said_in_sms(said),
    )
    return named_sms(facts, language)


@pytest.mark.parametrize("language", ["nb", "en"])
def test_who_called_and_what_was_said(language: Language) -> None:
    said = sure("Hei, ring meg på fredag. Hilsen Kari")
    assert told(said, language, name="Kari") == 'Kari: "Hei, ring meg på fredag. Hilsen Kari"'
    assert told(said, language) == '+47 900 00 002: "Hei, ring meg på fredag. Hilsen Kari"'


def test_nobody_is_named_who_did_not_tell_who_he_is() -> None:
    assert told(sure("Gjett hvem"), caller=None, name="Kari") == 'Hemmelig nummer: "Gjett hvem"'
    assert told(sure("Guess who"), "en", caller=None) == 'A withheld number: "Guess who"'


@pytest.mark.parametrize(
    ("said", "text"),
    [
        (unsure_of("Ring på fredag, hilsen Kari.", "fredag,"), "Ring på fredag (?), hilsen Kari."),
        (unsure_of("Ring Kari på fredag.", "Kari", "på"), "Ring Kari på (?) fredag."),
        (unsure_of("Ring Kari på fredag.", "fredag."), "Ring Kari på fredag (?)."),
        (unsure_of("Hva?", "Hva?"), "Hva (?)?"),
        (made(("Ring", None), ("Kari", 0.1)), "Ring Kari (?)"),
    ],
)
def test_unsure_words_are_marked(said: MessageTranscript, text: str) -> None:
    assert told(said, name="Ola") == f'Ola: "{text}"'


def test_of_an_engine_that_does_not_tell_how_sure_it_is_all_may_be_wrong() -> None:
    assert told(unmeasured("Ring meg"), name="Kari") == 'Kari (kan være feil): "Ring meg"'
    assert told(unmeasured("Call me"), "en", name="Kari") == 'Kari (may be wrong): "Call me"'


def test_the_first_hundred_letters_are_cut_at_a_word() -> None:
    said = told(sure("Dette er en lang beskjed. " * 10), name="Kari")
    text = "Dette er en lang beskjed. Dette er en lang beskjed. Dette er en lang beskjed. Dette er en lang"
    assert said == f'Kari: "{text}..."'
    assert told(sure("a" * 100)) == f'+47 900 00 002: "{"a" * 100}"'
    assert told(sure("a" * 101)) == f'+47 900 00 002: "{"a" * 97}..."'
    assert told(sure("Hei. " + "b" * 96)) == '+47 900 00 002: "Hei..."'


def test_a_word_and_its_mark_are_not_parted() -> None:
    said = unsure_of("x" * 93 + " slutt hilsen Kari", "slutt")
    assert told(said).endswith(f'"{"x" * 93}..."')
    assert told(unsure_of("x" * 87 + " slutt hilsen Kari", "slutt")).endswith('x slutt (?)..."')


def test_what_can_be_said_in_the_alphabet_of_sms_is() -> None:
    said = told(sure("«Š» – det’s “alt” … " + "og mer til " * 5), name="Łukasz")
    assert said == "Lukasz: \"'S' - det's 'alt' ... og mer til og mer til og mer til og mer til og mer til\""
    assert parts_needed(said) == 1


def test_what_can_not_is_told_in_its_own_letters() -> None:
    assert told(sure("Да 😀"), name="Kari") == "Kari: «Да 😀»"
    assert told(sure("Да 😀"), "en") == "+47 900 00 002: “Да 😀”"
    assert parts_needed(told(sure("Да " * 60))) == 2


_PLAIN = st.characters(codec="ascii", categories=["L", "N", "P"], exclude_characters="^{}\\[~]|`")
_WORD = st.text(_PLAIN, min_size=1, max_size=12)


@given(
    words=st.lists(st.tuples(_WORD, st.none() | st.floats(0, 1)), min_size=1, max_size=60),
    name=st.none() | st.text(st.characters(codec="utf-8", categories=["L"]), min_size=1, max_size=100),
)
def test_in_plain_letters_it_is_one_sms_whatever_is_said_by_whomever(
    words: list[tuple[str, float | None]], name: str | None
) -> None:
    assert len(said_in_sms(made(*words)).text) <= 100
    assert parts_needed(told(made(*words), name=name)) == 1


def posted(backend: Backend, transcript: MessageTranscript | None) -> RenderedOrNot:
    """What becomes of the notice that a message says this."""
    backend.leave_message()
    with backend.services.store.begin() as uow:
        [message] = uow.messages.list(backend.ola.number)
        facts = Facts(message=message.id, caller=KARI)
        if transcript is not None:
            assert uow.transcripts.put(replace(transcript, message=message.id), of=message.sound.id)
        uow.commit()
    which = backend.post(
        NewNotice(
            backend.ola.number,
            NoticeKind.MESSAGE_TRANSCRIBED,
            Channel.SMS,
            "said",
            backend.clock.now(),
            facts,
        )
    )
    [found] = render(backend.services, [backend.notice(which)])
    return found


def test_the_words_are_looked_up_as_it_is_sent(backend: Backend) -> None:
    put_name(backend.services, backend.ola.number, KARI, "Kari", by=ROOT)
    found = posted(backend, unsure_of("Ring meg på fredag", "fredag"))
    assert isinstance(found, Rendered)
    assert found.content == Text('Kari: "Ring meg på fredag (?)"')


@pytest.mark.parametrize(
    ("transcript", "why"), [(None, "the transcript is gone"), (NOT_UNDERSTOOD, "could not be understood")]
)
def test_what_was_not_understood_or_is_gone_is_told_to_nobody(
    backend: Backend, transcript: MessageTranscript | None, why: str
) -> None:
    found = posted(backend, transcript)
    assert isinstance(found, UndeliverableError)
    assert why in str(found)
