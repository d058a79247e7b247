"""What is served over HTTP: the API, health and figures, gateways' calls back, recordings behind links."""
