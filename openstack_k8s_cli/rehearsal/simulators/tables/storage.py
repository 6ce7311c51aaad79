"""Storage services: glance-, cinder-, swift- and manila-operator."""

from collections.abc import Iterator
from typing import Any

from openstack_k8s_cli.model.objects import Body, get
from openstack_k8s_cli.rehearsal.simulators import needs, objects, wording
from openstack_k8s_cli.rehearsal.simulators.kinds import Service, endpoint, row
from openstack_k8s_cli.rehearsal.simulators.objects import in_namespace, name_of, namespace_of
from openstack_k8s_cli.rehearsal.simulators.rows import Condition, Lack, trouble
from openstack_k8s_cli.rehearsal.simulators.tables import parts, shapes
from openstack_k8s_cli.rehearsal.simulators.world import View

GLANCE, CINDER, SWIFT, MANILA = (f"{each}.openstack.org" for each in ("glance", "cinder", "swift", "manila"))


def _images(body: Body, _view: View) -> Iterator[Body]:
    for name, section in sorted((get(body, "spec", "glanceAPIs") or {}).items()):
        layout = section.get("type") or "split"
        shapes = ("external", "internal") if layout == "split" else (layout,)
        for shape in shapes:
            storage = {**(get(body, "spec", "storage") or {}), **(section.get("storage") or {})}
            yield parts.part(
                GLANCE,
                "GlanceAPI",
                f"{name_of(body)}-{name}-{shape}",
                body,
                section,
                apiType=shape,
                storage={key: value for key, value in storage.items() if value != ""},
            )


def _image_api(body: Body, _view: View) -> list[Body]:
    name, kind = name_of(body), get(body, "spec", "apiType")
    storage = get(body, "spec", "storage") or {}
    claim = None
    if storage.get("storageRequest") and not storage.get("external"):
        claim = ("glance", str(storage["storageRequest"]), storage.get("storageClass"))
    labels = {"service": "glance", "glanceAPI": name}
    set_name = name if kind == "single" else f"{name}-api"
    return [parts.set_of(body, set_name, labels, "glance-log", "glance-httpd", "glance-api", claim=claim)]


def _image_services(body: Body, _view: View) -> list[Body]:
    shape = str(get(body, "spec", "apiType"))
    name = name_of(body).removesuffix(f"-{shape}")
    sides = {"external": ("public",), "internal": ("internal",)}.get(shape, ("internal", "public"))
    override = get(body, "spec", "override", "service") or {}
    return [
        objects.service(
            f"{name}-{side}",
            namespace_of(body),
            {"glanceAPI": name_of(body)},
            9292,
            override=override.get(side),
        )
        for side in sides
    ]


def _image_endpoint(body: Body, _view: View) -> list[Body]:
    """Make the endpoint, which the external half of a split API does for both."""
    return [] if get(body, "spec", "apiType") == "internal" else [endpoint("glance", body)]


def _volumes(body: Body, _view: View) -> Iterator[Body]:
    for name, section in sorted((get(body, "spec", "cinderVolumes") or {}).items()):
        yield parts.part(CINDER, "CinderVolume", f"{name_of(body)}-volume-{name}", body, section)


def _shares(body: Body, _view: View) -> Iterator[Body]:
    for name, section in sorted((get(body, "spec", "manilaShares") or {}).items()):
        yield parts.part(MANILA, "ManilaShare", f"{name_of(body)}-share-{name}", body, section)


def _disks(body: Body, _view: View) -> list[Body]:
    labels = {"app.kubernetes.io/component": "swift-storage", "service": "swift"}
    claim = parts.claim_of(body, "swift")
    return [
        objects.stateful_set(
            name_of(body), namespace_of(body), labels, replicas=parts.replicas(body), containers=("account-server", "object-server"), claim=claim
        ),
        objects.service(name_of(body), namespace_of(body), labels, 6200),
    ]  # fmt: skip


def _disk_sets(body: Body, view: View) -> list[Body]:
    return [each for each in _disks(body, view) if each["kind"] == "StatefulSet"]


def _disks_found(body: Body, view: View) -> Lack | None:
    """Need the devices of the storage pods; a claim that is not bound yet is an error that passes."""
    storage = view.get(in_namespace(body, SWIFT, "SwiftStorage", "swift-storage"))
    there = view.get(in_namespace(body, "apps", "StatefulSet", "swift-storage"))
    if storage is None or there is None:
        return Lack()
    if not get(there, "status", "readyReplicas"):
        return trouble("SwiftRing error occured PersistentVolumeClaim found, but not bound yet")
    return None


def _ring_files(body: Body, _view: View) -> list[Body]:
    return [
        objects.config_map("swift-ring-files", namespace_of(body), {"swiftrings.tar.gz": ""}),
        objects.config_map("swift-storage-config-data", namespace_of(body), {"swift.conf": ""}),
        objects.secret("swift-conf", namespace_of(body), {"swift.conf": "[swift-hash]\n"}),
        objects.job("swift-ring-rebalance", namespace_of(body), {"job": "swift-ring-rebalance"}),
    ]


def _ring_jobs(body: Body, view: View) -> list[Body]:
    return [each for each in _ring_files(body, view) if each["kind"] == "Job"]


