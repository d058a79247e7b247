"""Debian's vvmd on days that are not like others: no port for TLS, turned off, the service killed."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from personsvar.mailbox.model.message import State
from tests.real.ports import free_tcp_port
from tests.real.visual.fetching import KARI, PER, activate, check
from tests.real.visual.handset import Dialect
from tests.real.visual.town import town

pytestmark = pytest.mark.anyio
_EXPUNGED = re.compile(r"> (\w+) EXPUNGE[\s\S]*< \1 OK")


async def test_without_a_port_for_tls_it_comes_by_starttls(tmp_path: Path) -> None:
    async with town(tmp_path, PERSONSVAR_IMAPS_BIND=f"127.0.0.1:{free_tcp_port()}") as here:
        owner = here.subscriber()
        left = [await here.leave(owner, KARI, 3)]
        async with here.handset("1.1", Dialect.CVVM, owner) as phone:
            await activate(phone, Dialect.CVVM)
            check(here, await phone.voicemails(1), left)
            said = phone.log()
    assert " STARTTLS\r\n" in said or " STARTTLS\n" in said


async def test_the_older_ones_slip_into_clear_text_is_refused(tmp_path: Path) -> None:
    """vvmd 0.14 finds STARTTLS and then, on its next connection, sends the password without it."""
    async with town(tmp_path, PERSONSVAR_IMAPS_BIND=f"127.0.0.1:{free_tcp_port()}") as here:
        owner = here.subscriber()
        await here.leave(owner, KARI, 3)
        async with here.handset("0.14", Dialect.CVVM, owner) as phone:
            await activate(phone, Dialect.CVVM)
            await phone.read()
            await here.until(lambda: "Login denied" in phone.log(), "a log-in that is refused")
            assert "Mailbox Activated!" in phone.log()
        assert here.states(owner) == [State.NEW]


async def test_turned_off_its_owner_is_told_in_words_again(tmp_path: Path) -> None:
    async with town(tmp_path) as here:
        owner = here.subscriber()
        async with here.handset("1.1", Dialect.CVVM, owner) as phone:
            await activate(phone, Dialect.CVVM)
            await phone.read()
            await phone.turn_off()
            assert (await phone.sent(2))[1] == "Deactivate:dt=6"
            await here.until(lambda: not here.is_active(owner), "visual voicemail to be off")
            before = len(here.smsc.lines)
            await here.leave(owner, KARI)
            await here.until(
                lambda: any("900 00 902" in str(line) for line in here.smsc.lines[before:]), "an SMS in words"
            )


async def test_after_the_service_was_killed_it_fetches_what_came_with_the_password_it_has(
    tmp_path: Path,
) -> None:
    async with town(tmp_path) as here:
        owner = here.subscriber()
        left = [await here.leave(owner, KARI, 3)]
        async with here.handset("1.1", Dialect.CVVM, owner) as phone:
            await activate(phone, Dialect.CVVM)
            check(here, await phone.voicemails(1), left)
            await here.until(lambda: here.states(owner) == [State.SAVED], "vvmd to remove it")
            # one whose EXPUNGE was cut off says EXPUNGE again in place of its next FETCH
            await here.until(lambda: _EXPUNGED.search(phone.log()) is not None, "vvmd to be done with it")
            here.service.kill()
            left.append(await here.leave(owner, PER, 6))
            await here.start_service()
            check(here, await phone.voicemails(2), left)
            assert len(await phone.sent()) == 1
            assert len(await phone.read(2)) == 2


async def test_the_longest_message_there_may_be_arrives_whole(tmp_path: Path) -> None:
    """vvmd waits five seconds for it, its encoding included; where that was too short, it comes again."""
    async with town(tmp_path) as here:
        owner = here.subscriber()
        left = [await here.leave(owner, KARI, 180)]
        async with here.handset("1.1", Dialect.CVVM, owner) as phone:
            await activate(phone, Dialect.CVVM)
            check(here, await phone.voicemails(1), left)


@pytest.mark.parametrize("dialect", [Dialect.CVVM, Dialect.IPHONE])
async def test_the_first_message_of_all_comes_into_a_folder_that_was_selected_empty(
    dialect: Dialect, tmp_path: Path
) -> None:
    """vvmd keeps the connection and does not select again: it asks at once for what the SMS told of."""
    async with town(tmp_path) as here:
        owner = here.subscriber()
        async with here.handset("1.1", dialect, owner) as phone:
            await activate(phone, dialect)
            await here.until(lambda: " SEARCH ALL" in phone.log(), "the empty folder to be looked through")
            left = [await here.leave(owner, KARI, 3)]
            check(here, await phone.voicemails(1), left)


async def test_an_operator_may_let_it_remove_for_good(tmp_path: Path) -> None:
    async with town(tmp_path, PERSONSVAR_VISUAL_KEEP_EXPUNGED="false") as here:
        owner = here.subscriber()
        await here.leave(owner, KARI, 3)
        async with here.handset("1.1", Dialect.CVVM, owner) as phone:
            await activate(phone, Dialect.CVVM)
            await phone.voicemails(1)
            await here.until(lambda: here.states(owner) == [State.DELETED], "what was removed to be deleted")
