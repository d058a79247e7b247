"""A notice put in words: its facts, its texts in each language, and the whole of it ready to be sent."""
