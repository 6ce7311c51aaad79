"""Services by resources of their own: the targets that deploy one, its resource and its images."""

from collections.abc import Mapping
from dataclasses import dataclass

from openstack_k8s_cli.profile.documents import parse
from openstack_k8s_cli.profile.importers.draft import Draft
from openstack_k8s_cli.profile.importers.rules import Rule, Target, by
from openstack_k8s_cli.profile.importers.settings import Settings
from openstack_k8s_cli.profile.importers.subjects.operators import WHOLE
from openstack_k8s_cli.profile.sources import Source

_HOME = "controlplane.services"
_PLANE = frozenset({"openstack_deploy", "openstack_wait_deploy"})
_COPIES_OF_SAMPLE = 3
"""Members of the database cluster in its sample."""


@dataclass(frozen=True, slots=True)
class _Service:
    """What a target deploys."""

    name: str
    """In the profile."""
    spec: str
    """Where the profile has the spec of its resource."""
    samples: tuple[str, ...] = ()
    """Variables that choose the resource; with `_CR` behind it they name a file of one's own."""
    images: Mapping[str, tuple[str, ...]] | None = None
    """Variables that name images, before `_DEPL_IMG`, and fields of the spec."""


def _plain(name: str, *samples: str, **images: str) -> _Service:
    fields = {variable: tuple(paths.split()) for variable, paths in images.items()}
    return _Service(name, f"{_HOME}.{name}.spec.template", samples, fields)


_ONE = "containerImage"
SERVICES: Mapping[str, _Service] = {
    "barbican": _plain("barbican", "BARBICAN"),
    "cinder": _plain(
        "cinder",
        "CINDER",
        CINDERAPI=f"cinderAPI.{_ONE}",
        CINDERBKP=f"cinderBackup.{_ONE}",
        CINDERSCH=f"cinderScheduler.{_ONE}",
        CINDERVOL=f"cinderVolumes.volume1.{_ONE}",
    ),
    "designate": _plain("designate", "DESIGNATE"),
    "dns": _plain("dns", "DNSMASQ"),
    "glance": _plain("glance", "GLANCE", GLANCEAPI=_ONE),
    "heat": _plain(
        "heat",
        "HEAT",
        HEATAPI=f"heatAPI.{_ONE}",
        HEATCFNAPI=f"heatCfnAPI.{_ONE}",
        HEATENGINE=f"heatEngine.{_ONE}",
    ),
    "horizon": _plain("horizon", "HORIZON", HORIZON=_ONE),
    "ironic": _plain(
        "ironic",
        "IRONIC",
        IRONICAPI=f"ironicAPI.{_ONE}",
        IRONICINS=f"ironicInspector.{_ONE}",
        IRONICNAG=f"ironicNeutronAgent.{_ONE}",
    ),
    "keystone": _plain("keystone", "KEYSTONEAPI", KEYSTONEAPI=_ONE),
    "manila": _plain(
        "manila",
        "MANILA",
        MANILAAPI=f"manilaAPI.{_ONE}",
        MANILASCH=f"manilaScheduler.{_ONE}",
        MANILASHARE=f"manilaShares.share1.{_ONE}",
    ),
    "mariadb": _Service(
        "galera",
        "controlplane.galera.instances.openstack.spec",
        ("MARIADB",),
        {"MARIADB": (_ONE,)},
    ),
    "memcached": _Service(
        "memcached", f"{_HOME}.memcached.instances.memcached.spec", ("MEMCACHED",), {"MEMCACHED": (_ONE,)}
    ),
    "neutron": _plain("neutron", "NEUTRONAPI", NEUTRONAPI=_ONE),
    "nova": _plain("nova", "NOVA"),
    "octavia": _plain("octavia", "OCTAVIA"),
    "ovn": _plain("ovn"),
    "infra_rabbitmq": _Service("rabbitmq", f"{_HOME}.rabbitmq.instances.rabbitmq.spec", ("INFRA_RABBITMQ",)),
    "rabbitmq": _Service("rabbitmq", f"{_HOME}.rabbitmq.instances.rabbitmq.spec"),
    "redis": _Service("redis", f"{_HOME}.redis.instances.redis.spec", ("REDIS",), {"REDIS": (_ONE,)}),
    "swift": _plain("swift", "SWIFT"),
    "telemetry": _plain(
        "telemetry",
        "TELEMETRY",
        CEILOMETER_CENTRAL="ceilometer.centralImage",
        CEILOMETER_NOTIFICATION="ceilometer.notificationImage",
        SG_CORE="ceilometer.sgCoreImage",
    ),
}
"""By the word before `_deploy`."""
_UNUSED = "unused"


