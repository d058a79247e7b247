"""A subscriber's own page, Min profil."""
