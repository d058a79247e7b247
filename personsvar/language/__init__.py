"""How things are said: prompts, numbers, dates, counts and phone numbers, in Norwegian and English. Pure."""
