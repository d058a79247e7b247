"""The calls of tests/real/test_call_hang_ups.py, through FreeSWITCH."""

from tests.real.test_call_hang_ups import *
