"""The visual voicemail server: an IMAP4rev1 server for the phone's own inbox.

    visual_server      listens, and ends all sessions in good order
    server_context     what all sessions share
    client_connection  bytes both ways; tls, certificate: in the clear, and then not
    imap_session       one client's commands, one after the other
    commands           what each of them does, by the view of the mailbox (`mailbox.visual.view`)
    selected_folder    message numbers that hold still; updates: and what may be told of what changed
    authenticator      who may come in; password_lockout: and who tried too often
    account_sessions   the sessions of each account that is logged in
    unidentified       who has not logged in yet: few at once
    change_broadcast   who is told that a mailbox changed
    recordings         AMR, encoded once
    pre_encoder        what an account in use has, before it is asked for
    mail_builder       a message as the mail that phones fetch

One loop in one thread has all sessions; what looks into the store runs in a few threads beside it, and what
encodes in processes. The wire itself is `vvm.imap`.
"""
