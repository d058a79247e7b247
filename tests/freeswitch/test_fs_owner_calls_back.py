"""The calls of tests/real/test_call_owner_calls_back.py, through FreeSWITCH."""

from tests.real.test_call_owner_calls_back import *
