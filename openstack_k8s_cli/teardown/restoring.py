"""Puts Keystone's keys back that a teardown had set apart when it was ended, before anything makes new ones."""

from uuid import uuid4

from openstack_k8s_cli.apply import records
from openstack_k8s_cli.apply.lease import Leases
from openstack_k8s_cli.apply.options import Options
from openstack_k8s_cli.apply.ports import Cluster
from openstack_k8s_cli.model.clock import Clock
from openstack_k8s_cli.model.objects import ObjectId
from openstack_k8s_cli.model.steps import Layer
from openstack_k8s_cli.teardown import identity, preparing
from openstack_k8s_cli.teardown.patience import Patience

_PATIENCE = 300.0
"""Seconds that a Keystone which is on its way out may take to go."""


def restore(cluster: Cluster, clock: Clock, *, profile: str, options: Options) -> tuple[ObjectId, ...]:
    """Put kept keys back under their own names; nothing is asked for twice, or written, where none are kept.

    Raises OskError when another run is at work on the control plane, and ClusterError.
    """
    patiently = Patience(clock)
    mine = [each for each in patiently(lambda: records.read(cluster)) if each.profile == profile]
    clouds = sorted(preparing.clouds_of(mine))
    if not patiently(lambda: identity.copies(cluster, clouds)):
        return ()
    leases = Leases(cluster, clock, options, uuid4().hex, profile)
    try:
        patiently(lambda: leases.acquire((Layer.CONTROLPLANE,)))
        until = clock.monotonic() + _PATIENCE
        while patiently(lambda: identity.is_going(cluster, clouds)):
            if clock.monotonic() > until:
                return ()
            clock.sleep(1.0)

        def put_back() -> tuple[ObjectId, ...]:
            leases.fence(Layer.CONTROLPLANE)
            return identity.put_back(cluster, clouds, profile=profile)

        return patiently(put_back)
    finally:
        leases.release()
