"""E-mail copies of messages: the mail, its words, and the connections to the operator's mail server."""
