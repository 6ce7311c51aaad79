"""The validated architectures' values files into a profile: networks, control plane, hosts, what is to be filled in."""
