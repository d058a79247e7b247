"""What was sent, to look at and to hear, while no gateway is configured."""
