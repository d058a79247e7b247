"""What a process with visual voicemail has that another has not."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pydantic import SecretStr

from personsvar import storage
from personsvar.bootstrap import Application
from personsvar.gateways.kannel import incoming
from personsvar.http import mm7_callbacks as mms_reports
from personsvar.mailbox.model.greeting import GreetingKind
from personsvar.mailbox.model.ids import Number
from personsvar.mailbox.model.notice import Channel, NoticeKind
from personsvar.mailbox.model.subscriber import Subscriber
from personsvar.mailbox.model.visual_account import VisualAccount, VisualDialect, VisualStatus
from personsvar.running.configured_gateways import visual_options
from personsvar.running.figures import meters_of_visual
from personsvar.running.notifier_service import NotifierService
from personsvar.settings.all_settings import Settings

OLA = Number("+4790000001")
Open = Callable[..., Application]


@pytest.fixture
def open_application(tmp_path: Path) -> Iterator[Open]:
    opened = []

    def make(**settings: object) -> Application:
        given = Settings(state=tmp_path, kannel_url=SecretStr("http://u:p@127.0.0.1:1/"), **settings)  # type: ignore[arg-type] # by their names
        storage.upgrade(given.database)
        opened.append(Application(given))
        return opened[-1]

    yield make
    for application in opened:
        application.close()


def paths(notifier: NotifierService) -> set[str]:
    return {getattr(route, "path", "") for router in notifier.routers() for route in router.routes}


def test_with_a_host_phones_may_ask_and_are_answered(open_application: Open) -> None:
    notifier = NotifierService(open_application(visual_host="vvm.example.test"))
    assert incoming.PATH in paths(notifier)
    assert Channel.VISUAL in notifier.gateways.by_channel
    assert notifier.gateways.take_incoming is not None
    assert [meter.name for meter in meters_of_visual(notifier.application)] == ["visual_accounts"]


def test_without_one_nobody_is_asked_for_anything(open_application: Open) -> None:
    notifier = NotifierService(open_application())
    assert incoming.PATH not in paths(notifier)
    assert Channel.VISUAL not in notifier.gateways.by_channel
    assert notifier.gateways.take_incoming is None
    assert meters_of_visual(notifier.application) == []


def test_the_mmsc_reports_where_it_has_to_show_who_it_is_and_nowhere_else(open_application: Open) -> None:
    mmsc = SecretStr("http://u:p@127.0.0.1:1/mm7")
    assert mms_reports.PATH not in paths(NotifierService(open_application(mm7_url=mmsc)))
    login = SecretStr("mmsc:not-secret")
    assert mms_reports.PATH not in paths(NotifierService(open_application(mm7_report_login=login)))
    assert mms_reports.PATH in paths(NotifierService(open_application(mm7_url=mmsc, mm7_report_login=login)))


def test_phones_are_told_the_ports_it_listens_on_or_those_in_front_of_it(open_application: Open) -> None:
    bare = visual_options(open_application(visual_host="vvm.example.test").settings)
    assert (bare.port, bare.tls_port, bare.sender) == (1143, 1993, "")
    given = open_application(visual_host="v.test", visual_port=143, visual_tls_port=993, visual_number="1996")
    options = visual_options(given.settings)
    assert (options.port, options.tls_port, options.sender) == (143, 993, "1996")
    assert options.terms.client_number == "1996"


def test_all_stores_of_a_process_tell_phones_and_lamps_of_changes(open_application: Open) -> None:
    application = open_application(visual_host="vvm.example.test", lamp_sip="127.0.0.1:5060")
    with application.store.begin() as uow:
        uow.subscribers.add(Subscriber(OLA))
        uow.visual.put(VisualAccount(OLA, VisualDialect.CVVM, VisualStatus.READY))
        uow.commit()
    for store in (application.store, application.outbox_store):
        with store.begin() as uow:
            uow.greetings.add(
                OLA,
                GreetingKind.PERSONAL,
                uow.sounds.add(b"\xd5" * 800, of=OLA),
                application.services.clock.now(),
            )
            uow.commit()
    with application.store.look() as uow:
        rows = [(row.kind, row.channel) for row in uow.outbox.list()]
    assert rows == [(NoticeKind.GREETINGS_CHANGED, Channel.VISUAL)]
