"""Doctor on the rehearsal cluster: well on one that is fit, and each check on one that has every trouble at once."""

import json
import time
from collections.abc import Mapping
from pathlib import Path

import pytest

from openstack_k8s_cli import components
from openstack_k8s_cli.adapters import files, kubernetes
from openstack_k8s_cli.adapters.clocks import SystemClock
from openstack_k8s_cli.checking.cluster import RULES
from openstack_k8s_cli.model.checks import Result, State
from openstack_k8s_cli.model.problems import ExitCode
from openstack_k8s_cli.profile import loading
from openstack_k8s_cli.rehearsal import layer
from openstack_k8s_cli.rehearsal.lifecycle import Rehearsal
from openstack_k8s_cli.workflows import doctor
from openstack_k8s_cli.workflows.world import World
from tests.cluster import accounts, stories, troubles
from tests.cluster.awaiting import eventually
from tests.cluster.commands import Osk
from tests.fakes.secrets import NoSecrets

FAILED, WARNING = State.FAILED, State.WARNING
FIRES: Mapping[str, tuple[State, str]] = {
    "api": (WARNING, "v1.dead.example.org"),
    "version": (FAILED, "4.12.1"),
    "nodes": (WARNING, f"{troubles.WORKER} takes no new pods"),
    "cpu": (FAILED, "processors are requested"),
    "memory": (FAILED, "of memory are requested"),
    "pressure": (FAILED, f"{troubles.WORKER} runs out of disk"),
    "storage-class": (FAILED, "no StorageClass `fast`"),
    "volumes": (FAILED, "`local-storage` has"),
    "catalogs": (FAILED, "catalog `theirs` is"),
    "operators": (WARNING, "unheard-of is subscribed to in several"),
    "kinds": (FAILED, "nmstates.nmstate.io is being deleted"),
    "webhooks": (FAILED, "blocking (v.blocking.example.org) asks Service nowhere/nobody"),
    "pull-secret": (FAILED, "registry.redhat.io"),
    "cluster-operators": (FAILED, "dns is not available"),
    "network": (WARNING, "OpenShiftSDN"),
    "interfaces": (FAILED, f"{troubles.WORKER} has no interface `enp6s0`; it has: eth0"),
    "mtu": (WARNING, "carries 1280 bytes"),
    "policies": (FAILED, "theirs configures enp6s0"),
    "pools": (FAILED, "theirs of metallb-system overlaps with ctlplane"),
    "dns": (FAILED, "the cluster's DNS is degraded"),
    "clock": (FAILED, "behind this machine's"),
    "rights": (FAILED, "you may not: "),
}
QUIET = {"interfaces": State.UNKNOWN, "mtu": State.SKIPPED, "cluster-operators": State.SKIPPED}
"""Of a fresh cluster, which does not tell of its interfaces yet and has no cluster operators."""


class _LateClock(SystemClock):
    """A clock that is two minutes ahead."""

    def now(self) -> float:
        """Give the time."""
        return super().now() + 120.0


def judged(rehearsal: Rehearsal, kubeconfig: Path, *sets: str, late: bool = False) -> dict[str, Result]:
    """Look at the cluster as a command does."""
    overlay = layer.layer(rehearsal.name, rehearsal.directory)
    loaded = loading.load("crc", sets=sets, reader=files.ProfileFiles(), overlays=(overlay,))
    clock = _LateClock() if late else SystemClock()
    catalogue = components.parse(files.catalogue())
    world = World(kubernetes.connect(str(kubeconfig)), clock, loaded, catalogue, NoSecrets())
    return {each.name: each.result for each in doctor.judged(doctor.look(world, resolves=bool)).checks}


@pytest.fixture(scope="module")
def quiet(rehearsal: Rehearsal) -> dict[str, Result]:
    """Look at the cluster while it is fit, once OLM has come to the catalogs."""
    return eventually(
        lambda: judged(rehearsal, rehearsal.kubeconfig), lambda found: found["catalogs"].state is State.OK
    )


@pytest.fixture(scope="module")
def troubled(
    rehearsal: Rehearsal, quiet: dict[str, Result], tmp_path_factory: pytest.TempPathFactory
) -> dict[str, Result]:
    """Look at the cluster with all the troubles in it, as a user who may not make Secrets, by a clock that is wrong."""
    assert quiet
    cluster = kubernetes.connect(str(rehearsal.kubeconfig))
    troubles.inject(cluster, rehearsal.kubeconfig)
    accounts.lacking(cluster, "weak", kind="Secret", verbs=("create",))
    copy = tmp_path_factory.mktemp("weak") / "kubeconfig"
    weak = accounts.kubeconfig(rehearsal.kubeconfig, "weak", copy)
    return judged(rehearsal, weak, *troubles.PROFILE, late=True)


