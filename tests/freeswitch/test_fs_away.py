"""The calls of tests/real/test_call_away.py, through FreeSWITCH."""

from tests.real.test_call_away import *
