"""The calls of tests/real/test_call_soft_tone.py, through FreeSWITCH."""

from tests.real.test_call_soft_tone import *
