"""The calls of tests/real/test_call_same_id.py, through FreeSWITCH."""

from tests.real.test_call_same_id import *
