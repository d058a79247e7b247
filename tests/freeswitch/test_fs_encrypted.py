"""The calls of tests/real/test_call_encrypted.py, through FreeSWITCH."""

from tests.real.test_call_encrypted import *
