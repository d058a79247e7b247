"""The calls of tests/real/test_call_availability.py, through FreeSWITCH."""

from tests.real.test_call_availability import *
