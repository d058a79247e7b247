"""Visual voicemail by SMS: what phones ask, and what their clients are told.

    desk        a phone's request, taken and committed
    strangers   the answer to a number that is no subscriber's
    news        what a letter to a client tells, looked up when it is sent
    words       the same in the phone's dialect
    way         the gateway that SMS go by, whichever it is
    gateway     the channel

The dialects themselves are in `vvm.sms`, the rules in `mailbox.visual`.
"""
