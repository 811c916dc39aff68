"""Workflows: what happens, in order. One file a process, one a step of it; what is decided stands in zhengcaidai/rules."""
