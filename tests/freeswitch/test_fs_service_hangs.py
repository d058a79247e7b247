"""The calls of tests/real/test_call_service_hangs.py, through FreeSWITCH."""

from tests.real.test_call_service_hangs import *
