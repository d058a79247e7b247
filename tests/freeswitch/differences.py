"""Tests of tests/real that FreeSWITCH is not held to, and why."""

from __future__ import annotations

UNREAD = "it reads a header of any length"
UNPARSED = "it has no identity whose name is no SIP: its owner is asked for number and PIN, as from elsewhere"
FIRST_ONLY = "of several Privacy headers it has the first alone"
CLOCK = "it keeps the soft tone's time itself, in one recording: test_fs_soft_tone has its own"
OWN_IDS = "a call's id is one that no other call has or had"
TLS_ALONE = "with TLS it takes nothing by UDP at all: test_fs_trunk_tls has its own"
NOT_HELD = {
    "test_an_address_of_the_trunk_s_on_udp_makes_nobody_an_owner": TLS_ALONE,
    "test_a_service_that_hangs_where_the_soft_tone_comes_loses_what_is_said_until_it_is_killed": CLOCK,
    "test_the_dialplan_s_recording_goes_beside_another_call_s_of_the_same_id": OWN_IDS,
    "test_who_hangs_up_in_the_greeting_ends_no_other_call_s_recording": OWN_IDS,
    "test_nothing_of_a_withheld_number_is_written[user]": "it writes a Privacy without its blanks",
    "test_whom_nobody_can_read_is_not_thanked_for_a_message_of_nobodys": UNREAD,
    "test_a_long_privacy_is_kept_without_the_service[privacy2]": FIRST_ONLY,
    "test_nobodys_name_hides_whose_the_recording_is[one that escapes nothing]": UNPARSED,
    "test_nobodys_name_hides_whose_the_recording_is[bare]": UNPARSED,
    "test_one_that_no_switch_could_read_is_a_diversion_all_the_same": UNREAD,
    "test_an_owner_is_known_whatever_he_is_called[one that escapes nothing]": UNPARSED,
    "test_an_owner_is_known_whatever_he_is_called[bare]": UNPARSED,
}
"""By the name of the test, or of one of its cases."""
