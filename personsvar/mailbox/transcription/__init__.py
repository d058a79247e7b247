"""Messages in words: who wants them, how well they were understood, and what is done with them."""
