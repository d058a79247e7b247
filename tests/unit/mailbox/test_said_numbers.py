"""Numbers that are said are offered by the rules of key 0, and by no other."""

from __future__ import annotations

import dataclasses

from personsvar.mailbox.call_back import begin_call_back
from personsvar.mailbox.model.ids import Number
from personsvar.mailbox.model.subscriber import Language, Subscriber
from personsvar.mailbox.model.transcript import SpokenWord, Transcript
from personsvar.mailbox.transcription.said_numbers import MOST, SaidNumber, offered_numbers
from tests.unit.mailbox.use_cases import KARI, STRANGER, UseCases
from tests.unit.spoken import heard

OWNER = Subscriber(KARI)


def offered(
    app: UseCases, text: str, *, caller: str | None = STRANGER, language: Language = "nb", unsure: str = ""
) -> list[SaidNumber]:
    said = heard(text, language, unsure=unsure.split())
    from_ = None if caller is None else Number(caller)
    with app.store.look() as uow:
        (found,) = offered_numbers(uow, app.services, OWNER, [(said, from_)])
    return list(found)


def numbers(app: UseCases, text: str, **facts: str | None) -> list[str]:
    return [it.number for it in offered(app, text, **facts)]  # type: ignore[arg-type] # whose and in which language


def test_a_number_is_offered_with_the_time_it_is_said_at(app: UseCases) -> None:
    (found,) = offered(app, "hei ring meg på 900 00 012 i dag")
    assert found == SaidNumber(Number("+4790000012"), 2.0, 3.5, is_unsure=False)


def test_the_rules_of_key_0_decide(app: UseCases) -> None:
    for said in ("82 00 00 00", "81 02 12 34", "80 02 12 34", "+44 20 7123 4567", "+1 201 555 0123"):
        assert numbers(app, f"ring {said}") == [], said
    assert numbers(app, "ring +46 70 123 45 67 eller 22 00 00 00") == ["+46701234567", "+4722000000"]
    assert numbers(app, "mitt nummer er 900 00 001") == []  # the mailbox itself
    assert numbers(app, "ring svareren på 47 47 10 00") == []  # the access number


def test_the_operator_may_set_the_countries(app: UseCases) -> None:
    rules = dataclasses.replace(app.services.rules, call_back_regions=("GB",))
    app.services = dataclasses.replace(app.services, rules=rules)
    assert numbers(app, "ring +44 20 7123 4567 eller 900 00 012") == ["+442071234567"]


def test_nothing_is_offered_when_no_call_is_left_that_day(app: UseCases) -> None:
    app.add(OWNER)
    for _ in range(app.services.rules.call_backs_a_day):
        begin_call_back(app.services, KARI, STRANGER, from_elsewhere=False)
    assert numbers(app, "ring 900 00 012") == []


def test_a_number_said_twice_is_offered_once_and_no_more_than_five(app: UseCases) -> None:
    assert numbers(app, "900 00 012 ja 90 00 00 12") == ["+4790000012"]
    many = " og ".join(f"900 00 0{number}" for number in range(20, 20 + MOST + 3))
    assert len(numbers(app, many)) == MOST


def test_one_with_an_unsure_word_is_told_so(app: UseCases) -> None:
    assert [it.is_unsure for it in offered(app, "ring 900 00 012", unsure="00")] == [True]
    assert [it.is_unsure for it in offered(app, "ring 900 00 012", unsure="ring")] == [False]
    unmeasured = Transcript((SpokenWord("90000012", 0, 1, None),), "nb", "http", "whisper-1")
    with app.store.look() as uow:
        ((found,),) = offered_numbers(uow, app.services, OWNER, [(unmeasured, None)])
    assert found.is_unsure


def test_who_calls_from_abroad_says_numbers_of_there(app: UseCases) -> None:
    assert numbers(app, "070 123 45 67", caller="+46701111111") == ["+46701234567"]
    assert numbers(app, "070 123 45 67", caller=STRANGER) == []
    assert numbers(app, "900 00 012", caller="+46701111111") == ["+4790000012"]
    assert numbers(app, "070 123 45 67", caller=None) == []
    assert numbers(app, "nine hundred double oh zero one two", language="en") == ["+4790000012"]
