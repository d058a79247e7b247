"""IMAP4rev1 (RFC 3501), the server's end, without sockets and without a store.

    reader       bytes in, events out; with limits
    commands     what a client asks for, a value for each verb
    grammar      how the words of each verb are read
    responses    what the server says, as bytes
    fetched      the answer to FETCH, computed
    matching     SEARCH, evaluated
    sequences    message numbers and UIDs
    list_pattern names of folders, and the patterns of LIST
    mime         a voice message and a greeting as mail: bytes, sizes, structure

With IDLE (RFC 2177), UIDPLUS (4315), MOVE (6851), UNSELECT (3691), LITERAL+ (7888), NAMESPACE (2342),
QUOTA (2087), ID (2971), CHILDREN (3348), and the verbs of voicemail platforms (OMTP, CVVM, VVM3, the iPhone).
"""
