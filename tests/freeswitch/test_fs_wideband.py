"""The calls of tests/real/test_call_wideband.py, through FreeSWITCH."""

from tests.real.test_call_wideband import *
