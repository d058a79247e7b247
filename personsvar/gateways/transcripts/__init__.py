"""Messages written down in words: the lane's gateway, and the engines behind it."""
