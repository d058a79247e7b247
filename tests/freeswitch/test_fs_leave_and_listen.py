"""The calls of tests/real/test_call_leave_and_listen.py, through FreeSWITCH."""

from tests.real.test_call_leave_and_listen import *
