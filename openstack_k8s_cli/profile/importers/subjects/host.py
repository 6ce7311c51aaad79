"""devsetup: the host, CRC and the virtual machines."""

from openstack_k8s_cli.profile.importers.rules import Rule, Target

RULES: tuple[Rule, ...] = ()

TARGETS: tuple[Target, ...] = ()
