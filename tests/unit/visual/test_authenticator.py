"""What the log tells of log-ins to visual voicemail that are refused."""

from __future__ import annotations

import asyncio
import logging
from concurrent.futures import ThreadPoolExecutor

import pytest

from personsvar.visual.authenticator import Authenticator
from personsvar.visual.password_lockout import ACCOUNT
from personsvar.visual.session_figures import SessionFigures
from personsvar.vvm.imap.sasl import Credentials
from tests.unit.mailbox.use_cases import UseCases

OLA = "+4790000001"


@pytest.mark.parametrize(("user", "told"), [(f"{OLA}@vvm.example.test", OLA), ("battery-horse", "")])
def test_of_who_is_locked_out_the_log_has_a_number_and_never_what_else_was_typed(
    caplog: pytest.LogCaptureFixture, user: str, told: str
) -> None:
    """Somebody may have typed the password there."""
    caplog.set_level(logging.INFO)
    with ThreadPoolExecutor(1) as threads:
        door = Authenticator(UseCases().services, threads, SessionFigures(), refusal_seconds=0)
        for _ in range(ACCOUNT.free + 1):
            asyncio.run(door.authenticate(Credentials(user, "wrong"), "192.0.2.7"))
    (closed,) = [it for it in caplog.records if it.getMessage() == "log-in closed for an account"]
    assert vars(closed)["pii.account"] == told
    assert not [it for it in caplog.records if "horse" in str(vars(it))]
