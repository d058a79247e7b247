"""What service and switch, or service and health check, begin with alike; standard library only."""

from __future__ import annotations

STATE = "var"
FASTAGI_BIND = "127.0.0.1:4573"
ESL_BIND = "127.0.0.1:8084"
NOWHERE = "none"
"""In place of an address: nothing listens."""
KEPT_AS = "fastagi.secret"
"""The secret that switch and service share, in the state folder."""
HTTP_BIND = "127.0.0.1:8080"
DRAIN_SECONDS = 300
RTP_TIMEOUT = 30
SWITCH = "asterisk"
SIP_ADDRESS = "127.0.0.1"
SIP_PORT = 5060
RTP_PORTS = "10000-30000"
TRUNK_HOSTS = "127.0.0.1"
TRUNK_CONTACT = "127.0.0.1:5070"
SIP_PUBLISH = "127.0.0.1"
LAMP_HOSTS = "127.0.0.1"
SWITCH_NAME = "pv"
FALLBACK_LANGUAGE = "nb"
