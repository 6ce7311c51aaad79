"""What a lab has beside its hosts: networks of libvirt, a router for IPv6 alone, NFS, bare machines for users."""
