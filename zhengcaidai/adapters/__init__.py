"""What fulfils the ports towards outside systems: one httpx client behind all, one file a system, Twilio for SMS."""
