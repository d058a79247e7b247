"""The calls of tests/real/test_call_quiet.py, through FreeSWITCH."""

from tests.real.test_call_quiet import *
