"""What osk says of an object it sees."""

from typing import Any

import pytest

from openstack_k8s_cli import readiness
from openstack_k8s_cli.model.objects import Body, id_of
from openstack_k8s_cli.model.verdicts import State


def body(api_version: str, kind: str, /, *, generation: int = 1, **rest: Any) -> Body:
    """Make an object with a status and perhaps a spec."""
    return {
        "apiVersion": api_version,
        "kind": kind,
        "metadata": {"name": "it", "generation": generation},
        **rest,
    }


def said(*conditions: tuple[str, str, str], **status: Any) -> dict[str, Any]:
    """Make a status of conditions (type, status, reason)."""
    listed = [
        {"type": kind, "status": value, "reason": reason, "message": f"{kind} {reason}"}
        for kind, value, reason in conditions
    ]
    return {"conditions": listed, **status}


CONTROL_PLANE = ("core.openstack.org/v1beta1", "OpenStackControlPlane")
POLICY = ("nmstate.io/v1", "NodeNetworkConfigurationPolicy")
OLM = "operators.coreos.com/v1alpha1"


@pytest.mark.parametrize(
    ("seen", "expected"),
    [
        pytest.param(body(*CONTROL_PLANE), State.WAITING, id="a fresh object has no condition yet"),
        pytest.param(
            body(*CONTROL_PLANE, status=said(("Ready", "True", "Ready"), observedGeneration=1)),
            State.READY,
            id="Ready at the current generation",
        ),
        pytest.param(
            body(*CONTROL_PLANE, generation=2, status=said(("Ready", "True", "Ready"), observedGeneration=1)),
            State.WAITING,
            id="Ready left from before a change does not count",
        ),
        pytest.param(
            body(*CONTROL_PLANE, status=said(("Ready", "True", "Ready"))),
            State.WAITING,
            id="a status about no generation does not count",
        ),
        pytest.param(
            body(
                *CONTROL_PLANE,
                status=said(("Ready", "False", "Error"), ("A", "False", "Error"), observedGeneration=1),
            ),
            State.FAILING,
            id="an error by its reason",
        ),
        pytest.param(
            body(*CONTROL_PLANE, status=said(("Ready", "False", "Requested"), observedGeneration=1)),
            State.PROGRESSING,
            id="requested is progress",
        ),
        pytest.param(
            body(
                "keystone.openstack.org/v1beta1", "KeystoneService", status=said(("Ready", "True", "Ready"))
            ),
            State.READY,
            id="a kind whose status has no generation",
        ),
        pytest.param(
            body(
                "mariadb.openstack.org/v1beta1",
                "Galera",
                status=said(
                    ("Ready", "False", "Requested"),
                    ("DeploymentReady", "True", "Ready"),
                    observedGeneration=1,
                ),
            ),
            State.READY,
            id="galera serves once its deployment is ready",
        ),
        pytest.param(
            body("network.openstack.org/v1beta1", "NetConfig"),
            State.READY,
            id="a NetConfig is done when it exists",
        ),
        pytest.param(
            body(
                "dataplane.openstack.org/v1beta1",
                "OpenStackDataPlaneNodeSet",
                status=said(
                    ("Ready", "False", "Requested"), ("SetupReady", "True", "Ready"), observedGeneration=1
                ),
            ),
            State.READY,
            id="a node set is ready for its deployment once it is set up",
        ),
        pytest.param(
            body(
                "dataplane.openstack.org/v1beta1",
                "OpenStackDataPlaneDeployment",
                status=said(("Ready", "False", "BackoffLimitExceeded"), observedGeneration=1),
            ),
            State.FAILED,
            id="a spent job does not recover",
        ),
        pytest.param(
            body(
                "core.openstack.org/v1beta1",
                "OpenStackVersion",
                status=said(("Initialized", "True", "Ready")),
            ),
            State.PROGRESSING,
            id="an initialized version without an available one",
        ),
        pytest.param(body(*POLICY), State.WAITING, id="a policy nmstate has not seen"),
        pytest.param(
            body(
                *POLICY,
                status=said(
                    ("Available", "Unknown", ""),
                    ("Degraded", "Unknown", ""),
                    ("Progressing", "True", "ConfigurationProgressing"),
                ),
            ),
            State.PROGRESSING,
            id="a policy that nodes are applying",
        ),
        pytest.param(
            body(*POLICY, status=said(("Available", "True", "SuccessfullyConfigured"))),
            State.READY,
            id="a policy in force",
        ),
        pytest.param(
            body(*POLICY, status=said(("Available", "True", "NoMatchingNode"))),
            State.FAILED,
            id="a policy for no node is no success",
        ),
        pytest.param(
            body(*POLICY, status=said(("Degraded", "True", "FailedToConfigure"))),
            State.FAILING,
            id="a policy that a node rolled back",
        ),
        pytest.param(
            body(OLM, "Subscription", status={"state": "UpgradePending"}),
            State.PROGRESSING,
            id="a subscription on its way",
        ),
        pytest.param(
            body(OLM, "Subscription", status={"state": "AtLatestKnown", "installedCSV": "a.v1"}),
            State.READY,
            id="a subscription at its latest",
        ),
        pytest.param(
            body(OLM, "Subscription", status=said(("ResolutionFailed", "True", "ConstraintsNotSatisfiable"))),
            State.FAILING,
            id="a subscription nothing satisfies",
        ),
        pytest.param(
            body(OLM, "ClusterServiceVersion", status={"phase": "Failed", "reason": "TooManyOperatorGroups"}),
            State.FAILING,
            id="a failed version",
        ),
        pytest.param(
            body(
                "operators.coreos.com/v1",
                "Operator",
                status={
                    "components": {
                        "refs": [
                            {
                                "kind": "ClusterServiceVersion",
                                "name": "a.v1",
                                "conditions": [
                                    {"type": "Succeeded", "status": "True", "reason": "InstallSucceeded"}
                                ],
                            }
                        ]
                    }
                },
            ),
            State.READY,
            id="an operator whose version succeeded",
        ),
        pytest.param(
            body(
                "operators.coreos.com/v1",
                "Operator",
                status={
                    "components": {
                        "refs": [
                            {
                                "kind": "ClusterServiceVersion",
                                "name": "a.v1",
                                "conditions": [{"type": "Succeeded", "status": "True", "reason": "Copied"}],
                            }
                        ]
                    }
                },
            ),
            State.WAITING,
            id="a copied version proves nothing",
        ),
        pytest.param(
            body(
                OLM, "CatalogSource", status={"connectionState": {"lastObservedState": "TRANSIENT_FAILURE"}}
            ),
            State.PROGRESSING,
            id="a catalog that does not answer",
        ),
        pytest.param(
            body(
                "apps/v1",
                "Deployment",
                spec={"replicas": 2},
                status={"observedGeneration": 1, "readyReplicas": 1, "updatedReplicas": 2},
            ),
            State.PROGRESSING,
            id="one of two replicas",
        ),
        pytest.param(
            body("apps/v1", "Deployment", spec={"replicas": 0}, status={"observedGeneration": 1}),
            State.READY,
            id="no replicas wanted",
        ),
        pytest.param(
            body("apps/v1", "Deployment", spec={}),
            State.PROGRESSING,
            id="a deployment its controller has not seen",
        ),
        pytest.param(
            body(
                "batch/v1",
                "Job",
                status={
                    "conditions": [{"type": "Failed", "status": "True", "reason": "BackoffLimitExceeded"}]
                },
            ),
            State.FAILED,
            id="a failed job",
        ),
        pytest.param(
            body("batch/v1", "Job", status={"conditions": [{"type": "Complete", "status": "True"}]}),
            State.READY,
            id="a complete job",
        ),
        pytest.param(
            body(
                "v1",
                "Pod",
                status={
                    "phase": "Pending",
                    "containerStatuses": [
                        {"name": "a", "image": "x", "state": {"waiting": {"reason": "ImagePullBackOff"}}}
                    ],
                },
            ),
            State.FAILING,
            id="an image that cannot be pulled",
        ),
        pytest.param(
            body("v1", "PersistentVolumeClaim", status={"phase": "Pending"}),
            State.READY,
            id="a claim waits for its first consumer",
        ),
        pytest.param(
            body("v1", "PersistentVolumeClaim", status={"phase": "Lost"}),
            State.FAILED,
            id="a claim whose volume is gone",
        ),
        pytest.param(
            body(
                "apiextensions.k8s.io/v1",
                "CustomResourceDefinition",
                status=said(("NamesAccepted", "True", ""), ("Established", "False", "Installing")),
            ),
            State.PROGRESSING,
            id="a definition not established",
        ),
        pytest.param(
            body(
                "admissionregistration.k8s.io/v1",
                "MutatingWebhookConfiguration",
                webhooks=[{"clientConfig": {}}],
            ),
            State.PROGRESSING,
            id="a webhook whose CA is not injected yet",
        ),
        pytest.param(
            body("v1", "ConfigMap"), State.READY, id="a kind without a rule is ready once it exists"
        ),
    ],
)
def test_state(seen: Body, expected: State) -> None:
    """Each state of each kind is judged as its operator means it."""
    assert expected is readiness.judge(id_of(seen), seen).state


