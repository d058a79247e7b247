"""A caller leaves a message, and the SMS goes through a real Kannel: its receipt comes back over HTTP."""

from __future__ import annotations

from pathlib import Path

import pytest

from dialplan.switch.root import Asterisk
from personsvar.mailbox.model.notice import Channel, NoticeStatus
from tests.real.notices.kannel import running_kannel
from tests.real.notices.operators_view import API, Operator
from tests.real.running_site import running_site, telephones
from tests.real.spool import eventually
from tests.real.walks import leave, reach

pytestmark = pytest.mark.real


def test_the_sms_arrives_and_the_ledger_knows_it(asterisk: Asterisk, tmp_path: Path) -> None:
    (tmp_path / "kannel").mkdir()
    with running_kannel(tmp_path / "kannel") as kannel:
        kannel.start_smsc()
        environment = {**API, "PERSONSVAR_KANNEL_URL": kannel.url}
        with (
            running_site(asterisk, tmp_path, environment=environment) as site,
            telephones(site) as telephone,
        ):
            owner, operator = site.subscriber(), Operator(site)
            leave(reach(telephone, owner))
            eventually(lambda: bool(kannel.arrived()), within=30, what="an SMS behind Kannel")
            (sms,) = kannel.arrived()
            assert (sms.sender, sms.to) == ("Personsvar", owner)
            assert sms.text.startswith("Ny beskjed fra +47 900 00 900 i dag kl. ")
            # Kannel fetched /gateways/kannel/receipt, and nothing else could have told this
            delivered = operator.notice(owner, Channel.SMS, becomes=NoticeStatus.DELIVERED)
            (one,) = delivered["tries"]
            assert (one["outcome"], one["gateway"]) == ("accepted", f"127.0.0.1:{kannel.ports['sendsms']}")
            assert {(it["gateway_id"],) for it in delivered["receipts"]} == {tuple(one["ids"])}
            assert delivered["receipts"][-1]["state"] == "delivered"
            # the command tells the same, to programs and to people
            assert operator.shown(delivered["id"]) == delivered
            printed = operator.command("notice", "show", delivered["id"])
            assert "delivered" in printed
            assert one["ids"][0] in printed
