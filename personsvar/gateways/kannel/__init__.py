"""SMS over HTTP in the shape of Kannel's `sendsms` (Kannel 1.4 User's Guide, chapters 6 and 11).

    kannel_options    where the gateway is, and who we are to it
    request           the query of `sendsms`: a text, or binary data with a user data header
    kannel_answers    what smsbox's answer means for the notice
    delivery_reports  delivery reports: the address Kannel calls, and reading its call
    incoming          an SMS from a phone, as Kannel's `sms-service` hands it over
    kannel_gateway    the gateway itself

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

from personsvar.gateways.kannel.incoming import incoming_url
from personsvar.gateways.kannel.kannel_gateway import KannelGateway
from personsvar.gateways.kannel.kannel_options import KannelOptions

__all__ = [
    "KannelGateway",
    "KannelOptions",
    "incoming_url",
]