def _deployed(settings: Settings) -> dict[str, _Service]:
    """Give the services that were deployed by themselves."""
    if settings.ran & _PLANE:
        return {}
    return {word: each for word, each in SERVICES.items() if f"{word}_deploy" in settings.ran}


def _alone(settings: Settings, draft: Draft) -> None:
    """Have services by themselves, where no control plane brings them."""
    found = _deployed(settings)
    if not found:
        return
    draft.set("controlplane.standalone", list(dict.fromkeys(each.name for each in found.values())))
    if not settings.ran & {"netattach", "openstack"}:
        draft.set("controlplane.isolation", False)
    if "mariadb" in found:
        draft.set("controlplane.galera.replicas", _COPIES_OF_SAMPLE)
    if not settings.ran & WHOLE:
        draft.set("operators.openstack.enabled", False)
        draft.set("dataplane.nodesets", None)
    _images(settings, draft)


def _resources(settings: Settings, draft: Draft) -> None:
    """Carry over resources of one's own into the `spec` of their services."""
    alone = _deployed(settings)
    for word, service in SERVICES.items():
        for sample in service.samples:
            own = f"{sample}_CR"
            if settings.differs(own) and word in alone and "-operator/config/" not in settings[own]:
                _own(own, service, settings, draft)
            elif any(settings.differs(name) for name in (sample, own)):
                draft.lose(
                    own if settings.differs(own) else sample,
                    "osk writes the resource of a service itself",
                    f"`{service.spec}`, or `patches`",
                )


def _own(name: str, service: _Service, settings: Settings, draft: Draft) -> None:
    text = settings.file(name)
    if text is None:
        return
    spec = parse(Source(settings[name], text)).values.get("spec")
    if not spec or not isinstance(spec, dict):
        message = f"`{settings[name]}` holds no resource with a spec"
        raise ValueError(message)
    draft.set(service.spec, spec)


def _images(settings: Settings, draft: Draft) -> None:
    """Carry over images of services that stand by themselves; in a control plane they are one set."""
    for service in _deployed(settings).values():
        for variable, fields in (service.images or {}).items():
            name = f"{variable}_DEPL_IMG"
            if not settings.differs(name) or settings[name] == _UNUSED:
                continue
            for field in fields:
                draft.set(f"{service.spec}.{field}", settings[name])


def _variables() -> tuple[str, ...]:
    samples = dict.fromkeys(sample for each in SERVICES.values() for sample in each.samples)
    return tuple(name for sample in samples for name in (sample, f"{sample}_CR"))


RULES: tuple[Rule, ...] = (
    by(
        _resources,
        *_variables(),
        place="the service's `spec` under `controlplane.services`",
        note="a file of one's own, where its target deployed the service by itself; it is read at the import",
    ),
)

TARGETS: tuple[Target, ...] = (
    Target(
        tuple(f"{word}_deploy" for word in SERVICES),
        "osk deploy service NAME --standalone",
        "in the profile: `controlplane.standalone`, with its images in its `spec`; beside `openstack_deploy`: `osk deploy service NAME`",
        carry=_alone,
    ),
    Target(tuple(f"{word}_deploy_prep" for word in SERVICES), "osk render --component standalone"),
    Target(
        tuple(f"{word}_deploy_cleanup" for word in SERVICES),
        "osk teardown service NAME --standalone",
        "its database stays; beside `openstack_deploy`: `osk teardown service NAME`",
    ),
)
