"""The calls of tests/real/test_call_service_dies.py, through FreeSWITCH."""

from tests.real.test_call_service_dies import *
