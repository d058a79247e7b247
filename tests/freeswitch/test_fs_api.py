"""The calls of tests/real/test_call_api.py, through FreeSWITCH."""

from tests.real.test_call_api import *
