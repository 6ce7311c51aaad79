"""`python -m openstack_k8s_cli.rehearsal.simulators --kubeconfig FILE [--pace fast|instant] [--faults FILE]`."""

import sys

from openstack_k8s_cli.rehearsal.simulators.program import main

sys.exit(main(sys.argv[1:]))
