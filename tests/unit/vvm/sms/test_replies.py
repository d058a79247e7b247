"""STATUS, SYNC, STATE and MBOXUPDATE, exactly as phones read them, whoever calls."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as some

from personsvar.mailbox.model.visual_account import VisualDialect
from personsvar.vvm.sms.dialects import Dialect, default_prefix
from personsvar.vvm.sms.replies import Speech
from personsvar.vvm.sms.values import ClientLogin, NewMessage, ProvisioningStatus, Terms
from tests.unit.vvm.sms.aosp import Read, read, read_iphone

OSLO = ZoneInfo("Europe/Oslo")
LOGIN = ClientLogin("vvm.example.net", 143, 993, "4790000001@vvm.example.net", "q7Hs0ZrK2m")
TERMS = Terms("+4747471000", "122", 180, 10, 4, 9)
MESSAGE = NewMessage(328, "+4790000099", datetime(2025, 1, 17, 15, 1, 36, tzinfo=OSLO), 9)
OMTP = Speech(Dialect.OMTP_13)
VVM3 = Speech(Dialect.VVM3, "//VZWVVM")
IPHONE = Speech(Dialect.IPHONE)
WITH_PREFIX = [dialect for dialect in Dialect if dialect is not Dialect.IPHONE]


def test_an_account_s_dialects_are_these() -> None:
    assert [str(one) for one in VisualDialect] == [str(one) for one in Dialect]


def test_a_status_that_lets_a_client_log_in() -> None:
    assert OMTP.status(ProvisioningStatus.READY, LOGIN, TERMS) == (
        "//VVM:STATUS:st=R;rc=0;srv=vvm.example.net;tui=+4747471000;dn=122;ipt=143;"
        "u=4790000001@vvm.example.net;pw=q7Hs0ZrK2m;lang=nor|eng;g_len=180;vs_len=10;pw_len=4-9;pm=N;gm=N"
    )


def test_a_new_mailbox_is_told_to_be_set_up() -> None:
    assert Speech(Dialect.CVVM, "//OP1").status(ProvisioningStatus.NEW, LOGIN, Terms()) == (
        "//OP1:STATUS:st=N;rc=0;srv=vvm.example.net;ipt=143;"
        "u=4790000001@vvm.example.net;pw=q7Hs0ZrK2m;lang=1|2;g_len=120;vs_len=120;pw_len=4-10;pm=Y;gm=G"
    )


def test_vvm3_has_commas_and_a_device_type() -> None:
    assert VVM3.status(ProvisioningStatus.READY, LOGIN, TERMS) == (
        "//VZWVVM:STATUS:st=R;rc=0;srv=vvm.example.net;tui=+4747471000;dn=122;ipt=143;"
        "u=4790000001@vvm.example.net;pw=q7Hs0ZrK2m;lang=1,2;g_len=180;vs_len=10;pw_len=4-9;pm=N;gm=N;dev_t=5"
    )
    assert VVM3.new_message(MESSAGE, 1) == (
        "//VZWVVM:SYNC:ev=NM;id=328;c=1;t=v;s=+4790000099;dt=17/01/2025 15:01 +0100;l=9;dev_t=5"
    )


@pytest.mark.parametrize(
    ("state", "told"),
    [
        (ProvisioningStatus.PROVISIONED, "st=P;rc=4"),
        (ProvisioningStatus.UNKNOWN, "st=U;rc=3"),
        (ProvisioningStatus.BLOCKED, "st=B;rc=2"),
    ],
)
def test_who_may_not_log_in_is_told_nothing_of_how(state: ProvisioningStatus, told: str) -> None:
    for login in (None, LOGIN):
        assert OMTP.status(state, login, TERMS) == f"//VVM:STATUS:{told}"
        assert IPHONE.status(state, login, TERMS) == "STATE?state=NotAvailable"


def test_syncs() -> None:
    assert OMTP.new_message(MESSAGE, 1) == (
        "//VVM:SYNC:ev=NM;id=328;c=1;t=v;s=+4790000099;dt=17/01/2025 15:01 +0100;l=9"
    )
    assert OMTP.mailbox_update(0) == "//VVM:SYNC:ev=MBU;c=0"
    assert OMTP.greeting_update(0) == "//VVM:SYNC:ev=GU"
    assert VVM3.greeting_update(0) == "//VZWVVM:SYNC:ev=GU;dev_t=5"


def test_a_withheld_number_leaves_its_field_out() -> None:
    told = read(OMTP.new_message(NewMessage(1, None, MESSAGE.at, 9), 1), "//VVM")
    assert told is not None
    assert "s" not in told.fields


def test_an_iphone_is_told_in_its_own_way() -> None:
    assert IPHONE.status(ProvisioningStatus.READY, LOGIN, TERMS) == (
        "STATE?state=Active;server=vvm.example.net;port=993;pw=q7Hs0ZrK2m;name=4790000001"
    )
    assert IPHONE.status(ProvisioningStatus.NEW, LOGIN, TERMS) == (
        "STATE?state=NewAccount;server=vvm.example.net;port=993;pw=q7Hs0ZrK2m;name=4790000001"
    )
    assert IPHONE.new_message(MESSAGE, 3) == "MBOXUPDATE?m=3"
    assert IPHONE.mailbox_update(0) == "MBOXUPDATE?m=0"
    assert IPHONE.greeting_update(2) == "MBOXUPDATE?m=2"


@pytest.mark.parametrize(
    ("at", "written"),
    [
        (datetime(2025, 6, 23, 22, 8, tzinfo=timezone(timedelta(hours=-5))), "23/06/2025 22:08 -0500"),
        (datetime(2025, 7, 1, 0, 0, tzinfo=OSLO), "01/07/2025 00:00 +0200"),
        (datetime(2025, 7, 1, 0, 0, tzinfo=UTC), "01/07/2025 00:00 +0000"),
        (
            datetime(2025, 7, 1, 0, 0, tzinfo=timezone(timedelta(hours=-3, minutes=-30))),
            "01/07/2025 00:00 -0330",
        ),
    ],
)
def test_the_time_is_the_subscriber_s_own(at: datetime, written: str) -> None:
    told = read(OMTP.new_message(NewMessage(1, None, at, 9), 1), "//VVM")
    assert told is not None
    assert told.fields["dt"] == written


def test_a_password_is_in_no_repr() -> None:
    assert LOGIN.password not in repr(LOGIN)


hostile = some.text() | some.text(alphabet=";=:|\r\n\0 +0123456789abæ€🙂", max_size=30)
zones = some.timezones()
moments = some.datetimes(timezones=zones) | some.datetimes(timezones=some.just(UTC))
messages = some.builds(
    NewMessage, some.integers(1, 2**32 - 1), some.none() | hostile, moments, some.integers(-1, 10_000)
)


def wire(text: str) -> str:
    """What an SMS may hold: ASCII, and nothing that isn't printed."""
    assert text.isascii()
    assert text.isprintable()
    return text


