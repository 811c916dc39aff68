"""Workflows: what happens, in order. One file a process, one reading a file; what is decided stands in zhengcaidai/rules."""
