"""What a subscriber sets on the page, the page's words, and what it is shown with."""

from __future__ import annotations

import gzip
import re
from datetime import time
from pathlib import Path

import pytest

from personsvar.http.pages import page_assets as assets
from personsvar.http.pages.page_texts import LANGUAGES, page_texts
from personsvar.http.pages.profile.availability_shown import OffUntil
from personsvar.http.pages.profile.device_names import device_name
from personsvar.http.pages.profile.greeting_routes import SHOWN
from personsvar.http.pages.profile.name_routes import NAMES_DONE, NAMES_WRONG
from personsvar.http.pages.profile.settings_routes import DONE
from personsvar.http.pages.profile_site import TOLD
from personsvar.mailbox import call_log
from personsvar.mailbox.model.audit import Actor, ActorKind
from personsvar.mailbox.model.availability import AbsenceReason
from personsvar.mailbox.model.call_record import CallRecord, CameOf
from personsvar.mailbox.model.ids import Number, SpoolId
from personsvar.mailbox.model.notice import NoticeKind
from personsvar.mailbox.model.subscriber import QuietHours, Subscriber, Wishes
from personsvar.mailbox.pin import Weakness, pin_matches
from personsvar.mailbox.profile.openings import TOLD as TOLD_OF
from tests.unit.conftest import KARI
from tests.unit.http.availability_words import words_of_availability
from tests.unit.http.operator_words import words_of_operators
from tests.unit.http.profile_browser import ProfileBrowser, ProfileWorld

pytestmark = pytest.mark.anyio
PAGES = Path(assets.__file__).parent
TEMPLATES = {file.name: file.read_text("utf-8") for file in (PAGES / "templates").rglob("*.html")}


def kept(world: ProfileWorld) -> Subscriber:
    with world.backend.services.store.look() as uow:
        return uow.subscribers.need(world.backend.ola.number)


async def test_notices_and_quiet_hours_are_set_together(world: ProfileWorld, ola: ProfileBrowser) -> None:
    answer = await ola.post("/profile/notices", mms="yes", quiet_from="22:00", quiet_to="07:00")
    assert answer.headers["location"] == "/profile/settings?done=notices"
    assert kept(world).wishes == Wishes(sms=False, mms=True, missed_calls=False, email_copy=False)
    assert kept(world).quiet == QuietHours(time(22), time(7))
    text = (await ola.get("/profile/settings?done=notices")).text
    assert "Varslene er lagret." in text
    assert 'name="quiet_from" value="22:00"' in text
    await ola.post("/profile/notices", sms="yes", quiet_from="", quiet_to="")
    assert kept(world).quiet is None


@pytest.mark.parametrize(
    "hours", [("22:00", ""), ("", "07:00"), ("22:00", "22:00"), ("25:00", "07:00"), ("x", "<b>"), ("22", "7")]
)
async def test_hours_that_will_not_do_change_nothing(
    world: ProfileWorld, ola: ProfileBrowser, hours: tuple[str, str]
) -> None:
    before = kept(world)
    answer = await ola.post("/profile/notices", quiet_from=hours[0], quiet_to=hours[1])
    assert answer.status_code == 422
    assert "Skriv to ulike klokkeslett" in answer.text
    assert kept(world) == before


async def test_who_has_no_address_keeps_the_wish_for_copies(world: ProfileWorld, ola: ProfileBrowser) -> None:
    with world.backend.services.store.begin() as uow:
        uow.subscribers.put(Subscriber(world.backend.ola.number))
        uow.commit()
    assert "Kopi på e-post" not in (await ola.get("/profile/settings")).text
    await ola.post("/profile/notices", sms="yes")
    assert kept(world).wishes.email_copy


async def test_the_language_is_changed_at_once(world: ProfileWorld, ola: ProfileBrowser) -> None:
    await ola.post("/profile/language", language="en")
    assert kept(world).language == "en"
    assert "<h1>Settings</h1>" in (await ola.get("/profile/settings")).text
    assert (await ola.post("/profile/language", language="xx")).status_code == 400


