"""What validation says of a wrong profile."""

import re

import pytest

from openstack_k8s_cli.adapters import files
from openstack_k8s_cli.adapters.files import ProfileFiles
from openstack_k8s_cli.profile import services
from openstack_k8s_cli.profile.documents import parse
from openstack_k8s_cli.profile.schema import FIELDS
from openstack_k8s_cli.profile.sections.controlplane import ADDRESSES
from tests.fakes.profiles import problems


@pytest.mark.parametrize(
    ("body", "subject", "near"),
    [
        ("controlplane: {replica: 3}\n", "lab:5:16", "controlplane.replicas"),
        ("controlplane: {services: {novva: {}}}\n", "lab:5:27", "controlplane.services.nova"),
        ("networks:\n  ctlplane: {vip: true}\n", "lab:6:14", "networks.ctlplane.vips"),
        ("mtu: 1500\n", "lab:5:1", "networks.defaults.mtu"),
        ("secrets: {a: {b: {fil: x}}}\n", "lab:5:19", "secrets.a.b.file"),
        ("platform: {contxt: null}\n", "lab:5:12", "platform.context"),
    ],
)
def test_an_unknown_key_has_the_nearest_known_one(body: str, subject: str, near: str) -> None:
    """A misspelt key is found at its place, with the key that was meant; also where its value is null."""
    (problem,) = problems(body)

    assert (problem.code, problem.subject) == ("OSK0106", subject)
    assert problem.advice[0].text == f"Did you mean `{near}`?"


@pytest.mark.parametrize(
    ("body", "subject", "summary"),
    [
        (
            "networks: {defaults: {mtu: big}}\n",
            "lab:5:28",
            '`networks.defaults.mtu` must be a whole number, not "big"',
        ),
        (
            "controlplane: {services: {heat: {enabled: yes}}}\n",
            "lab:5:43",
            '`controlplane.services.heat.enabled` must be true or false, not "yes"',
        ),
        (
            "storage: {local: {volumes: many}}\n",
            "lab:5:28",
            '`storage.local.volumes` must be a whole number or one of `auto`, not "many"',
        ),
        ("platform: [crc]\n", "lab:5:11", "`platform` must be a mapping, not a list"),
        (
            "storage: {local: {capacity: 10gb}}\n",
            "lab:5:29",
            "`storage.local.capacity`: `10gb` is not a size with its unit such as `10Gi`, `500Mi` or `10G`",
        ),
        (
            "timeouts: {steps: {x: {stall: 10}}}\n",
            "lab:5:31",
            "`timeouts.steps.x.stall` must be a duration such as `30s`, `10m` or `1h30m`, not `10`",
        ),
        (
            "dataplane: {nodesets: {compute: {address: 'ctl[x]'}}}\n",
            "lab:5:43",
            (
                "`dataplane.nodesets.compute.address`: `ctl[x]` is no address: "
                "write `.1` (relative to the network), `ctlplane[100+{i}]` or an address"
            ),
        ),
        (
            "networks: {ctlplane: {slices: {nodes: 9-3}}}\n",
            "lab:5:39",
            "`networks.ctlplane.slices.nodes`: `9-3` ends before it begins",
        ),
        (
            "patches: [{target: {kind: X}}]\n",
            "lab:5:11",
            "`patches[0]`: a patch has either `merge` or `json`",
        ),
        ("patches: [{merge: {}}]\n", "lab:5:11", "`patches[0].target` is missing"),
        ("release: 3\n", "lab:5:10", "`release` must be text or a mapping, not `3`"),
        ("networks: {Bad_Name: {}}\n", "lab:5:11", None),
    ],
)
def test_a_wrong_value_says_what_is_expected(body: str, subject: str, summary: str | None) -> None:
    """Type, unit and form are checked, each error at the value's own place."""
    (problem,) = problems(body)

    assert (problem.code, problem.subject) == ("OSK0108", subject)
    assert summary in {None, problem.summary}


def test_a_limit_is_named() -> None:
    """A number that is too large says what the largest is."""
    (problem,) = problems("networks: {storage: {vlan: 5000}}\n")

    assert "4094" in (problem.detail or "")


def test_all_problems_come_at_once_in_the_order_of_the_file() -> None:
    """One run tells everything that is wrong with a file."""
    found = problems("controlplane: {replica: 1}\nplatform: {provider: me}\nbogus: null\n")

    assert [problem.subject for problem in found] == ["lab:5:16", "lab:6:22", "lab:7:1"]


@pytest.mark.parametrize("value", ["12345", "[hush]", "{file: a, env: b}", "{generate: false}"])
def test_a_wrong_secret_is_not_shown(value: str) -> None:
    """A number in place of a password is refused without printing it; a source names exactly one place."""
    (problem,) = problems(f"secrets: {{osp-secret: {{AdminPassword: {value}}}}}\n")

    assert problem.summary.startswith("`secrets.osp-secret.AdminPassword`")
    assert "12345" not in repr(problem)
    assert "hush" not in repr(problem)


