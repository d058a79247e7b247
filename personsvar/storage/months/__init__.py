"""The ledger by the month: on PostgreSQL a table for each month, dropped as a whole once it is over.

A notice's id begins with the month it was made in (`month`), so its tries, parts and receipts are found in
the same month by the id alone, and nothing is ever moved. What has no month (SQLite, a database that was made
before there were any) goes on counting from where it is.
"""
