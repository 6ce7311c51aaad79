"""SSH servers on loopback ports, each a host of its own: with its files, its programs and its faults."""
