"""What the engine goes by, read from its data files and checked: calendars, regions, clauses, platform limits."""
