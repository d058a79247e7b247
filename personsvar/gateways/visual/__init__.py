"""Visual voicemail by SMS: what phones ask, and what their clients are told.

    activation_requests  a phone's request, taken and committed
    unknown_numbers      the answer to a number that is no subscriber's
    client_texts         the same in the phone's dialect
    sms_route            the gateway that SMS go by, whichever it is
    visual_gateway       the channel

The dialects themselves are in `vvm.sms`, the rules in `mailbox.visual`.
"""
