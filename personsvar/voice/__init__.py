"""Sounds: what is played on the line, what a recording holds, and how prompts are made."""