async def test_a_new_pin_holds_and_is_told_of(world: ProfileWorld, ola: ProfileBrowser) -> None:
    answer = await ola.post("/profile/pin", pin="739154", again="739154")
    assert answer.headers["location"] == "/profile/settings?done=pin"
    pin = kept(world).pin
    assert pin is not None
    assert pin_matches("739154", pin)
    with world.backend.services.store.look() as uow:
        assert len(uow.outbox.list(kind=NoticeKind.PIN_CHANGED)) == 1


@pytest.mark.parametrize(
    ("pin", "again", "why"),
    [
        ("739154", "739155", "De to kodene er ikke like."),
        ("123456", "123456", "siffer i rekkefølge"),
        ("12", "12", "fire til ti siffer"),
        ("", "", "fire til ti siffer"),
        ("<b>7391", "<b>7391", "bare ha siffer"),
        ("00001", "00001", "en del av nummeret ditt"),
    ],
)
async def test_a_weak_pin_is_refused_with_its_reason_and_never_shown(
    world: ProfileWorld, ola: ProfileBrowser, pin: str, again: str, why: str
) -> None:
    answer = await ola.post("/profile/pin", pin=pin, again=again)
    assert answer.status_code == 422
    assert why in answer.text
    assert re.findall(r'type="password"[^>]* value', answer.text) == []
    assert "<b>7391" not in answer.text
    assert kept(world).pin is None


async def test_each_change_is_in_the_audit_trail_as_the_owners(
    world: ProfileWorld, ola: ProfileBrowser
) -> None:
    await ola.post("/profile/notices", mms="yes")
    await ola.post("/profile/language", language="en")
    await ola.post("/profile/pin", pin="739154", again="739154")
    await ola.post("/profile/voicemail", on="no")
    with world.backend.services.store.look() as uow:
        entries = uow.audit.list()
    assert {entry.actor for entry in entries} == {Actor(ActorKind.SUBSCRIBER, world.backend.ola.number)}
    assert [entry.mailbox for entry in entries] == [world.backend.ola.number] * 4


async def test_who_opened_the_mailbox_is_told_of(world: ProfileWorld, ola: ProfileBrowser) -> None:
    assert "Ingen har ringt inn" in (await ola.get("/profile/settings")).text
    owner = world.backend.ola.number
    world.subscribe(KARI)
    for one, (came_of, mailbox) in enumerate(
        [(CameOf.ELSEWHERE, owner), (CameOf.REFUSED, owner), (CameOf.MISSED, owner), (CameOf.OWNER, KARI)]
    ):
        record = CallRecord(
            SpoolId(f"17.{one}"), world.backend.clock.now(), Number(f"+479000008{one}"), mailbox, came_of, 9
        )
        call_log.write_down(world.backend.services, record)
    text = (await ola.get("/profile/settings")).text
    assert "Med nummer og kode, fra +47 900 00 080" in text
    assert "Feil kode, fra +47 900 00 081" in text
    assert "900 00 082" not in text
    assert "900 00 083" not in text


def test_each_language_says_all_of_it_and_with_the_same_facts() -> None:
    nb, en = (page_texts(language) for language in LANGUAGES)
    assert nb.keys() == en.keys()
    for name, text in nb.items():
        assert set(re.findall(r"\{\w+\}", text)) == set(re.findall(r"\{\w+\}", en[name])), name
        assert text.strip()
        assert en[name].strip()


