"""A call is counted: what it left is in the figures of the API and on the operator's page."""

from __future__ import annotations

import re
import urllib.request
from datetime import UTC, datetime

import pytest

from personsvar.http.pages.page_texts import said as words
from personsvar.mailbox.model.web_access import Role
from tests.browser.page_site import let_in
from tests.real.api_program import Ask
from tests.real.site import LiveSite
from tests.real.spool import eventually
from tests.real.test_call_api import ask
from tests.real.walks import Telephone, leave, reach

__all__ = ["ask"]
COUNTED_WITHIN = 60


@pytest.fixture
def operators_session(site: LiveSite) -> str:
    owner = site.subscriber()
    with site.store() as store:
        with store.begin() as uow:
            uow.roles.grant(owner, Role.OPERATOR, datetime.now(UTC))
            uow.commit()
        return let_in(store, owner, Role.OPERATOR)


def is_all_counted(site: LiveSite) -> bool:
    with site.store() as store, store.look() as uow:
        return not uow.tallies.is_behind()


def messages_told(ask: Ask, since: datetime) -> int:
    hours = ask("GET", f"/v1/figures?limit=1000&since={since:%Y-%m-%dT%H:%M:%SZ}").json["items"]
    return sum(hour["calls"].get("message", 0) for hour in hours)


def messages_shown(site: LiveSite, session: str) -> int:
    address = f"http://{site.service.environment['PERSONSVAR_HTTP_BIND']}/operator/figures"
    asked = urllib.request.Request(address, headers={"Cookie": f"personsvar-session={session}"})
    with urllib.request.urlopen(asked, timeout=60) as answer:
        page = answer.read().decode("utf-8")
    (shown,) = re.findall(rf"<dt>{words('nb', 'figures.messages')}</dt><dd>([^<]+)</dd>", page)
    return int(re.sub(r"\D", "", shown))


def test_a_message_of_a_call_is_in_the_figures_of_the_api_and_of_the_operators_page(
    site: LiveSite, telephone: Telephone, ask: Ask, operators_session: str
) -> None:
    owner, since = site.subscriber(), datetime.now(UTC)
    site.wait_until_calls_are_over()
    eventually(lambda: is_all_counted(site), within=COUNTED_WITHIN, what="that earlier calls are counted")
    before, seen_before = messages_told(ask, since), messages_shown(site, operators_session)
    leave(reach(telephone, owner), seconds=2)
    site.message(owner, within=20)
    eventually(
        lambda: messages_told(ask, since) > before, within=COUNTED_WITHIN, what="that the call is counted"
    )
    assert messages_told(ask, since) == before + 1
    assert messages_shown(site, operators_session) == seen_before + 1
