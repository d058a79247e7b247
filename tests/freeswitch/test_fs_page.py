"""The calls of tests/real/test_call_page.py, through FreeSWITCH."""

from tests.real.test_call_page import *
