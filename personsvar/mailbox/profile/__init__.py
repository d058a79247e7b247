"""Min profil, the subscriber's own page: who gets in, and for how long."""
