"""Visual voicemail as it goes over the wire: the SMS dialects and IMAP.

Bytes in, values out; nothing of ours is known here.
"""
