"""test-operator: a pod for each step of a test, one after another, and the volume that they write to."""

from collections.abc import Sequence

from openstack_k8s_cli.model.objects import Body, get
from openstack_k8s_cli.rehearsal.simulators import needs, objects, operators
from openstack_k8s_cli.rehearsal.simulators.objects import in_namespace, name_of, namespace_of
from openstack_k8s_cli.rehearsal.simulators.rows import Condition, Lack, Row
from openstack_k8s_cli.rehearsal.simulators.world import View

TEST = "test.openstack.org"
KINDS = ("Tempest", "Tobiko", "HorizonTest", "AnsibleTest")
_ENDED = ("Succeeded", "Failed")
_SIZE = "1Gi"


def _steps(body: Body) -> Sequence[str]:
    """Name the pods: the resource's own name, or with a number and a name for each step."""
    steps = get(body, "spec", "workflow") or ()
    name = name_of(body)
    return [f"{name}-s{number:02d}-{step['stepName']}" for number, step in enumerate(steps)] or [name]


def _labels(body: Body, number: int) -> dict[str, str]:
    return {
        "service": str(body["kind"]).lower(),
        "workflowStep": str(number),
        "instanceName": name_of(body),
        "operator": "test-operator",
    }


def _phase(body: Body, view: View, pod: str) -> str | None:
    there = view.get(in_namespace(body, "", "Pod", pod))
    return str(get(there, "status", "phase") or "Pending") if there is not None else None


def _pods(body: Body, view: View) -> list[Body]:
    """Make the pods up to the first that has not ended; how a pod ends says nothing of the next."""
    made: list[Body] = []
    for number, name in enumerate(_steps(body)):
        kind = str(body["kind"]).lower()
        image = str(get(body, "spec", "containerImage") or objects.image(kind))
        labels = {**_labels(body, number), objects.OUTCOME: "complete"}
        pod = objects.pod(
            name, namespace_of(body), labels, container=f"{name_of(body)}-tests-runner", image=image
        )
        pod["spec"]["restartPolicy"] = "Never"
        pod["spec"]["volumes"] = [
            {"name": "test-operator-logs", "persistentVolumeClaim": {"claimName": _claim(body)}}
        ]
        made.append(pod)
        if _phase(body, view, name) not in _ENDED:
            break
    return made


def _claim(body: Body) -> str:
    return f"{name_of(body)}-0-{str(body['metadata']['uid'])[:5]}"


def _volume(body: Body, _view: View) -> list[Body]:
    spec = {
        "accessModes": ["ReadWriteOnce"],
        "resources": {"requests": {"storage": _SIZE}},
        "storageClassName": get(body, "spec", "storageClass") or "local-storage",
    }
    return [
        objects.made(
            "v1",
            "PersistentVolumeClaim",
            _claim(body),
            namespace=namespace_of(body),
            labels=_labels(body, 0),
            spec=spec,
        )
    ]


def _are_over(body: Body, view: View) -> Lack | None:
    over = all(_phase(body, view, name) in _ENDED for name in _steps(body))
    return None if over else Lack()


_CONDITIONS = (
    Condition(
        type="InputReady",
        init="Input data not checked",
        done="Input data complete",
        needs=(
            needs.present(
                "",
                "Secret",
                needs.field("spec", "openStackConfigSecret"),
                'Secret "{}" not found',
                fatal=True,
            ),
        ),
    ),
    Condition(
        type="ServiceConfigReady",
        init="Service config not started",
        done="Service config create completed",
        makes=(_volume,),
    ),
    Condition(
        type="DeploymentReady",
        init="Deployment not started",
        waiting="Deployment in progress",
        done="Deployment completed",
        makes=(_pods,),
        needs=(_are_over,),
    ),
)

ROWS = tuple(
    Row(
        group=TEST,
        kind=kind,
        operator=operators.manager("test"),
        source="test-operator, internal/controller",
        conditions=_CONDITIONS,
        finalizer=f"openstack.org/{kind.lower()}",
    )
    for kind in KINDS
)
