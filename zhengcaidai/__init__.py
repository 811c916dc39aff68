"""政采贷: government-procurement contract loans, one durable workflow a loan."""
