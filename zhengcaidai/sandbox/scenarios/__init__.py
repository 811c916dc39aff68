"""Loans told from beginning to end through the API, on the test clock: what `make demo` shows."""
