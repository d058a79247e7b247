"""Asterisk, over its gateway interface (AGI): one process for many calls (FastAGI), or one script a call."""
