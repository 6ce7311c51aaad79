"""`ovn-sbctl` in a rehearsed pod of the southbound database."""

import sys
from pathlib import Path

from openstack_k8s_cli.rehearsal.cloud import southbound

if __name__ == "__main__":
    sys.exit(southbound.main(Path(__file__).parent.parent, sys.argv[1:]))
