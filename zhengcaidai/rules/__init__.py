"""Rules: pure functions. No input or output, no clock, no environment; what they need is handed to them."""
