"""The calls of tests/real/test_call_switch_killed.py, through FreeSWITCH."""

from tests.real.test_call_switch_killed import *