_RING = Condition(
    type="SwiftRingReady",
    init="SwiftRing not started",
    waiting="SwiftRing not started",
    done="Setup complete",
    makes=(_ring_files,),
    needs=(_disks_found, needs.jobs_done(_ring_jobs, "SwiftRing error occured {}")),
)
_STORAGE = Condition(
    type="SwiftStorageReady",
    init="SwiftStorage not started",
    waiting="SwiftStorage not started",
    done="Setup complete",
    makes=(_disks,),
    needs=(needs.rolled_out(_disk_sets),),
)
_proxy = parts.deployed("swift-proxy", service="swift")
_PROXY = Condition(
    type="SwiftProxyReady",
    init="SwiftProxy not started",
    waiting="SwiftProxy not started",
    done="Setup complete",
    makes=(_proxy,),
    needs=(needs.ready(SWIFT, "SwiftRing", needs.fixed("swift-ring")), needs.rolled_out(_proxy)),
)


def _counts(body: Body, view: View) -> dict[str, Any]:
    """Give the pods that run of each GlanceAPI."""
    counts: dict[str, int] = {}
    for made in _images(body, view):
        there = view.get(in_namespace(body, GLANCE, "GlanceAPI", name_of(made)))
        counts[name_of(made)] = int(get(there or {}, "status", "readyCount") or 0)
    return {"glanceAPIReadyCounts": counts}


ROWS = (
    row(
        Service(
            group=GLANCE,
            kind="Glance",
            operator="glance",
            codes="rbac in db mc kssvc cfg sync apis cron",
            databases=("glance",),
            jobs=("glance-db-sync",),
            registered=(("glance", "image"),),
            extra=(("apis", shapes.mirror("GlanceAPIReady", "GlanceAPI", _images)),),
            status=_counts,
            prunes=True,
        )
    ),
    row(
        Service(
            group=GLANCE,
            kind="GlanceAPI",
            operator="glance",
            codes="in mc tls svc cinder cfg nad dep ksep cron",
            services=_image_services,
            workloads=_image_api,
            extra=(
                (
                    "ksep",
                    wording.with_parts(
                        wording.KEYSTONE_ENDPOINT,
                        makes=(_image_endpoint,),
                        needs=(needs.children_ready(_image_endpoint, named=False),),
                    ),
                ),
                (
                    "cinder",
                    Condition(
                        type="CinderReady", init="Waiting for Cinder resources", done="Cinder resources exist"
                    ),
                ),
            ),
            status=parts.ready_count(_image_api),
        )
    ),
    row(
        Service(
            group=CINDER,
            kind="Cinder",
            operator="cinder",
            codes="rbac mq in mc db nad cfg sync cinderAPI cinderScheduler cinderBackup volume cron",
            databases=("cinder",),
            jobs=("cinder-db-sync",),
            extra=(
                *shapes.members(
                    CINDER,
                    ("CinderAPI", "{}-api", "cinderAPI"),
                    ("CinderScheduler", "{}-scheduler", "cinderScheduler"),
                    ("CinderBackup", "{}-backup", "cinderBackup"),
                ),
                ("volume", shapes.mirror("CinderVolumeReady", "CinderVolume", _volumes)),
            ),
            prunes=True,
        )
    ),
    shapes.api(CINDER, "CinderAPI", "cinder", 8776, (("cinderv3", "volumev3"),)),
    *(shapes.worker(CINDER, kind, "cinder") for kind in ("CinderScheduler", "CinderBackup", "CinderVolume")),
    row(
        Service(
            group=SWIFT,
            kind="Swift",
            operator="swift",
            codes="rbac mc cfg storage ring proxy",
            extra=(
                (
                    "storage",
                    shapes.mirror(
                        "SwiftStorageReady",
                        "SwiftStorage",
                        shapes.single(SWIFT, "SwiftStorage", "swift-storage", "swiftStorage"),
                    ),
                ),
                (
                    "ring",
                    shapes.mirror(
                        "SwiftRingReady",
                        "SwiftRing",
                        shapes.single(SWIFT, "SwiftRing", "swift-ring", "swiftRing"),
                    ),
                ),
                (
                    "proxy",
                    shapes.mirror(
                        "SwiftProxyReady",
                        "SwiftProxy",
                        shapes.single(SWIFT, "SwiftProxy", "swift-proxy", "swiftProxy"),
                    ),
                ),
            ),
        )
    ),
    row(
        Service(
            group=SWIFT,
            kind="SwiftStorage",
            operator="swift",
            codes="tls nad storage",
            extra=(("storage", _STORAGE),),
            status=parts.ready_count(_disk_sets),
        )
    ),
    row(Service(group=SWIFT, kind="SwiftRing", operator="swift", codes="ring", extra=(("ring", _RING),))),
    row(
        Service(
            group=SWIFT,
            kind="SwiftProxy",
            operator="swift",
            codes="in tls kssvc svc cfg nad proxy ksep",
            registered=(("swift", "object-store"),),
            services=parts.apis("swift", 8080),
            extra=(("proxy", _PROXY),),
            status=parts.ready_count(_proxy),
        )
    ),
    row(
        Service(
            group=MANILA,
            kind="Manila",
            operator="manila",
            codes="rbac mq mc in db nad cfg sync manilaAPI manilaScheduler share cron",
            databases=("manila",),
            jobs=("manila-db-sync",),
            extra=(
                *shapes.members(
                    MANILA,
                    ("ManilaAPI", "{}-api", "manilaAPI"),
                    ("ManilaScheduler", "{}-scheduler", "manilaScheduler"),
                ),
                ("share", shapes.mirror("ManilaShareReady", "ManilaShare", _shares)),
            ),
            prunes=True,
        )
    ),
    shapes.api(MANILA, "ManilaAPI", "manila", 8786, (("manilav2", "sharev2"),)),
    *(shapes.worker(MANILA, kind, "manila") for kind in ("ManilaScheduler", "ManilaShare")),
)
