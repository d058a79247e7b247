"""The calls of tests/real/test_call_first_call.py, through FreeSWITCH."""

from tests.real.test_call_first_call import *
