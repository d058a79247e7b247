"""The calls of tests/real/test_call_calendar.py, through FreeSWITCH."""

from tests.real.test_call_calendar import *
