"""The calls of tests/real/test_call_greetings.py, through FreeSWITCH."""

from tests.real.test_call_greetings import *
