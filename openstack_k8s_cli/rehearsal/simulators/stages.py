"""KWOK's part of the table: kinds whose behaviour needs nothing but the object itself, as Stage objects."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from openstack_k8s_cli.model.objects import Body
from openstack_k8s_cli.rehearsal.simulators import objects, operators
from openstack_k8s_cli.rehearsal.simulators.faults import Faults, Trouble
from openstack_k8s_cli.rehearsal.simulators.paces import Tempo

GROUP = "kwok.x-k8s.io"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One stage of a kind's life."""

    name: str
    matches: tuple[tuple[str, str, tuple[str, ...]], ...]
    """jq expression, operator, values; all must hold, and stop holding once the stage was played."""
    status: str
    """Go template of the status."""
    takes: float = 0.0
    """Seconds at the pace `fast`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StageRow:
    """One kind that KWOK plays."""

    group: str
    version: str
    kind: str
    operator: str
    source: str
    steps: tuple[Step, ...]


def bodies(row: StageRow, tempo: Tempo, faults: Faults) -> Iterator[Body]:
    """Give the Stage objects of a row; a kind that a fault names is told apart by the name of its objects."""
    for step in row.steps:
        milliseconds = int(1000 * step.takes * tempo.factor)
        spec: dict[str, Any] = {
            "resourceRef": {
                "apiGroup": f"{row.group}/{row.version}" if row.group else row.version,
                "kind": row.kind,
            },
            "selector": {"matchExpressions": [_match(*each) for each in _guarded(row, step, faults)]},
            "delay": {"durationMilliseconds": milliseconds},
            "steps": [
                {"patch": {"root": "status", "subresource": "status", "template": step.status}},
            ],
        }
        yield objects.made(
            f"{GROUP}/v1alpha1", "Stage", f"{row.kind.lower()}-{step.name}", namespace="", spec=spec
        )


def _guarded(row: StageRow, step: Step, faults: Faults) -> Iterator[tuple[str, str, Sequence[str]]]:
    yield (".metadata.deletionTimestamp", "DoesNotExist", ())
    yield from step.matches
    struck = [
        each
        for each in faults.faults
        if each.kind == row.kind and each.fault in (Trouble.NEVER_READY, Trouble.ERROR, Trouble.ERROR_CLEARS)
    ]
    names = [each.name for each in struck if each.name]
    if any(each.name is None for each in struck):
        yield (".metadata.name", "DoesNotExist", ())
    elif names:
        yield (".metadata.name", "NotIn", names)


def _match(key: str, operator: str, values: Sequence[str]) -> dict[str, Any]:
    form: dict[str, Any] = {"key": key, "operator": operator}
    return form | {"values": list(values)} if values else form


def _condition(kind: str, status: str, reason: str, message: str) -> str:
    return (
        f"- type: {kind}\n  status: '{status}'\n  reason: {reason}\n  message: '{message}'\n"
        "  lastTransitionTime: {{ Now | Quote }}\n"
    )


def _issued(message: str) -> str:
    return (
        "conditions:\n- type: Ready\n  status: 'True'\n  reason: Ready\n"
        f"  message: {message}\n"
        "  observedGeneration: {{ .metadata.generation }}\n  lastTransitionTime: {{ Now | Quote }}\n"
    )


def _of_cert_manager(kind: str) -> StageRow:
    stale = ('((.status.conditions // [])[] | select( .type == "Ready" ) | .observedGeneration) == .metadata.generation', "NotIn", ("true",))  # fmt: skip
    return StageRow(
        group="cert-manager.io",
        version="v1",
        kind=kind,
        operator=operators.CERT_MANAGER,
        source="cert-manager, pkg/controller",
        steps=(Step(name="ready", matches=(stale,), status=_issued("Signing CA verified"), takes=0.3),),
    )


def _job(outcome: str, status: str) -> Step:
    return Step(
        name=outcome,
        matches=(
            (".spec.managedBy", "In", (objects.JOB_CONTROLLER,)),
            (f'.metadata.labels["{objects.OUTCOME}"]', "In", (outcome,)),
            (".status.startTime", "DoesNotExist", ()),
        ),
        status=status,
        takes=0.6,
    )


_DONE = (
    "startTime: {{ .metadata.creationTimestamp | Quote }}\ncompletionTime: {{ Now | Quote }}\nsucceeded: 1\n"
    "ready: 0\nterminating: 0\nuncountedTerminatedPods: {}\nconditions:\n"
    + _condition(
        "SuccessCriteriaMet", "True", "CompletionsReached", "Reached expected number of succeeded pods"
    )
    + _condition("Complete", "True", "CompletionsReached", "Reached expected number of succeeded pods")
)
_FAILED = (
    "startTime: {{ .metadata.creationTimestamp | Quote }}\nfailed: {{ add1 .spec.backoffLimit }}\n"
    "ready: 0\nterminating: 0\nuncountedTerminatedPods: {}\nconditions:\n"
    + _condition(
        "FailureTarget", "True", "BackoffLimitExceeded", "Job has reached the specified backoff limit"
    )
    + _condition("Failed", "True", "BackoffLimitExceeded", "Job has reached the specified backoff limit")
)
_TERMINATED = """\
phase: {phase}
conditions:
- type: Ready
  status: 'False'
  reason: {reason}
  lastTransitionTime: {{{{ Now | Quote }}}}
