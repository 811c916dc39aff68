"""Documents: what is printed (forms, certificates), what is handed in (scans), where it is kept (vault)."""
