"""Messages are found by what is said in them."""

from __future__ import annotations

import sys
import unicodedata
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from personsvar.mailbox.model.ids import MessageId, Number, SoundId, SpoolId
from personsvar.mailbox.model.message import Message, Sound, State
from personsvar.mailbox.model.subscriber import Subscriber
from personsvar.mailbox.ports.message_search import MessagePlace, MessagesWanted
from personsvar.mailbox.transcription.said_words import LONGEST, folded, has_words, search_said, sought_words
from tests.unit.mailbox.use_cases import KARI, MONDAY, OLA, UseCases
from tests.unit.spoken import heard, write_down

TEXT = "Hei, det er Åse på kontoret. Ring 900 00 012 om fakturaen fra Café Blå!"


AS_TYPED = ("åse", "ÅSE", "aase", "ase", "A\u030ase", "kontoret hei", "  HEI   ring ", "faktura", "cafe blå")
NORWEGIAN = (
    "90000012", "900 00 012", "900-00-012", "900.00.012",
    "900/00/012", "900\u00a000\u00a0012", "900\u201300\u2013012", "0047 900 00 012",
    "004790000012", "00 47 90 00 00 12", "47 90000012", "4790000012",
    "+47 90000012", "+47-900-00-012", "(+47) 900 00 012", "(0047)90000012",
    "\uff0b47 900 00 012", "+47 900 00", "ring: +4790000012!",
)  # fmt: skip
SWEDISH = (
    "ring +46 900 00 012",
    "kl 10 0046 90000012",
    "kl 10, +46-900-00-012 takk",
    "ring (+46) 90 00 00 12",
)
AMONG_SIGNS = (
    "hei & hopp", "hei / hopp", "hei + hopp", "hei *", "#hei", "<hei>", "{hei}", "`hei`", "hei~", "hei\u200b",
    "hei\u00ad", "h\u00adei", "\ufeffhei", "_hei_", "hei™", "hei \U0001f600", "hei❤\ufe0f",
    "|hei|", "$hei€", "hei – hopp", "-- hei",
)  # fmt: skip
BY_NUMBER = ("90000012", "900 00 012", "00012")


@pytest.mark.parametrize("sought", [*AS_TYPED, *BY_NUMBER])
def test_letters_and_digits_are_found_as_they_are_typed(sought: str) -> None:
    assert has_words(TEXT, folded(sought).split())


@pytest.mark.parametrize(
    ("said", "sought"),
    [
        ("Jørgen Åsen", "jorgen asen"),
        ("Jørgen Åsen", "JOERGEN aasen"),
        ("Frau Müller", "mueller"),
        ("Frau Müller", "muller"),
        ("Frau Müller", "Mu\u0308ller"),
        ("Frau Mueller", "Müller"),
        ("Ægir", "aegir"),
        ("hei Kari det er meg", "hei, Kari!"),
        ("ring meg i morgen", "«ring meg»"),
        ("e-post til meg", "(e-post)"),
        ("ring 900 00 012 i dag", "+47 900 00 012"),
        ("ring 900 00 012 i dag", "+4790000012"),
        ("ring 90-00-00-12 i dag", "90 00 00 12."),
        *(("ring 900 00 012 i dag", it) for it in NORWEGIAN),
        *(("ring +47 900.00.012, 5 minutter", it) for it in NORWEGIAN),
        *(("vi møtes 5, ring 0047-90/00/00/12", it) for it in NORWEGIAN),
        *((it, "+46 90000012") for it in SWEDISH),
        *((it, "0046 900 00 012") for it in SWEDISH),
        *((it, "90000012") for it in SWEDISH),
        ("det er +20 grader", "20 grader"),
        ("det er 20 grader", "+20 grader"),
        ("kl 10:30", "10.30"),
        ("kl 10.30", "10:30"),
        ("kl 1030", "10.30"),
        ("det koster 12,50", "12.50"),
        ("det koster 12.50", "12,50"),
        ("50 % av det", "50%"),
        ("50% av det", "50 %"),
        ("send en e-post", "epost"),
        ("send en epost", "e-post"),
        ("send en e\u2011post", "e-post"),
        ("her er Kari Anne", "kari-anne"),
        ("her er Kari-Anne", "Kari Anne"),
        ("her er Kari-Anne", "karianne"),
        *(("hei og hopp", it) for it in AMONG_SIGNS),
        *(("«hei» -- #hopp!", it) for it in AMONG_SIGNS),
    ],
)
def test_what_is_typed_otherwise_than_it_is_written_is_found(said: str, sought: str) -> None:
    assert has_words(said, sought_words(sought))


@pytest.mark.parametrize(
    ("said", "sought"),
    [
        ("en base til", "åse"),
        ("ring 900 00 013", "+4790000012"),
        ("ring 900 00 012", "+46 90000012"),
        ("ring 900 00 012", "+4690000012"),
        ("ring +47 900 00 012", "0046 900 00 012"),
        ("ring +47 900 00 012, ikke +46", "+46-900-00-012"),
        ("ring 900 00 013", "47 90000012"),
        ("kl 10:31", "10.30"),
        ("Anne Kari", "kari-anne"),
        ("hei", "hei & hopp"),
    ],
)
def test_what_only_looks_like_it_is_not(said: str, sought: str) -> None:
    assert not has_words(said, sought_words(sought))


