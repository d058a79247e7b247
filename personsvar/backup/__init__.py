"""A backup of all that is kept: a folder of files that anybody can copy, and nobody hears anything in.

    DIR/backups/000007-2026-11-30T044500Z/   rows as text, a file for each table; which recordings belong to
                                             them; manifest.json with the sum of each, its own sum beside it
    DIR/recordings/000000123/                recordings as they lie in the database, each once for all backups
    DIR/.partial/, DIR/.copied/              a backup that is being made, or was broken off

Rows are read under one snapshot of the database, recordings after it. A recording that goes meanwhile goes
with its message; what is in a backup is there whole. A backup is there once its folder has its name, and is
not changed after.
"""
