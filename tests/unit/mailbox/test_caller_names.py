"""What callers are called: lists that are kept, and whose name goes before whose."""

from __future__ import annotations

import pytest

from personsvar.mailbox import caller_names
from personsvar.mailbox.caller_names import (
    NamesTaken,
    clear_names,
    find_name,
    import_names,
    known_names,
    put_name,
    remove_name,
    some_names,
)
from personsvar.mailbox.errors import MailboxError, UnknownSubscriberError
from personsvar.mailbox.model.audit import Actor, ActorKind, AuditAction
from personsvar.mailbox.model.caller_name import CallerName
from personsvar.mailbox.model.ids import Number
from personsvar.mailbox.model.subscriber import Subscriber
from tests.unit.mailbox.use_cases import KARI, OLA, STRANGER, UseCases

KARI_HERSELF = Actor(ActorKind.SUBSCRIBER, KARI)


@pytest.fixture
def app() -> UseCases:
    made = UseCases()
    made.add(Subscriber(KARI))
    return made


def test_the_own_name_goes_before_the_operators_and_a_withheld_number_has_none(app: UseCases) -> None:
    put_name(app.services, None, "900 00 009", "Company", by=KARI_HERSELF)
    put_name(app.services, None, OLA, "Ola", by=KARI_HERSELF)
    put_name(app.services, KARI, "90000009", "  Mum \t of Per ", by=KARI_HERSELF)
    assert known_names(app.services, KARI, (STRANGER, None, OLA, KARI)) == {
        STRANGER: "Mum of Per",
        OLA: "Ola",
    }
    assert known_names(app.services, KARI, (None,)) == {}
    assert find_name(app.services, KARI, "+4790000009") == CallerName(STRANGER, "Mum of Per")
    assert remove_name(app.services, KARI, STRANGER, by=KARI_HERSELF)
    assert known_names(app.services, KARI, (STRANGER,)) == {STRANGER: "Company"}


@pytest.mark.parametrize(
    ("number", "name"),
    [("90000009", ""), ("90000009", " \n"), ("90000009", "x" * 101), ("90000009", "Per\x00"), ("12", "Per"),
     ("90000009", "evil\u202etxet"), ("secret", "Per"), ("", "Per")],
)  # fmt: skip
def test_what_is_no_name_or_no_number_is_refused_and_not_repeated(
    app: UseCases, number: str, name: str
) -> None:
    with pytest.raises(MailboxError) as refused:
        put_name(app.services, KARI, number, name, by=KARI_HERSELF)
    assert "secret" not in str(refused.value)
    assert some_names(app.services, KARI) == []


def test_a_file_is_taken_in_whole_and_what_can_not_be_read_is_counted(app: UseCases) -> None:
    content = b"number,name\n90000009,Per\n1881,Directory\n90000009,Pal\n+4790000002,Ola\nx,y\n"
    assert import_names(app.services, KARI, content, by=KARI_HERSELF) == NamesTaken(2, 2)
    assert [it.name for it in some_names(app.services, KARI)] == ["Ola", "Pal"]


def test_every_entry_that_can_not_be_read_is_counted(app: UseCases) -> None:
    content = b"number,name\n,noname\n22200022,\nabc,Kari\n22200041,Kari\n"
    assert import_names(app.services, KARI, content, by=KARI_HERSELF) == NamesTaken(1, 3)
    cards = b"BEGIN:VCARD\nFN:a\nEND:VCARD\nBEGIN:VCARD\nTEL:22200041\nEND:VCARD\nBEGIN:VCARD\nFN:Per\n"
    whole = cards + b"BEGIN:VCARD\nFN:Per\nTEL:22200041\nEND:VCARD\n"
    assert import_names(app.services, KARI, whole, by=KARI_HERSELF) == NamesTaken(1, 3)


def test_one_number_is_one_however_often_it_stands_in_a_file(
    app: UseCases, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(caller_names, "MOST", 2)
    monkeypatch.setattr(caller_names, "_MOST_WAYS", 8)
    card = "BEGIN:VCARD\nFN:Per\nTEL:{}\nEND:VCARD\n"
    same = "".join(card.format(way) for way in ("90000009", "+47 900 00 009")) * 100
    assert import_names(app.services, KARI, same.encode(), by=KARI_HERSELF) == NamesTaken(1, 0)
    several = "".join(card.format(number) for number in ("90000009", "90000011", "90000012"))
    with pytest.raises(MailboxError, match="more than 2 numbers"):
        import_names(app.services, KARI, several.encode(), by=KARI_HERSELF)
    ways = "".join(card.format(f"9000{'-' * dashes}0009") for dashes in range(9))
    with pytest.raises(MailboxError, match="more than 8 ways"):
        import_names(app.services, KARI, ways.encode(), by=KARI_HERSELF)


def test_a_file_of_far_too_many_entries_is_refused_whatever_they_say(
    app: UseCases, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(caller_names, "MOST_ENTRIES", 3)
    entries = b"number,name\n90000009,Per\n,n\n,n\n"
    assert import_names(app.services, KARI, entries, by=KARI_HERSELF) == NamesTaken(1, 2)
    with pytest.raises(MailboxError, match="more than 3 entries"):
        import_names(app.services, KARI, entries + b",n\n", by=KARI_HERSELF)


def test_a_list_is_bounded_and_a_file_that_goes_beyond_changes_nothing(
    app: UseCases, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(caller_names, "MOST", 2)
    put_name(app.services, KARI, STRANGER, "Per", by=KARI_HERSELF)
    two = b"number,name\n90000011,A\n90000012,B\n"
    with pytest.raises(MailboxError, match="at most 2"):
        import_names(app.services, KARI, two, by=KARI_HERSELF)
    assert [it.name for it in some_names(app.services, KARI)] == ["Per"]
    import_names(app.services, None, two, by=KARI_HERSELF)
    put_name(app.services, KARI, STRANGER, "Pal", by=KARI_HERSELF)


def test_a_file_without_any_name_is_refused(app: UseCases) -> None:
    with pytest.raises(MailboxError, match="no name with a telephone number"):
        import_names(app.services, KARI, b"number,name\nx,y\n", by=KARI_HERSELF)


def test_the_trail_says_how_many_and_never_whose(app: UseCases) -> None:
    put_name(app.services, KARI, STRANGER, "Per", by=KARI_HERSELF)
    put_name(app.services, None, STRANGER, "Per", by=KARI_HERSELF)
    assert clear_names(app.services, KARI, by=KARI_HERSELF) == 1
    assert clear_names(app.services, KARI, by=KARI_HERSELF) == 0
    assert not remove_name(app.services, KARI, STRANGER, by=KARI_HERSELF)
    with app.store.look() as uow:
        entries = [(it.action, it.mailbox, it.detail) for it in reversed(uow.audit.list())]
    assert entries == [
        (AuditAction.NAMES_CHANGED, KARI, "names: 1"),
        (AuditAction.NAMES_CHANGED, None, "names: 1"),
        (AuditAction.NAMES_REMOVED, KARI, "names: 1"),
    ]


def test_nobody_who_is_not_served_has_a_list(app: UseCases) -> None:
    with pytest.raises(UnknownSubscriberError):
        put_name(app.services, Number(OLA), STRANGER, "Per", by=KARI_HERSELF)