def test_every_text_is_used_and_every_used_one_is_there() -> None:
    names = set(page_texts("nb"))
    program = "".join(file.read_text("utf-8") for file in PAGES.rglob("*.py"))
    used = set(re.findall(r'text\("([a-z_.-]+)"', "".join(TEMPLATES.values())))
    used |= {name for name in names if f'"{name}"' in program}
    used |= {f"fault.{status}" for status in TOLD}
    used |= {f"inbox.{how}{part}" for part in ("inbox", "saved", "deleted") for how in ("", "none_")}
    used |= {f"settings.{wish}" for wish in ("sms", "mms", "missed_calls", "email_copy", "transcript_sms")}
    used |= {f"settings.done_{done}" for done in DONE}
    used |= {f"greetings.{kind}{how}" for kind in SHOWN for how in ("", "_how")}
    used |= {f"greetings.built_in_{kind}" for kind in SHOWN}
    used |= {f"greetings.done_{done}" for done in ("kept", "kept_only", "removed")}
    used |= {f"greetings.wrong_{wrong}" for wrong in ("form", "unfit", "last_day")}
    used |= {f"voicemail.until_{until}" for until in OffUntil}
    used |= {f"away.{reason}" for reason in ("none", *AbsenceReason)}
    used |= words_of_availability()
    used |= {f"openings.{came_of}" for came_of in TOLD_OF}
    used |= {f"settings.pin-{weakness}" for weakness in Weakness} | {"settings.pin-differs"}
    used |= {f"names.done_{done}" for done in NAMES_DONE}
    used |= {f"names.wrong_{wrong}" for wrong in NAMES_WRONG}
    used |= words_of_operators()
    begun = {name for name in used if name.endswith(("_", "."))}  # the rest of it is put behind
    assert used - begun == names


def test_nothing_of_the_page_is_inline_or_from_elsewhere() -> None:
    for name, template in TEMPLATES.items():
        assert not re.search(r"<style|style=|\son[a-z]+=|javascript:|https?://", template), name
        assert re.findall(r"<script(?! src=)", template) == [], name
        assert "|safe" not in template.replace(" ", ""), name


def test_all_that_a_page_is_shown_with_is_small() -> None:
    packed = {name: len(asset.packed) for name, asset in assets.page_assets().items()}
    assert sum(packed.values()) < 100_000, packed
    assert len(packed) == 6


async def test_assets_are_kept_for_a_year_under_what_they_hold(ola: ProfileBrowser) -> None:
    for path in re.findall(r'"(/profile/assets/[^"]+)"', (await ola.get("/profile")).text):
        answer = await ola.get(path)
        assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
        assert answer.headers["content-encoding"] == "gzip"
        plain = await ola.get(path, **{"Accept-Encoding": "identity"})
        assert plain.content == answer.content
    for wrong in ("page.css", "0000000000000000-page.css", "..%2Fpage.css", "%2e%2e/page_assets.py"):
        assert (await ola.get(f"/profile/assets/{wrong}")).status_code == 404


def test_without_the_library_the_page_does_without_and_says_so(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    ours = {name: (PAGES / "assets" / name).read_bytes() for name in assets.OURS}
    assert without(tmp_path) == ours
    for name in ("htmx.min.js", "uplot.min.js", "uplot.min.css"):
        (tmp_path / name).write_text("alert(1)", "utf-8")
    assert without(tmp_path) == ours
    assert [record.getMessage() for record in caplog.records] == ["the page does without its library"] * 6


def without(folder: Path) -> dict[str, bytes]:
    return {name: asset.content for name, asset in assets.page_assets(folder).items()}


def test_what_is_packed_is_what_was_there() -> None:
    for asset in assets.page_assets().values():
        assert gzip.decompress(asset.packed) == asset.content


AGENTS = [
    ("(X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox, Linux"),
    ("(Linux; Android 15) AppleWebKit/537.36 Chrome/140.0 Mobile Safari/537.36", "Chrome, Android"),
    ("(iPhone; CPU iPhone OS 19_0 like Mac OS X) Version/19.0 Safari/604.1", "Safari, iPhone"),
    ("(Windows NT 10.0) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0", "Edge, Windows"),
    ("curl/8.0 <script>", ""),
    ("", ""),
]


@pytest.mark.parametrize(("agent", "name"), AGENTS)
def test_a_browser_is_named_and_nothing_it_says_is_kept(agent: str, name: str) -> None:
    assert device_name(agent and f"Mozilla/5.0 {agent}") == name
