"""The calls of tests/real/test_call_every_key.py, through FreeSWITCH."""

from tests.real.test_call_every_key import *
