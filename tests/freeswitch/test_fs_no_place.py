"""The calls of tests/real/test_call_no_place.py, through FreeSWITCH."""

from tests.real.test_call_no_place import *