@given(
    dialect=some.sampled_from(WITH_PREFIX), prefix=hostile, message=messages, count=some.integers(-1, 2**40)
)
def test_no_caller_brings_a_field_into_a_sync(
    dialect: Dialect, prefix: str, message: NewMessage, count: int
) -> None:
    speech = Speech(dialect, prefix)
    told = read(wire(speech.new_message(message, count)), default_prefix(dialect))
    assert told is not None
    extra = ["dev_t"] if dialect is Dialect.VVM3 else []
    fields = ["ev", "id", "c", "t", *(["s"] if "s" in told.fields else []), "dt", "l", *extra]
    assert (told.event, list(told.fields)) == ("SYNC", fields)
    assert told.fields["id"] == str(message.uid)
    assert len(told.fields["c"]) <= 5
    if "s" in told.fields:
        assert told.fields["s"] == message.caller
        assert told.fields["s"].removeprefix("+").isdecimal()


@given(
    host=hostile, user=hostile, password=hostile, number=hostile, state=some.sampled_from(ProvisioningStatus)
)
def test_nothing_in_a_status_brings_a_field_with_it(
    host: str, user: str, password: str, number: str, state: ProvisioningStatus
) -> None:
    login, terms = ClientLogin(host, 143, 993, user, password), Terms(number, number)
    for dialect in Dialect:
        told = _read(dialect, wire(Speech(dialect, default_prefix(dialect)).status(state, login, terms)))
        bare = _read(dialect, Speech(dialect, default_prefix(dialect)).status(state, LOGIN, TERMS))
        optional = {"tui", "dn"}
        assert set(told.fields) - optional == set(bare.fields) - optional


@given(
    user=some.from_regex(r"[0-9]{8,15}@[a-z.]{1,30}", fullmatch=True),
    password=some.from_regex(r"[A-Za-z0-9]{1,30}", fullmatch=True),
    ports=some.tuples(some.integers(1, 65535), some.integers(1, 65535)),
    dialect=some.sampled_from(Dialect),
)
def test_what_is_told_is_what_is_read(
    user: str, password: str, ports: tuple[int, int], dialect: Dialect
) -> None:
    login = ClientLogin("vvm.example.net", *ports, user, password)
    told = _read(
        dialect, Speech(dialect, default_prefix(dialect)).status(ProvisioningStatus.READY, login, TERMS)
    ).fields
    if dialect is Dialect.IPHONE:
        said = (told["server"], told["port"], told["name"], told["pw"])
        assert said == (login.host, str(ports[1]), user.partition("@")[0], password)
    else:
        said = (told["srv"], told["ipt"], told["u"], told["pw"])
        assert said == (login.host, str(ports[0]), user, password)


def _read(dialect: Dialect, body: str) -> Read:
    iphone = dialect is Dialect.IPHONE
    told = read_iphone(body) if iphone else read(body, default_prefix(dialect))
    assert told is not None
    return told
