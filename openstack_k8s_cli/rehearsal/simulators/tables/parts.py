"""Workloads and services in the shapes that the service operators use again and again."""

from collections.abc import Mapping

from openstack_k8s_cli.model.objects import Body, get
from openstack_k8s_cli.rehearsal.simulators import objects
from openstack_k8s_cli.rehearsal.simulators.objects import name_of, namespace_of
from openstack_k8s_cli.rehearsal.simulators.rows import Fields, Makes
from openstack_k8s_cli.rehearsal.simulators.world import View


def replicas(body: Body) -> int:
    """Give the replicas of an object; one where it does not say."""
    wanted = get(body, "spec", "replicas")
    return 1 if wanted is None else int(wanted)


def image(body: Body) -> str:
    """Give the image of an object's pods, of the field that its kind has for it."""
    spec = get(body, "spec") or {}
    return str(spec.get("containerImage") or spec.get("image") or objects.image("base"))


def given_image(body: Body, part: str) -> dict[str, object]:
    """Give the image of a part whose service has one field for the image of each."""
    image = get(body, "spec", f"{part}ContainerImageURL")
    return {"containerImage": image} if image else {}


def apis(name: str, port: int, *, override: tuple[str, ...] = ("spec", "override", "service")) -> Makes:
    """Make the internal and the public Service of an API; `{}` in the name takes the object's."""

    def make(body: Body, _view: View) -> list[Body]:
        own, asked = name.format(name_of(body)), get(body, *override) or {}
        return [
            objects.service(
                f"{own}-{side}", namespace_of(body), {"service": own}, port, override=asked.get(side)
            )
            for side in ("internal", "public")
        ]

    return make


def deployed(name: str, *, service: str | None = None) -> Makes:
    """Make a Deployment; `{}` in the name takes the object's."""

    def make(body: Body, _view: View) -> list[Body]:
        own = name.format(name_of(body))
        labels = {"service": service or own}
        made = objects.deployment(own, namespace_of(body), labels, replicas=replicas(body), image=image(body))
        return [made]

    return make


def stateful(
    name: str, *, service: str | None = None, containers: tuple[str, ...] = (), cell: bool = False
) -> Makes:
    """Make a StatefulSet without volumes; `{}` in the name takes the object's."""

    def make(body: Body, _view: View) -> list[Body]:
        own = name.format(name_of(body))
        labels = {"service": service or own}
        if cell:
            labels["cell"] = str(get(body, "spec", "cellName") or "")
        return [set_of(body, own, labels, *(each.format(name_of(body)) for each in containers))]

    return make


def set_of(
    body: Body,
    name: str,
    labels: Mapping[str, str],
    *containers: str,
    claim: tuple[str, str, str | None] | None = None,
) -> Body:
    """Give a StatefulSet with an object's replicas and image; `claim` as `objects.stateful_set` has it."""
    return objects.stateful_set(
        name,
        namespace_of(body),
        labels,
        replicas=replicas(body),
        image=image(body),
        containers=containers,
        claim=claim,
    )


def claim_of(body: Body, volume: str) -> tuple[str, str, str | None]:
    """Give the claim for a volume, as the object asks for it."""
    return volume, str(get(body, "spec", "storageRequest")), get(body, "spec", "storageClass")


def ready_count(makes: Makes) -> Fields:
    """Give `readyCount` from the first workload that is made."""

    def fields(body: Body, view: View) -> dict[str, int]:
        for made in makes(body, view):
            target = objects.in_namespace(body, "apps", made["kind"], name_of(made))
            return {"readyCount": int(get(view.get(target) or {}, "status", "readyReplicas") or 0)}
        return {}

    return fields


def part(group: str, kind: str, name: str, body: Body, section: object, **more: object) -> Body:
    """Give a custom resource that a service makes of a section of its own spec.

    Fields that its kind does not have are dropped by the API server.
    """
    spec = get(body, "spec") or {}
    namespace = namespace_of(body)
    handed = ("secret", "memcachedInstance", "rabbitMqClusterName", "databaseInstance", "preserveJobs")
    common: dict[str, object] = {key: spec[key] for key in handed if key in spec}
    common |= {
        "containerImage": objects.image(kind.lower()),
        "databaseHostname": f"{spec.get('databaseInstance') or 'openstack'}.{namespace}.svc",
        "serviceAccount": f"{group.partition('.')[0]}-{name_of(body)}",
        "transportURLSecret": f"rabbitmq-transport-url-{name_of(body)}",
        "keystoneAuthURL": f"https://keystone-internal.{namespace}.svc:5000",
    }
    own = {key: value for key, value in (section if isinstance(section, dict) else {}).items() if value != ""}
    labels = {"service": name_of(body)}
    return objects.custom(group, kind, name, namespace=namespace, spec=common | own | more, labels=labels)
