"""The manual: what the caller hears and presses, one file per page."""
