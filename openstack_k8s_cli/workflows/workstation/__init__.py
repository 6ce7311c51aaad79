"""The stories of `osk crc`: a host, and the cluster that runs on it."""