containerStatuses:
{{{{ range .spec.containers }}}}
- name: {{{{ .name | Quote }}}}
  image: {{{{ .image | Quote }}}}
  imageID: ""
  ready: false
  restartCount: 0
  started: false
  state:
    terminated:
      exitCode: {code}
      reason: {word}
      finishedAt: {{{{ Now | Quote }}}}
{{{{ end }}}}
"""


def _pod(outcome: str, status: str) -> Step:
    """Give the end of a pod that runs to one: those of tests."""
    return Step(
        name=f"test-{outcome}",
        matches=(
            (f'.metadata.labels["{objects.OUTCOME}"]', "In", (outcome,)),
            (".status.phase", "In", ("Running",)),
        ),
        status=status,
        takes=2.0,
    )


_PASSED = _TERMINATED.format(phase="Succeeded", reason="PodCompleted", code=0, word="Completed")
_LOST = _TERMINATED.format(phase="Failed", reason="PodFailed", code=1, word="Error")
_ADMITTED = """\
ingress:
- host: {{ .spec.host }}
  routerName: default
  wildcardPolicy: None
  conditions:
  - type: Admitted
    status: 'True'
    lastTransitionTime: {{ Now | Quote }}
"""


def _host(state: str, *before: str, takes: float, asked: bool = False) -> Step:
    """Give the step of a machine to a state; with `asked`, once somebody has given it an image."""
    path = ".status.provisioning.state"
    found = (path, "In", before) if before else (path, "DoesNotExist", ())
    powered = state.startswith("provision")
    status = (
        f"operationalStatus: OK\nerrorMessage: ''\nerrorCount: 0\npoweredOn: {str(powered).lower()}\n"
        f"provisioning:\n  state: {state}\n  ID: {{{{ .metadata.uid }}}}\n"
    )
    image: tuple[tuple[str, str, tuple[str, ...]], ...] = ((".spec.image.url", "Exists", ()),)
    return Step(name=state, matches=(found, *(image if asked else ())), status=status, takes=takes)


ROWS: tuple[StageRow, ...] = (
    StageRow(
        group="metal3.io",
        version="v1alpha1",
        kind="BareMetalHost",
        operator=operators.ALWAYS,
        source="baremetal-operator, docs/baremetalhost-states.md",
        steps=(
            _host("registering", takes=0.2),
            _host("inspecting", "registering", takes=0.4),
            _host("available", "inspecting", takes=0.8),
            _host("provisioning", "available", takes=0.4, asked=True),
            _host("provisioned", "provisioning", takes=1.0),
        ),
    ),
    _of_cert_manager("Issuer"),
    _of_cert_manager("ClusterIssuer"),
    StageRow(
        group="batch",
        version="v1",
        kind="Job",
        operator=operators.ALWAYS,
        source="kubernetes, pkg/controller/job",
        steps=(_job("complete", _DONE), _job("fail", _FAILED)),
    ),
    StageRow(
        group="",
        version="v1",
        kind="Pod",
        operator=operators.ALWAYS,
        source="kubernetes, pkg/kubelet",
        steps=(_pod("complete", _PASSED), _pod("fail", _LOST)),
    ),
    StageRow(
        group="route.openshift.io",
        version="v1",
        kind="Route",
        operator=operators.ALWAYS,
        source="openshift router, pkg/router/controller/status.go",
        steps=(
            Step(
                name="admit",
                matches=((".status.ingress.[0].host", "DoesNotExist", ()),),
                status=_ADMITTED,
                takes=0.2,
            ),
        ),
    ),
)
