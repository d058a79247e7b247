"""The calls of tests/real/test_call_fallback_settings.py, through FreeSWITCH."""

from tests.real.test_call_fallback_settings import *
