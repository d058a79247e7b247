"""The calls of tests/real/test_call_addresses.py, through FreeSWITCH."""

from tests.real.test_call_addresses import *
