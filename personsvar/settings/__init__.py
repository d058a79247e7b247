"""Everything an operator may set, from the environment: `PERSONSVAR_…`, checked once, at start.

A secret may also come from a file: `PERSONSVAR_DATABASE_URL_FILE=/run/secrets/db` is read in place of
`PERSONSVAR_DATABASE_URL`. An empty variable counts as not set; an empty secret is a mistake. docs/settings.md
is made from this package. The switch reads some of them too: what both need (`checks`, `defaults`) is of the
standard library only, and nothing is imported here.
"""
