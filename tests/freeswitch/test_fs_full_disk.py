"""The calls of tests/real/test_call_full_disk.py, through FreeSWITCH."""

from tests.real.test_call_full_disk import *
