"""The outside systems as real HTTP servers with their own files and ledgers, to run and test the engine against.

Procurement system, receivables platform, budget system with treasury, online banks, SMS gateway, finance bureau and a
token issuer. Nothing here is part of the engine; the engine knows these systems only by address.
"""
