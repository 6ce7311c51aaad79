"""A host with `crc`, `virsh` and the like: one model, played in memory and by recorded executables."""
