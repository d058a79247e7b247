"""The visual voicemail server: an IMAP4rev1 server for the phone's own inbox.

    server       listens, and ends all sessions in good order
    connection   bytes both ways; tls, certificate: in the clear, and then not
    session      one client's commands, one after the other
    commands     what each of them does, by the view of the mailbox (`mailbox.visual.view`)
    selected     message numbers that hold still
    login        who may come in; lockout: and who tried too often
    board        who is told that a mailbox changed
    recordings   AMR, encoded once
    ahead        what an account in use has, before it is asked for
    mails        a message as the mail that phones fetch

One loop in one thread has all sessions; what looks into the store runs in a few threads beside it, and what
encodes in processes (VISUAL-VOICEMAIL.md, 9). The wire itself is `vvm.imap`.
"""
