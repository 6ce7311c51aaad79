"""One module a command; `cli/tree.py` imports each when it is used."""
