"""CRC on a host."""
