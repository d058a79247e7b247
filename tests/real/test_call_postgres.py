"""The whole service on PostgreSQL; and PostgreSQL stopped in mid-call."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest

from dialplan.switch.root import Asterisk
from personsvar import storage
from personsvar.mailbox.model.message import State
from personsvar.mailbox.model.notice import NoticeKind
from tests.postgres import PostgresCluster, running_cluster
from tests.real.pieces import pieces
from tests.real.running_site import running_site, telephones
from tests.real.sip_phone import Phone
from tests.real.site import LiveSite
from tests.real.spool import eventually
from tests.real.walks import CALLER, jump_ahead, listen, reach, send, skip_greeting, talk

SECONDS = 12

pytestmark = pytest.mark.postgres


@dataclass
class Estate:
    site: LiveSite
    cluster: PostgresCluster


@pytest.fixture(scope="module")
def estate(asterisk: Asterisk, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Estate]:
    """A site whose database is a PostgreSQL of its own."""
    with running_cluster() as cluster:
        url = cluster.url(cluster.new_database())
        storage.upgrade(url)
        folder = tmp_path_factory.mktemp("estate")
        settings = {"PERSONSVAR_DATABASE_URL": url, "PERSONSVAR_SWEEP_SECONDS": "1"}
        with running_site(asterisk, folder, environment=settings) as site:
            yield Estate(site, cluster)


@pytest.fixture
def site(estate: Estate) -> LiveSite:
    return estate.site


@pytest.fixture
def telephone(site: LiveSite) -> Iterator[Callable[..., Phone]]:
    with telephones(site) as make:
        yield make


@pytest.fixture
def cluster(estate: Estate) -> Iterator[PostgresCluster]:
    """May be stopped; it runs again afterwards."""
    yield estate.cluster
    estate.cluster.stop()
    estate.cluster.start()


def is_whole(site: LiveSite, mailbox: object) -> None:
    message = site.message(mailbox, within=30)  # type: ignore[arg-type]
    (swept,) = [piece for piece in pieces(site.sound(message)) if piece.seconds > 1]
    assert round(swept.seconds) == SECONDS
    assert message.caller == CALLER
    assert len(site.messages(message.mailbox)) == 1


def test_a_message_is_left_and_heard(site: LiveSite, telephone: Callable[..., Phone]) -> None:
    owner = site.subscriber()
    caller = reach(telephone, owner)
    skip_greeting(caller)
    talk(caller, seconds=SECONDS)
    send(caller)
    is_whole(site, owner)
    assert site.notices(owner) == [NoticeKind.NEW_MESSAGE]

    phone = listen(telephone, owner)
    assert jump_ahead(phone) == pytest.approx(8, abs=0.15)
    phone.press("6")
    phone.wait_for_prompt("message-saved", within=5)
    assert site.messages(owner)[0].state is State.SAVED


def test_stopped_while_the_caller_speaks_the_message_is_delivered_later(
    site: LiveSite, telephone: Callable[..., Phone], cluster: PostgresCluster
) -> None:
    owner = site.subscriber()
    caller = reach(telephone, owner)
    skip_greeting(caller)
    caller.wait_for_prompt("tone", within=10)
    cluster.stop()
    talk_on(caller)
    caller.press("#")
    caller.wait_for_prompt("after-take-listen", within=15)
    caller.press("2")
    caller.wait_for_prompt("message-received", within=30)  # and not "stored": it is not true yet
    caller.wait_for_hang_up(within=15)
    spool = site.folder / "spool"
    assert [file for file in spool.iterdir() if file.suffix == ".head"]
    cluster.start()
    is_whole(site, owner)
    eventually(lambda: not [*spool.glob("*.head")], within=15, what="an empty spool")
    assert site.notices(owner) == [NoticeKind.NEW_MESSAGE]


def talk_on(caller: Phone) -> None:
    caller.wait_for_end_of("tone")
    caller.speak(seconds=1.5, dbfs=-14)
    caller.sweep(seconds=SECONDS)


def test_stopped_before_the_call_callers_are_taken_and_owners_wait(
    site: LiveSite, telephone: Callable[..., Phone], cluster: PostgresCluster
) -> None:
    owner = site.subscriber()
    cluster.stop()
    phone = telephone(owner)
    phone.call()
    phone.wait_for_prompt("mailbox-unavailable", within=30)
    phone.wait_for_hang_up(within=15)
    caller = reach(telephone, owner)
    skip_greeting(caller)
    talk(caller, seconds=SECONDS)
    caller.hang_up()
    cluster.start()
    is_whole(site, owner)


def test_stopped_while_an_owner_listens_it_is_said(
    site: LiveSite, telephone: Callable[..., Phone], cluster: PostgresCluster
) -> None:
    owner = site.subscriber()
    caller = reach(telephone, owner)
    skip_greeting(caller)
    talk(caller, seconds=SECONDS)
    caller.hang_up()
    message = site.message(owner, within=10)
    phone = listen(telephone, owner)
    phone.wait_for_piece(1, seconds=1)
    cluster.stop()
    phone.press("6")
    phone.wait_for_prompt("mailbox-unavailable", within=30)
    phone.wait_for_hang_up(within=15)
    cluster.start()
    eventually(lambda: site.state(message.id) in {State.NEW, State.HEARD}, within=5, what="the message")
