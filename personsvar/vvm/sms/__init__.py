"""The SMS between a phone's visual voicemail client and the service, in the dialects phones speak.

    dialects   which there are
    requests   what a phone asks for: Activate, Deactivate, STATUS, STATE
    values     what an answer tells
    fields     how a value stands in an SMS
    omtp       STATUS and SYNC: OMTP 1.1 to 1.3, CVVM, VVM3
    iphone     STATE and MBOXUPDATE
    replies    an answer in the dialect of its phone

Sources: OMTP Visual Voicemail Interface Specification 1.3 (GSMA TS.46), and the clients of AOSP's Dialer and
of vvmd, whose parsers are stricter than it.
"""
