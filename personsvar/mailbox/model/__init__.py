"""What a voicemail is made of: subscribers, messages, greetings, notices; a file each.

Every value here is frozen; a change is a new value put back through a repository (see `ports`).
Times are aware datetimes in UTC, lengths are seconds, numbers are E.164 with the plus sign.
"""
