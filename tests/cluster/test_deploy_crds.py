"""`osk deploy crds` on a real API server: the kinds of the operator's package, and nothing that uses them."""

from pathlib import Path

from openstack_k8s_cli.adapters import kubernetes
from openstack_k8s_cli.model.problems import ExitCode
from openstack_k8s_cli.rehearsal.lifecycle import Rehearsal
from tests.cluster import listings
from tests.cluster.commands import at_home


def test_kinds_come_with_their_package_and_without_objects(
    fresh_rehearsal: Rehearsal, tmp_path: Path
) -> None:
    """OLM brings them; no OpenStack resource is made, a second run changes nothing, and the rest can follow."""
    osk = at_home(tmp_path, fresh_rehearsal.directory.parent)
    to = ("-p", "crc", f"--rehearsal={fresh_rehearsal.name}", "-o", "json")

    first = osk("deploy", "crds", *to)
    again = osk("deploy", "crds", *to)

    cluster = kubernetes.connect(str(fresh_rehearsal.kubeconfig))
    made = [each for each in listings.everything(cluster) if each.group.endswith("openstack.org")]
    assert (ExitCode.DONE, []) == (first.code, first.problems)
    assert "--crds DIR applies those that you have" in first.stderr
    assert cluster.resource("operator.openstack.org", "OpenStack") is not None
    assert [] == made
    assert (ExitCode.DONE, []) == (again.code, again.problems)
    assert {"unchanged"} == {each["change"] for each in again.of("ObjectChanged")}
