"""Names, parameters and addresses as the world has them, on a real switch: with the service, and without."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from dialplan.switch.process import Switch
from personsvar.mailbox.arrival import Arrival, CallerArrives, arrive, withheld
from personsvar.mailbox.model.ids import Number
from personsvar.mailbox.model.subscriber import Subscriber
from personsvar.mailbox.rules import Rules
from tests.real.sip_message import Header
from tests.real.sip_phone import ACCESS_NUMBER, Phone
from tests.real.site import LiveSite
from tests.real.spool import Deposit, Spool, eventually
from tests.real.walks import CALLER, Telephone, diverted_from, leave
from tests.unit.mailbox.address_forms import ANONYMOUS, WITHHELD

Phones = Callable[..., Phone]
KARI, STRANGER = Number("+4790000001"), Number("+4790000002")
SERVED = {KARI: Subscriber(KARI)}
NO_ANSWER = f"<sip:{KARI}@example.test>;reason=no-answer"

NAMES = {
    "a smile": '"Ola :)"',
    "a list": '"1) Kundesenter"',
    "a bracket open": '"(: Ola"',
    "quotes": '"Ola \\"N\\" Nordmann"',
    "a backslash": '"Ola \\\\"',
    "one that escapes nothing": '"Ola \\"',
    "dialplan": '"}${EXTEN}$[1+1]{x),(y:1:2"',
    "a comma": '"Nordmann, Ola (jobb), Oslo)"',
    "an address": '"<sip:+4790000077@x>;cause=486, sip:+4790000078@x"',
    "bare": "Ola :) Nordmann",
    "letters": '"Åse ☎ \\t) :: ()"',
    "a list of functions": '"|=&,;%s)%0a:^"',
}
HARDEST = [NAMES[which] for which in ("a smile", "one that escapes nothing", "dialplan", "an address")]
PARAMETERS = ';reason="no-answer";text="a) b: c, <d> } $"'


def named(name: str, number: str) -> str:
    return f"{name} <sip:{number}@example.test>"


def history(name: str, number: str) -> str:
    return f"{name} <sip:{number}@example.test?Reason=SIP%3Bcause%3D486>;index=1{PARAMETERS}"


# ---- with the service --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("header", "name"),
    [*(("Diversion", name) for name in NAMES.values()), *(("History-Info", name) for name in HARDEST)],
)
def test_a_caller_is_greeted_whatever_everybody_is_called(
    site: LiveSite, telephone: Telephone, header: str, name: str
) -> None:
    owner = site.subscriber()
    value = history(name, owner) if header == "History-Info" else named(name, owner) + PARAMETERS
    asserted = ("P-Asserted-Identity", named(name, CALLER))
    phone = telephone(CALLER)
    phone.call(asserted=False, headers=[asserted, (header, value)])
    phone.wait_for_prompt("greeting-reached", within=10)
    phone.hang_up()
    eventually(lambda: len(site.notices(owner)) == 1, within=10, what="the missed call")


@pytest.mark.parametrize("name", NAMES.values(), ids=NAMES)
def test_an_owner_is_known_whatever_he_is_called(site: LiveSite, telephone: Telephone, name: str) -> None:
    owner = site.subscriber()
    phone = telephone(owner)
    phone.call(asserted=False, headers=[("P-Asserted-Identity", named(name, owner))])
    phone.wait_for_prompt("main-menu-settings", within=10)


@pytest.mark.parametrize("name", [NAMES[which] for which in ("a smile", "quotes", "dialplan", "letters")])
def test_a_from_is_told_whatever_he_is_called(site: LiveSite, telephone: Telephone, name: str) -> None:
    owner = site.subscriber()
    phone = telephone("+4790000903")
    phone.call(asserted=False, diversion=diverted_from(owner), headers=[("From", named(name, "+4790000903"))])
    phone.wait_for_prompt("greeting-reached", within=10)
    leave(phone)
    assert site.message(owner, within=10).caller == "+4790000903"


@pytest.mark.parametrize("letters", [1_100, 3_900])
def test_a_long_history_is_read(site: LiveSite, telephone: Telephone, letters: int) -> None:
    owner = site.subscriber()
    reason = f"?Reason=SIP%3Bcause%3D486%3Btext%3D%22{'x' * letters}%22"
    told = f"<sip:{owner}@x{reason}>;index=1,<sip:{ACCESS_NUMBER}@y>;index=1.1"
    phone = telephone(CALLER)
    phone.call(history=[told])
    phone.wait_for_prompt("greeting-reached", within=10)


def test_many_headers_are_read_together(site: LiveSite, telephone: Telephone) -> None:
    """Ten of 820 letters: 8,200 in all, and the one that counts is the last."""
    owner = site.subscriber()
    host = ".".join(["long"] * 150)
    told = [f"<sip:+47900077{number:02}@{host}>;index=1.{number}" for number in range(1, 10)]
    phone = telephone(CALLER)
    phone.call(history=[*told, f"<sip:{owner}@{host};cause=486>;index=1.10"])
    phone.wait_for_prompt("greeting-reached", within=10)


@pytest.mark.parametrize("header", ["Diversion", "History-Info"])
def test_one_that_no_switch_could_read_is_a_diversion_all_the_same(
    site: LiveSite, telephone: Telephone, header: str
) -> None:
    owner = site.subscriber()
    phone = telephone(owner)
    phone.call(headers=[(header, f'<sip:{owner}@x;cause=486>;index=1;text="{"x" * 9_000}"')])
    phone.wait_for_prompt("takes-no-messages", within=10)
    assert "too long for the switch" in site.service.log.read_text()


@pytest.mark.parametrize("letters", [1_100, 9_000])
def test_a_long_privacy_is_kept(site: LiveSite, telephone: Telephone, letters: int) -> None:
    owner, secret = site.subscriber(), "+4790000978"
    phone = telephone(secret)
    phone.call(
        diversion=diverted_from(owner),
        headers=[("Privacy", f"critical;id;{'x' * letters}")],
    )
    phone.wait_for_prompt("greeting-reached", within=10)
    leave(phone)
    assert site.message(owner, within=10).caller is None
    assert secret.removeprefix("+47") not in site.service.log.read_text()


def test_a_machine_of_twelve_digits_is_no_secret_caller(site: LiveSite, telephone: Telephone) -> None:
    owner = site.subscriber()
    phone = telephone("+47580009083060")
    phone.call(
        asserted=False,
        diversion=diverted_from(owner),
        headers=[("P-Asserted-Identity", "<sip:580009083060@ims.example.test;user=phone>")],
    )
    phone.wait_for_prompt("greeting-reached", within=10)
    leave(phone)
    assert site.message(owner, within=10).caller == "+47580009083060"


def test_a_foreigner_with_a_subscribers_digits_is_no_subscriber(site: LiveSite, telephone: Telephone) -> None:
    owner = site.subscriber()
    digits = owner.removeprefix("+47")
    phone = telephone(CALLER, language="en")
    asserted = f"<sip:{digits};phone-context=+45@gw.example.test;user=phone>"
    phone.call(asserted=False, headers=[("P-Asserted-Identity", asserted)])
    phone.wait_for_prompt("log-in-number", within=10)


REQUESTS = {
    "a number that moved": "{owner};npdi;rn=+4792000000",
    "with a sub-address": "{owner};isub=12",
    "in its context": "{digits};phone-context=+47",
    "escaped": "%2B{bare}",
    "tel": "tel:{digits};phone-context=+47",
    "with a mailbox (RFC 4458)": "sip:voicemail@{switch};target=sip:{owner}%40example.test;cause=486",
}


@pytest.mark.parametrize("asked", REQUESTS.values(), ids=REQUESTS)
def test_a_call_for_a_subscriber_however_it_is_asked_for(
    site: LiveSite, telephone: Telephone, asked: str
) -> None:
    owner = site.subscriber()
    phone = telephone(CALLER)
    phone.call(filled(asked, owner, site.switch.sip_port))
    phone.wait_for_prompt("greeting-reached", within=10)


NAMES_OF_THE_SERVICE = ["*55", "voicemail", "sip:{switch}", "vm.-_!~", "s", "i", "1", "%22%29%3a%0ax"]


@pytest.mark.parametrize("asked", NAMES_OF_THE_SERVICE)
def test_whatever_is_asked_for_is_the_service(site: LiveSite, telephone: Telephone, asked: str) -> None:
    owner = site.subscriber()
    asked = filled(asked, owner, site.switch.sip_port)
    caller = telephone(CALLER)
    caller.call(asked, diversion=diverted_from(owner))
    caller.wait_for_prompt("greeting-reached", within=10)
    caller.hang_up()
    phone = telephone(owner)
    phone.call(asked)
    phone.wait_for_prompt("main-menu-settings", within=10)


def filled(asked: str, owner: str, port: int) -> str:
    bare = owner.removeprefix("+")
    return asked.format(owner=owner, bare=bare, digits=bare.removeprefix("47"), switch=f"127.0.0.1:{port}")


# ---- without it --------------------------------------------------------------------------------------------


def recorded(phone: Phones, spool: Spool, dialled: str, headers: list[Header], *, number: str) -> Deposit:
    """The dialplan greets and records; only its header matters here."""
    caller = phone(number=number)
    caller.call(dialled, asserted=False, headers=headers)
    caller.wait_for_sound(within=10)  # the greeting: the header is whole by then
    deposit = spool.deposit()
    caller.hang_up()
    deposit.end()
    return deposit


def becomes(deposit: Deposit) -> Arrival:
    return arrive(deposit.header.setup, Rules(), SERVED.get)


@pytest.mark.parametrize("name", NAMES.values(), ids=NAMES)
def test_nobodys_name_hides_whose_the_recording_is(phone: Phones, spool: Spool, name: str) -> None:
    told = [
        ("P-Asserted-Identity", named(name, STRANGER)),
        ("Diversion", named(name, KARI) + PARAMETERS),
        ("History-Info", history(name, KARI)),
        ("Diversion", named(name, STRANGER)),
    ]
    deposit = recorded(phone, spool, ACCESS_NUMBER, told, number=STRANGER)
    setup = deposit.header.setup
    assert setup.asserted == (told[0][1],)
    assert setup.diversion == (told[1][1], told[3][1])
    assert setup.history_info == (told[2][1],)
    assert becomes(deposit) == CallerArrives(KARI, STRANGER)


@pytest.mark.parametrize("name", HARDEST)
def test_an_owner_is_asked_to_call_later_whatever_he_is_called(
    phone: Phones, spool: Spool, name: str
) -> None:
    own = ("P-Asserted-Identity", named(name, "+4790000031"))
    owner = phone(number="+4790000031")
    owner.call(asserted=False, headers=[own])
    owner.wait_for_prompt("please-call-later", within=10)
    assert spool.new() == []


NOT_FOR_THE_SWITCH = {
    '"Anonymous" sip:anonymous@anonymous.invalid',
    "<sip:anonymous:@gw.example.test>",
    "<tel:anonymous>",
}
"""It does not answer to a From of these forms at all."""
HIDDEN = [
    form
    for form, whose in ANONYMOUS
    if whose == WITHHELD and "tag=" not in form and form not in NOT_FOR_THE_SWITCH
]
SHOWN = [form for form, whose in ANONYMOUS if whose != WITHHELD]


@pytest.mark.parametrize("sender", HIDDEN)
def test_nothing_of_an_anonymous_caller_is_written(phone: Phones, spool: Spool, sender: str) -> None:
    asserted = ("P-Asserted-Identity", f"<sip:{STRANGER}@example.test>")
    told = [("From", sender), asserted, ("Diversion", NO_ANSWER)]
    deposit = recorded(phone, spool, ACCESS_NUMBER, told, number=STRANGER)
    assert (deposit.header.setup.sender, deposit.header.setup.asserted) == ("", ())
    assert STRANGER.removeprefix("+47") not in deposit.head.read_text()
    assert becomes(deposit) == CallerArrives(KARI, None)


@pytest.mark.parametrize("sender", SHOWN)
def test_who_only_sounds_anonymous_is_written(phone: Phones, spool: Spool, sender: str) -> None:
    told = [
        ("From", sender),
        ("P-Asserted-Identity", f"<sip:{STRANGER}@example.test>"),
        ("Diversion", NO_ANSWER),
    ]
    deposit = recorded(phone, spool, ACCESS_NUMBER, told, number=STRANGER)
    assert becomes(deposit) == CallerArrives(KARI, STRANGER)


@pytest.mark.parametrize(
    "privacy", [["critical;id;" + "x" * 1_100], ["id;" + "x" * 9_000], ["none", "x" * 9_000]]
)
def test_a_long_privacy_is_kept_without_the_service(phone: Phones, spool: Spool, privacy: list[str]) -> None:
    told = [("P-Asserted-Identity", f"<sip:{STRANGER}@example.test>"), ("Diversion", NO_ANSWER)]
    told += [("Privacy", value) for value in privacy]
    deposit = recorded(phone, spool, ACCESS_NUMBER, told, number=STRANGER)
    assert STRANGER.removeprefix("+47") not in deposit.head.read_text()
    assert withheld(deposit.header.setup)
    assert becomes(deposit) == CallerArrives(KARI, None)


def test_a_long_history_is_read_without_the_service(phone: Phones, spool: Spool) -> None:
    reason = f"?Reason=SIP%3Bcause%3D486%3Btext%3D%22{'x' * 3_900}%22"
    told = [("History-Info", f"<sip:{KARI}@x{reason}>;index=1,<sip:{ACCESS_NUMBER}@y>;index=1.1")]
    deposit = recorded(phone, spool, ACCESS_NUMBER, told, number=STRANGER)
    assert becomes(deposit) == CallerArrives(KARI, STRANGER)


def test_whom_nobody_can_read_is_not_thanked_for_a_message_of_nobodys(phone: Phones, spool: Spool) -> None:
    caller = phone(number=STRANGER)
    caller.call(diversion=[f'{NO_ANSWER};text="{"x" * 9_000}"'])
    caller.wait_for_prompt("please-call-later", within=10)
    assert spool.new() == []


@pytest.mark.parametrize("asked", REQUESTS.values(), ids=REQUESTS)
def test_a_recording_for_a_subscriber_however_it_was_asked_for(
    phone: Phones, spool: Spool, switch: Switch, asked: str
) -> None:
    dialled = filled(asked, KARI, switch.sip_port)
    told = [("P-Asserted-Identity", f"<sip:{STRANGER}@example.test>")]
    deposit = recorded(phone, spool, dialled, told, number=STRANGER)
    assert becomes(deposit) == CallerArrives(KARI, STRANGER)


@pytest.mark.parametrize("asked", NAMES_OF_THE_SERVICE)
def test_who_asks_for_the_service_is_asked_to_call_later(
    phone: Phones, spool: Spool, switch: Switch, asked: str
) -> None:
    caller = phone(number=STRANGER)
    caller.call(filled(asked, KARI, switch.sip_port))
    caller.wait_for_prompt("please-call-later", within=10)
    assert spool.new() == []
