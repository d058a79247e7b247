"""A greeting recorded on a phone's own screen, and a caller on a real switch who hears it."""

from __future__ import annotations

from pathlib import Path

from dialplan.switch.root import Asterisk
from tests.real.running_site import running_site, telephones
from tests.real.visual.recorded import amr, single
from tests.real.visual.service import visual_service
from tests.real.visual.test_imap_greetings import appended
from tests.real.walks import reach

SECONDS = 3


def test_a_caller_hears_what_the_owner_recorded_on_the_phones_own_screen(
    asterisk: Asterisk, tmp_path: Path
) -> None:
    places = [tmp_path / name for name in ("visual", "site")]
    for place in places:
        place.mkdir(mode=0o750)
    with visual_service(places[0]) as visual:
        environment = {"PERSONSVAR_DATABASE_URL": visual.url}
        with running_site(asterisk, places[1], environment=environment) as site, telephones(site) as make:
            who = visual.subscription()
            with visual.logged_in(who) as wire:
                appended(wire, single(amr(SECONDS)))
            greeting = visual.greeting(who.number)
            assert greeting is not None
            caller = reach(make, who.number)
            caller.wait_for_prompt("tone", within=20)
            assert greeting in caller.recording().bytes
            caller.hang_up()
