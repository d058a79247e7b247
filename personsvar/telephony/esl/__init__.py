"""FreeSWITCH, over its Event Socket."""
