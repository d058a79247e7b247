"""A mail server that knows no such recipient: the owner hears of it in the mailbox, once."""

from __future__ import annotations

from pathlib import Path

import pytest

from dialplan.switch.root import Asterisk
from personsvar.mailbox.model.notice import Channel, NoticeStatus
from tests.real.notices.operators_view import API, Operator
from tests.real.notices.postfix import running_postfix
from tests.real.running_site import running_site, telephones
from tests.real.walks import leave, own_mailbox, reach

pytestmark = pytest.mark.real

COPY_FAILED = "email-copy-failed"


def test_the_owner_hears_once_that_a_copy_was_refused(asterisk: Asterisk, tmp_path: Path) -> None:
    with running_postfix() as mail:
        environment = {
            **API,
            "PERSONSVAR_SMTP_URL": f"smtp://127.0.0.1:{mail.starttls}",
            "PERSONSVAR_GATEWAY_CA": str(mail.ca),
            "PERSONSVAR_MAIL_FROM": "voicemail@example.test",
        }
        with (
            running_site(asterisk, tmp_path, environment=environment) as site,
            telephones(site) as telephone,
        ):
            owner = site.subscriber(email="nobody@example.test")
            leave(reach(telephone, owner))
            refused = Operator(site).notice(owner, Channel.EMAIL, becomes=NoticeStatus.FAILED)
            (one,) = refused["tries"]
            assert one["outcome"] == "refused"
            assert "550" in one["error"]
            first = own_mailbox(telephone, owner, first=COPY_FAILED)
            first.wait_for_prompt("main-menu-settings", within=15)
            first.hang_up()
            again = own_mailbox(telephone, owner)
            assert COPY_FAILED not in {it.prompt for it in again.heard()}
            again.hang_up()
