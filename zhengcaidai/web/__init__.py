"""The HTTP API (接口): routes, principals, problems, idempotency. What happens is decided in workflows and rules."""