@pytest.mark.parametrize("name", RULES)
def test_nothing_fires_on_a_fit_cluster(quiet: dict[str, Result], name: str) -> None:
    """On a fresh cluster every check is well, or has nothing to look at yet."""
    assert quiet[name].state is QUIET.get(name, State.OK), quiet[name]


def test_doctor_is_quick_and_content(quiet: dict[str, Result], rehearsal: Rehearsal, osk: Osk) -> None:
    """On a fit cluster the command ends with 0, and prints how long it took."""
    assert quiet
    began = time.monotonic()
    done = osk("doctor", f"--rehearsal={rehearsal.name}", "-v")
    print(f"osk doctor: {time.monotonic() - began:.2f} s")  # noqa: T201  # for docs/benchmarks.md

    assert done.code == ExitCode.DONE, done.stdout
    assert "✔ nodes" in done.stdout
    assert "✘" not in done.stdout


def test_the_roles_of_rbac_are_enough(
    quiet: dict[str, Result], rehearsal: Rehearsal, osk: Osk, tmp_path: Path
) -> None:
    """Whom `osk rbac` gives its roles has every right that doctor asks for; without them hardly any."""
    assert quiet
    cluster = kubernetes.connect(str(rehearsal.kubeconfig))
    user = accounts.nobody(cluster, "limited")
    own = accounts.kubeconfig(rehearsal.kubeconfig, "limited", tmp_path / "kubeconfig")
    weak = kubernetes.connect(str(own))
    plan = stories.plan_of("crc", rehearsal, cluster)
    before = doctor.denied(weak, plan)
    printed = osk("rbac", f"--rehearsal={rehearsal.name}", "--user", user, "-o", "json")
    for body in json.loads(printed.stdout)["items"]:
        cluster.apply(body, force=True)

    assert before
    assert doctor.denied(weak, plan) == ()
    assert {name: each.state for name, each in judged(rehearsal, own).items()} == {
        name: each.state for name, each in quiet.items()
    }


@pytest.mark.parametrize("name", RULES)
def test_each_check_fires(troubled: dict[str, Result], name: str) -> None:
    """Each trouble is found among all the others, with a remedy."""
    state, words = FIRES[name]

    assert troubled[name].state is state, troubled[name]
    assert words in troubled[name].detail
    assert troubled[name].remedy


def test_interfaces_are_well_where_they_are_there(troubled: dict[str, Result]) -> None:
    """Only the worker that lacks its interface is named."""
    words = f"{troubles.WORKER} has no interface `enp6s0`; it has: eth0"
    assert troubled["interfaces"].detail == words


def test_a_deployment_is_refused_before_it_writes(
    troubled: dict[str, Result], rehearsal: Rehearsal, osk: Osk
) -> None:
    """What doctor says in half a minute, a deployment says at once, and nothing is written."""
    assert troubled
    refused = osk("deploy", "all", "--yes", f"--rehearsal={rehearsal.name}")

    assert refused.code == ExitCode.REFUSED
    assert "OSK1285" in refused.stderr
    cluster = kubernetes.connect(str(rehearsal.kubeconfig))
    secrets = cluster.resource("", "Secret")
    assert secrets is not None
    assert cluster.get(secrets, "openstack", "osp-secret") is None


def test_fix_deletes_only_what_openstack_left(
    troubled: dict[str, Result], rehearsal: Rehearsal, osk: Osk
) -> None:
    """The dead webhook of the OpenStack operators goes, another operator's stays, and doctor ends with 4."""
    assert troubled
    done = osk("doctor", "cluster", "--fix", f"--rehearsal={rehearsal.name}")
    cluster = kubernetes.connect(str(rehearsal.kubeconfig))
    kind = cluster.resource("admissionregistration.k8s.io", "ValidatingWebhookConfiguration")
    assert kind is not None

    assert done.code == ExitCode.REFUSED
    assert "deleted ValidatingWebhookConfiguration left" in done.stderr
    assert cluster.get(kind, "", "left") is None
    assert cluster.get(kind, "", "blocking") is not None
