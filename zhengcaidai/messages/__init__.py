"""Messages: frozen types and enums, all that crosses the boundary of a process or a workflow."""