@pytest.mark.parametrize("sought", ["kari", "hei kari", "90000013", "ola kontor"])
def test_all_the_words_have_to_be_there(sought: str) -> None:
    assert not has_words(TEXT, folded(sought).split())


@pytest.mark.parametrize(
    "sought", ["", "&", "* / +", "?!", "\u200b", "™ №", "\U0001f600", "❤\ufe0f", "_", "\x00"]
)
def test_signs_alone_are_no_words(sought: str) -> None:
    assert sought_words(sought) == []


def test_every_sign_of_unicode_is_one() -> None:
    every = map(chr, range(sys.maxunicode + 1))
    signs = (it for it in every if unicodedata.category(it)[0] in "PS" or unicodedata.category(it) == "Cf")
    assert [it for it in signs if sought_words(f"{it}hei{it} {it}") != ["hei"]] == []


def test_what_the_nordic_letters_are_written_as() -> None:
    assert folded("Ærlig Øl Åse Ägg Öl Þór Ðe Łódź Straße") == "aerlig oel aase aegg oel thor de lodz strasse"


@pytest.mark.parametrize(
    ("said", "sought"), [("kl. 5 o'clock", "o’clock"), ("o’clock", "O'CLOCK"), ("Ǿ", "ø")]
)
def test_signs_that_are_written_in_two_ways_are_one(said: str, sought: str) -> None:
    assert has_words(said, folded(sought).split())


def test_no_letter_of_unicode_is_folded_in_two_steps() -> None:
    every = map(chr, range(sys.maxunicode + 1))
    assert [letter for letter in every if folded(folded(letter)) != folded(letter)] == []


@given(st.text(max_size=40))
@example("𝙰")
@example("ǿ")
@example("5 +46 900_00-012")
@example("e-post ™ ½ +1")
def test_folding_is_done_once_and_finds_what_was_said(text: str) -> None:
    assert folded(folded(text)) == folded(text)
    assert has_words(text, folded(text).split())


def leave(
    app: UseCases, minutes: int, text: str | None, *, of: Number = KARI, state: State = State.NEW
) -> MessageId:
    with app.store.begin() as uow:
        sound = uow.sounds.add(b"\xd5" * 8000, of=of)
        at = MONDAY + timedelta(minutes=minutes)
        plain = Message(MessageId(0), of, SpoolId(f"{of}.{minutes}"), None, at, Sound(SoundId(0), 0))
        kept = uow.messages.add(replace(plain, sound=sound, state=state))
        uow.commit()
    if text is not None:
        write_down(app.store, kept, heard(text))
    return kept.id


def found(app: UseCases, said: str, *, behind: MessagePlace | None = None, limit: int = 9) -> list[MessageId]:
    wanted = MessagesWanted(KARI, states=(State.NEW, State.SAVED))
    with app.store.look() as uow:
        return [it.id for it in search_said(uow, wanted, said, behind=behind, limit=limit)]


def test_the_messages_of_one_mailbox_newest_first(app: UseCases) -> None:
    for owner in (KARI, OLA):
        app.add(Subscriber(owner))
    first, second = leave(app, 1, "ring Åse"), leave(app, 2, "Åse ringte", state=State.SAVED)
    leave(app, 3, "åse", of=OLA)
    leave(app, 4, "åse", state=State.DELETED)
    leave(app, 5, None)
    leave(app, 6, "noe annet")
    assert found(app, "aase") == [second, first]
    assert found(app, "aase", limit=1) == [second]
    assert found(app, "aase", behind=MessagePlace(MONDAY + timedelta(minutes=2), second)) == [first]
    assert found(app, "aase kari") == []
    assert found(app, " ") == []
    assert found(app, "a" * (LONGEST + 1)) == []


def test_a_number_is_found_by_its_digits_though_words_were_written(app: UseCases) -> None:
    app.add(Subscriber(KARI))
    spoken = leave(app, 1, "ring meg på ni null null null null null en to takk")
    for sought in (
        "90000012",
        "900 00 012",
        "+47 900 00 012",
        "takk 90000012",
        "ni null",
        "900-00-012",
        "004790000012",
    ):
        assert found(app, sought) == [spoken], sought
    abroad = leave(app, 2, "ring meg på pluss førtiseks ni null null null null null en to takk")
    assert found(app, "+46 90000012") == [abroad]
    assert found(app, "90000013") == found(app, "kari 90000012") == found(app, "?!") == []


def test_without_a_mailbox_nothing_is_found(app: UseCases) -> None:
    app.add(Subscriber(KARI))
    leave(app, 1, "åse")
    with app.store.look() as uow:
        assert search_said(uow, MessagesWanted(), "åse", behind=None, limit=5) == []


def test_they_are_found_behind_many_that_do_not_say_it(app: UseCases) -> None:
    app.add(Subscriber(KARI))
    oldest = leave(app, 0, "åse")
    for minutes in range(1, 260):
        leave(app, minutes, None)
    assert found(app, "åse") == [oldest]
