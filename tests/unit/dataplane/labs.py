"""What a hypervisor's probe tells of its networks."""

from base64 import b64encode
from collections.abc import Iterable

from openstack_k8s_cli.dataplane.labs import networks
from openstack_k8s_cli.dataplane.labs.networks import Net

DEFAULT = """\
<network connections='1'>
  <name>default</name>
  <uuid>11111111-2222-3333-4444-555555555555</uuid>
  <forward mode='nat'><nat><port start='1024' end='65535'/></nat></forward>
  <bridge name='virbr0' stp='on' delay='0'/>
  <ip address='192.168.122.1' netmask='255.255.255.0'>
    <dhcp><range start='192.168.122.2' end='192.168.122.254'/></dhcp>
  </ip>
</network>
"""
"""As a distribution's libvirt brings it."""


def probe(
    made: Iterable[Net] = (), others: Iterable[str] = (), more: Iterable[str] = (), *, profile: str = "crc"
) -> str:
    """Print what the probe does; the networks are up."""
    forms = [(each.name, networks.text(each, profile)) for each in made]
    forms += [(text.partition("<name>")[2].partition("<")[0], text) for text in others]
    lines = ["user me", "home /home/me", "libvirt yes", "resolver 192.0.2.53", *more]
    for name, text in forms:
        lines += [f"network {name}", f"networkxml {name} {b64encode(text.encode()).decode()}"]
    return "\n".join(f"@osk {each}" for each in lines)
