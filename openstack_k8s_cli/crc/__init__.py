"""OpenShift Local (CRC) on a host: what is there, what is wanted, and the changes between."""
