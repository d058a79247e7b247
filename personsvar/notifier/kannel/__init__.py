"""SMS over HTTP in the shape of Kannel's `sendsms` (Kannel 1.4 User's Guide, chapters 6 and 11).

    options    where the gateway is, and who we are to it
    request    the query of `sendsms`: a text, or binary data with a user data header
    answers    what smsbox's answer means for the notice
    receipts   delivery reports: the address Kannel calls, and reading its call
    incoming   an SMS from a phone, as Kannel's `sms-service` hands it over
    reach      whether anybody is there
    gateway    the gateway itself
    web        the two HTTP routes Kannel calls

What belongs in the operator's kannel.conf (`alt-charset` stays unset: it changes what æøå become):

    group = smsbox
    http-request-retry = 20         # a receipt that we could not store is sent again
    http-queue-delay = 10

    group = sendsms-user
    username = …
    password = …
    concatenation = true            # without it a long text is cut short
    max-messages = 10

    group = sms-service             # only where SMS from phones are wanted
    keyword = default
    catch-all = true
    max-messages = 0                # no SMS goes back
    get-url = …                     # as `incoming.incoming_url` gives it
"""

from personsvar.notifier.kannel.gateway import KannelGateway
from personsvar.notifier.kannel.incoming import incoming_url
from personsvar.notifier.kannel.options import KannelOptions
from personsvar.notifier.kannel.web import incoming_router, receipts_router

__all__ = [
    "KannelGateway",
    "KannelOptions",
    "incoming_router",
    "incoming_url",
    "receipts_router",
]
