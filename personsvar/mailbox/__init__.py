"""The domain: mailboxes, messages, greetings, PINs and notices, with no switch and no database in it."""
