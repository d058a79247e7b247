"""The calls of tests/real/test_call_long.py, through FreeSWITCH."""

from tests.real.test_call_long import *
