"""The stories of the data plane's hosts."""
