"""Events for the operator's own systems: JSON by POST, signed (docs/webhooks.md).

    events           what an event says
    receiver         one receiver: the address that was checked is the address that is connected to
    webhook_answers  what a receiver's answer means
    pending          which receivers have an event already, while others are still tried
    webhook_gateway  the gateway itself

The form is that of the Standard Webhooks specification (https://www.standardwebhooks.com), and the signatures
are made by its library.
"""

from personsvar.gateways.webhooks.webhook_gateway import WebhookGateway, WebhookOptions

__all__ = ["WebhookGateway", "WebhookOptions"]
