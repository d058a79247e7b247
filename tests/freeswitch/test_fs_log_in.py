"""The calls of tests/real/test_call_log_in.py, through FreeSWITCH."""

from tests.real.test_call_log_in import *
