"""The calls of tests/real/test_call_postgres.py, through FreeSWITCH."""

from tests.real.test_call_postgres import *
