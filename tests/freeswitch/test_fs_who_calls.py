"""The calls of tests/real/test_call_who_calls.py, through FreeSWITCH."""

from tests.real.test_call_who_calls import *
