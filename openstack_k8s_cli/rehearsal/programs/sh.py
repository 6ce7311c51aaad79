"""`sh -c SCRIPT` in a rehearsed client pod."""

import sys
from pathlib import Path

from openstack_k8s_cli.rehearsal.cloud import pods

if __name__ == "__main__":
    sys.exit(pods.shell(Path(__file__).parent.parent, sys.argv[1:]))
