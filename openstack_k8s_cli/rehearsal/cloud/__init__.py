"""The OpenStack cloud behind a rehearsed control plane: what its clients make, and the hosts that registered themselves."""
