"""Hosts that are virtual machines: what they are to be like, what is there, and what is done about the difference."""
