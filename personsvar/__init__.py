"""personsvar: the voicemail an operator or a company runs beside its own Asterisk."""
