"""`python -m openstack_k8s_cli` is `osk`."""

from openstack_k8s_cli.cli.main import run

if __name__ == "__main__":
    run()
