"""Whatever a name, a number or an error text holds, it is stored and comes back (SQLite and PostgreSQL)."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from personsvar.mailbox.model.ids import Number, Sealed
from personsvar.mailbox.model.notice import Facts
from personsvar.mailbox.model.subscriber import Subscriber
from personsvar.storage.columns import legible
from tests.contract.stores import KARI, SOUND, Shop, message, notice

ODD = some.text() | some.sampled_from(
    [
        "'; DROP TABLE subscribers; --",
        '"\r\nExec: rm',
        "%s %(x)s :name ?",
        "9" * 10_000,
        "\x00",
        "\ud83d",
        "\U0001f4de",
    ]
)
few = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@few
@given(name=ODD, email=ODD, zone=ODD)
def test_any_name_comes_back(sql_shop: Shop, name: str, email: str, zone: str) -> None:
    odd = Subscriber(KARI, name=name, email=email, time_zone=zone)
    with sql_shop.kept_store().begin() as work:
        work.subscribers.add(odd)
        assert work.subscribers.get(KARI) == replace(
            odd, name=legible(name), email=legible(email), time_zone=legible(zone)
        )


@few
@given(caller=ODD, secret=some.binary(), new_count=some.none() | some.integers(0, 2**31 - 1))
def test_any_caller_and_any_secret_come_back(
    sql_shop: Shop, caller: str, secret: bytes, new_count: int | None
) -> None:
    facts = Facts(caller=Number(caller), secret=Sealed(secret), new_count=new_count)
    with sql_shop.kept_store().begin() as work:
        work.subscribers.add(Subscriber(KARI))
        kept = work.messages.add(
            replace(message(), caller=Number(caller), sound=work.sounds.add(SOUND, of=KARI))
        )
        told = work.outbox.add(notice(facts=facts))
        assert told is not None
        found, sent = work.messages.get(kept.id), work.outbox.get(told)
    assert found == replace(kept, caller=Number(legible(caller)))
    assert sent is not None
    assert sent.facts == replace(facts, caller=Number(legible(caller)))


def test_legible_leaves_all_that_can_be_stored_as_it_is() -> None:
    assert legible("Åse 🙂 \t\n 李") == "Åse 🙂 \t\n 李"
    assert legible("a\x00b\ud800") == "a\ufffdb\ufffd"
