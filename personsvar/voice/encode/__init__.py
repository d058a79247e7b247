"""How sounds are made: prompts synthesised, trimmed, levelled and written in the line's own formats.

Needs espeak-ng and ffmpeg and takes its time; so it is for the command line, never for a call.
"""
