"""All data of a subscriber as one zip file, for its owner: written as it is read, whatever its size."""
