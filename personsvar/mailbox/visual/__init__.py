"""Visual voicemail: the phone's own inbox, which shows the same mailbox."""