def test_absent() -> None:
    """An object that is not there is absent, not ready."""
    assert readiness.judge(id_of(body("v1", "ConfigMap")), None).state is State.ABSENT


def test_terminating_names_what_holds_it() -> None:
    """An object that is going says which finalizer holds it."""
    going = body("v1", "ConfigMap")
    going["metadata"] |= {"deletionTimestamp": "2026-01-01T00:00:00Z", "finalizers": ["openstack.org/galera"]}

    verdict = readiness.judge(id_of(going), going)

    assert State.TERMINATING is verdict.state
    assert "openstack.org/galera" in verdict.message


def test_first_obstacle_in_the_operators_order() -> None:
    """The condition that holds the others up is shown, not the one that comes first by alphabet."""
    seen = body(
        *CONTROL_PLANE,
        status=said(
            ("Ready", "Unknown", "Init"),
            ("OpenStackControlPlaneKeystoneAPIReady", "False", "Error"),
            ("OpenStackControlPlaneMariaDBReady", "False", "Error"),
            observedGeneration=1,
        ),
    )

    assert "OpenStackControlPlaneMariaDBReady Error" == readiness.judge(id_of(seen), seen).message


def test_progress_counts_true_conditions() -> None:
    """Progress is the number of conditions that are True."""
    seen = body(
        *CONTROL_PLANE,
        status=said(
            ("Ready", "Unknown", "Init"),
            ("A", "True", "Ready"),
            ("B", "Unknown", "Init"),
            observedGeneration=1,
        ),
    )

    verdict = readiness.judge(id_of(seen), seen)

    assert (1, 3) == (verdict.done, verdict.total)
