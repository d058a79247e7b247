"""The calls of tests/real/test_call_soft_tone.py, through FreeSWITCH, and what it does otherwise."""

from __future__ import annotations

import pytest

from tests.real.site import LiveSite
from tests.real.test_call_soft_tone import *
from tests.real.test_call_soft_tone import FIRST, LAST, LONGEST, Telephone, is_whole, soft_tone, speak


@pytest.mark.long(60)
def test_a_service_that_hangs_where_the_soft_tone_comes_loses_nothing(
    fragile: LiveSite, telephone: Telephone
) -> None:
    owner = fragile.subscriber()
    caller, began = speak(telephone, owner)
    caller.wait_until(began + FIRST - 3)
    fragile.service.freeze()
    soft_tone(caller, began)
    fragile.service.kill()
    caller.wait_for_prompt("fallback-thanks", within=LAST + 10)
    fragile.service.start()
    is_whole(fragile, owner, seconds=LONGEST)
