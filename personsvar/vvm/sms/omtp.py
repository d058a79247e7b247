"""STATUS and SYNC (TS.46, the server's SMS messages), as OMTP, CVVM and VVM3 write them.

    //VVM:STATUS:st=R;rc=0;srv=vvm.example.net;ipt=143;u=4790000001@vvm.example.net;pw=…;lang=nor|eng;…
    //VVM:SYNC:ev=NM;id=328;c=1;t=v;s=+4790000099;dt=17/01/2025 15:01 +0100;l=9
    //VVM:SYNC:ev=MBU;c=0
    //VVM:SYNC:ev=GU

`srv` is the bare name: both AOSP and vvmd take it, and vvmd knows no `2:` in front.
"""

from __future__ import annotations

from personsvar.vvm.sms.dialects import PREFIX_FORM, Dialect, default_prefix
from personsvar.vvm.sms.fields import Field, caller_field, joined, moment
from personsvar.vvm.sms.values import CAUSES, ClientLogin, NewMessage, ProvisioningStatus, Terms

LARGEST_COUNT = 99_999
_LANGUAGES = {Dialect.CVVM: "1|2", Dialect.VVM3: "1,2"}
"""The numbers a client names a language by, Norwegian first; OMTP has ISO 639-2's codes."""
_VVM3_DEVICE: tuple[Field, ...] = (("dev_t", 5),)
"""A basic device, without transcription."""


def status(
    dialect: Dialect, prefix: str, state: ProvisioningStatus, login: ClientLogin | None, terms: Terms
) -> str:
    """Only who may log in is told how: nothing of it goes with `st=P`, `U` and `B`."""
    fields: list[Field] = [("st", state), ("rc", CAUSES[state])]
    if login is not None and state in (ProvisioningStatus.NEW, ProvisioningStatus.READY):
        fields += [*_login(login, terms), *_terms(dialect, state, terms), *_extra(dialect)]
    return f"{_head(dialect, prefix)}:STATUS:{joined(*fields)}"


def new_message(dialect: Dialect, prefix: str, message: NewMessage, new_count: int) -> str:
    first = joined(
        ("ev", "NM"), ("id", message.uid), _count(new_count), ("t", "v"), *caller_field(message.caller)
    )
    last = joined(("l", max(0, message.seconds)), *_extra(dialect))
    return f"{_head(dialect, prefix)}:SYNC:{first};dt={moment(message.at)};{last}"


def mailbox_update(dialect: Dialect, prefix: str, new_count: int) -> str:
    return f"{_head(dialect, prefix)}:SYNC:{joined(('ev', 'MBU'), _count(new_count), *_extra(dialect))}"


def greeting_update(dialect: Dialect, prefix: str) -> str:
    return f"{_head(dialect, prefix)}:SYNC:{joined(('ev', 'GU'), *_extra(dialect))}"


def _head(dialect: Dialect, prefix: str) -> str:
    return prefix if PREFIX_FORM.fullmatch(prefix) else default_prefix(dialect)


def _login(login: ClientLogin, terms: Terms) -> list[Field]:
    numbers: list[Field] = [("tui", terms.menu_number)] if terms.menu_number else []
    numbers += [("dn", terms.client_number)] if terms.client_number else []
    account: list[Field] = [("ipt", login.port), ("u", login.user), ("pw", login.password)]
    return [("srv", login.host), *numbers, *account]


def _terms(dialect: Dialect, state: ProvisioningStatus, terms: Terms) -> list[Field]:
    due = state is ProvisioningStatus.NEW
    return [
        ("lang", _LANGUAGES.get(dialect, "nor|eng")),
        ("g_len", terms.greeting_seconds),
        ("vs_len", terms.signature_seconds),
        ("pw_len", f"{terms.pin_shortest}-{terms.pin_longest}"),
        ("pm", "Y" if due else "N"),
        ("gm", "G" if due else "N"),
    ]


def _extra(dialect: Dialect) -> tuple[Field, ...]:
    return _VVM3_DEVICE if dialect is Dialect.VVM3 else ()


def _count(new: int) -> Field:
    return "c", min(max(new, 0), LARGEST_COUNT)
