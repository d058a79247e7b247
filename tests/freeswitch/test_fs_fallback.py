"""The calls of tests/real/test_call_fallback.py, through FreeSWITCH."""

from tests.real.test_call_fallback import *
