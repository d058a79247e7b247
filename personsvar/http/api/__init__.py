"""The HTTP API, `/v1/…`: what operators' own programs read and do. OpenAPI at /docs."""
