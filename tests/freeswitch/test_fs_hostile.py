"""The calls of tests/real/test_call_hostile.py, through FreeSWITCH."""

from tests.real.test_call_hostile import *