@pytest.mark.parametrize(
    ("body", "path", "near"),
    [
        ("controlplane: {addresses: {rabitmq: .5}}\n", "controlplane.addresses.rabitmq", "`rabbitmq`"),
        ("controlplane: {addresses: {keystone: .5}}\n", "controlplane.addresses.keystone", "rabbitmq-cell1"),
        ("fields: {cloudkity: true}\n", "fields.cloudkity", "`cloudkitty`"),
        *(
            (
                f"controlplane: {{services: {{{name}: {{{key}: {value}}}}}}}\n",
                f"controlplane.services.{name}.{key}",
                known,
            )
            for name, key, value, known in [
                ("openstackclient", "replicas", "2", "spec"),
                ("openstackclient", "enabled", "false", "spec"),
                ("openstackclient", "storage", "1G", "spec"),
                ("telemetry", "replicas", "2", "storage"),
                ("keystone", "storage", "1G", "config"),
                ("manila", "storage", "1G", "config"),
                ("redis", "config", "x", "replicas"),
            ]
        ),
    ],
)
def test_a_name_without_effect_is_refused(body: str, path: str, near: str) -> None:
    """What no template has a use for is an error with its place, not a setting that does nothing."""
    (problem,) = problems(body)

    assert problem.summary.startswith(f"`{path}`")
    assert near in repr(problem)
    assert (problem.subject or "").startswith("lab:5:")


def test_known_names_are_those_of_the_templates() -> None:
    """`fields` and `controlplane.addresses` take the names that templates ask for or profiles write, and every release has all fields."""
    catalogue = files.catalogue()
    text = "\n".join(catalogue.values())
    reader = ProfileFiles()

    asked = {name for kind in services.parsed(reader.services()).values() for name in kind.fields}

    written = reader.read("architectures/uni01alpha", None)
    assert set(FIELDS) - {"redisServiceName"} == set(re.findall(r"\bfields\.(\w+)", text))
    assert "redisServiceName" in written.text
    assert set(ADDRESSES) >= set(re.findall(r"controlplane\.addresses\.(\w+)", text))
    assert all(
        {*FIELDS, *asked} == set(parse(reader.release(name)).values["fields"])
        for name in ("main", "18.0-fr2")
    )


@pytest.mark.parametrize(
    ("body", "code", "subject", "words"),
    [
        ("networks: {tenant: null}\n", "OSK0110", "lab:5:20", "there is no network `tenant`"),
        ("networks: {xx: {over: yy}}\n", "OSK0110", "lab:5:23", "there is no other network `yy`"),
        ("networks: {xx: {attached: true}}\n", "OSK0110", "lab:5:16", "needs a `cidr`"),
        ("networks: {storage: {nic: fast}}\n", "OSK0110", "lab:5:27", "`platform.nics` has no `fast`"),
        ("dataplane: {networks: [ctlplane, x]}\n", "OSK0110", "lab:5:34", "there is no network `x`"),
        ("controlplane: {addresses: {api: 'x[80]'}}\n", "OSK0111", "lab:5:33", "names the network `x`"),
        ("networks: {storage: {gateway: .300}}\n", "OSK0111", "lab:5:31", "300 lies outside 172.18.0.0/24"),
        ("networks: {storage: {slices: {pods: 30-300}}}\n", "OSK0111", "lab:5:37", "300 lies outside"),
        ("networks: {storage: {slices: {pods: 10.0.0.1-10.0.0.9}}}\n", "OSK0111", "lab:5:37", "lies outside"),
        (
            "networks: {storage: {vlan: 20}}\n",
            "OSK0111",
            "lab:5:28",
            "VLAN 20 is that of `internalapi` already",
        ),
        ("networks: {storage: {cidr: 172.17.0.0/25}}\n", "OSK0111", "lab:5:28", "overlaps"),
        ("dataplane: {nodesets: {compute: {address: '.400'}}}\n", "OSK0111", "lab:5:43", "400 lies outside"),
    ],
)
def test_sections_must_fit_together(body: str, code: str, subject: str, words: str) -> None:
    """References that lead nowhere and addresses outside their network are found before anything is rendered."""
    found = [problem for problem in problems(body) if words in problem.summary]

    assert [(problem.code, problem.subject) for problem in found] == [(code, subject)]


@pytest.mark.parametrize(
    "body",
    [
        "secrets: {osp-secret: {AdminPassword: {s3cret}}}\n",
        "secrets: {osp-secret: {AdminPassword: [s3cret]}}\n",
        "secrets: {osp-secret: {AdminPassword: {generate: s3cret}}}\n",
        "mirror: {auth: {s3cret: 1}}\n",
        "storage: {ceph: {conf: {generate: s3cret}}}\n",
        "hooks: {a: {command: [a], env: {A: {s3cret: b}}}}\n",
    ],
)
def test_a_secret_that_is_written_wrongly_stays_one(body: str) -> None:
    """What stands where a secret belongs is not repeated, key or value: braces make a key of a password."""
    assert "s3cret" not in repr(problems(body))


def test_a_name_that_is_no_name_is_not_taken_for_a_value() -> None:
    """A key of the wrong form is said to be that, at its place."""
    (problem,) = problems("hooks: {Ä: {after: metallb, command: [a]}}\n")

    assert (problem.summary, problem.subject) == ("`hooks.Ä` is no name that may stand there", "lab:5:9")


def test_a_value_without_end_is_not_repeated_to_its_end() -> None:
    """Of a very long value its beginning is shown."""
    (problem,) = problems(f"networks: {{ctlplane: {{cidr: {'x' * 5000}}}}}\n")

    assert len(problem.summary) < 300


@pytest.mark.parametrize(
    ("body", "subject"),
    [
        ("dataplane: {networks: []}\n", "lab:5:23"),
        ("dataplane: {nodesets: {compute: {networks: []}}}\n", "lab:5:44"),
        ("excludes: [[a]]\n", "lab:5:12"),
        ("operators: {sources: {metallb: {manifests: true}}}\n", "lab:5:44"),
        ("controlplane: {from: {nodes: {}}}\n", "lab:5:22"),
    ],
)
def test_an_odd_list_is_refused_at_its_place(body: str, subject: str) -> None:
    """A list without what it needs, or with something else, is no fault of a template."""
    (problem,) = problems(body)

    assert problem.subject == subject
