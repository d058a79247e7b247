"""MMS over MM7 (3GPP TS 23.140): a message's recording as AMR, with its words, to the operator's MMSC.

mm7       the gateway: encode, hand over, try smaller
rates     which AMR rate fits
package   what is posted: envelope, smil, text and sound as MIME
post      the HTTP of it, and which failures leave the outcome unknown
answers   what the MMSC said, and whether to try again
presence  whether anybody is there
reports   delivery reports, and what we answer; router takes them in over HTTP
soap      reading what the MMSC writes
"""
