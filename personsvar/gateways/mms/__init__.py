"""MMS over MM7 (3GPP TS 23.140): a message's recording as AMR, with its words, to the operator's MMSC.

mm7_gateway  the gateway: encode, hand over, try smaller
rates        which AMR rate fits
mm7_package  what is posted: envelope, slide, text and sound as MIME
mm7_client   the HTTP of it, and which failures leave the outcome unknown
mm7_answers  what the MMSC said, and whether to try again
mm7_reports  delivery reports, and what we answer; router takes them in over HTTP
soap         reading what the MMSC writes
"""
