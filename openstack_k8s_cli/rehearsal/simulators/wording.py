"""The conditions that most service operators share, in the words of lib-common's modules/common/condition."""

from dataclasses import replace

from openstack_k8s_cli.rehearsal.simulators.rows import Condition, Makes, Needs

INPUT = Condition(
    type="InputReady",
    init="Input data not checked",
    waiting="Input data resources missing",
    done="Input data complete",
)
CONFIG = Condition(
    type="ServiceConfigReady",
    init="Service config create not started",
    waiting="Service config create not started",
    done="Service config create completed",
)
DATABASE = Condition(
    type="DBReady",
    init="DB create not started",
    waiting="DB create job still running",
    done="DB create completed",
)
DATABASE_SYNC = Condition(
    type="DBSyncReady",
    init="DBsync not started",
    waiting="DBsync job still running",
    done="DBsync completed",
)
SERVICE = Condition(
    type="CreateServiceReady",
    init="Create service not started",
    waiting="Create service in progress",
    done="Create service completed",
)
EXPOSE = Condition(
    type="ExposeServiceReady",
    init="Exposing service not started",
    waiting="Exposing service in progress",
    done="Exposing service completed",
)
BOOTSTRAP = Condition(
    type="BootstrapReady",
    init="Bootstrap not started",
    waiting="Bootstrap in progress",
    done="Bootstrap completed",
)
DEPLOYMENT = Condition(
    type="DeploymentReady",
    init="Deployment not started",
    waiting="Deployment in progress",
    done="Deployment completed",
    takes=0.3,
)
ATTACHMENTS = Condition(
    type="NetworkAttachmentsReady",
    init="NetworkAttachments not started",
    waiting="NetworkAttachments not started",
    done="NetworkAttachments completed",
)
CRON_JOB = Condition(type="CronJobReady", init="CronJob not started", done="CronJob completed")
MEMCACHED = Condition(
    type="MemcachedReady",
    init=" Memcached create not started",
    waiting=" Memcached instance has not been provisioned",
    done=" Memcached instance has been provisioned",
)
TRANSPORT = Condition(
    type="RabbitMqTransportURLReady",
    init="RabbitMqTransportURL not started",
    waiting="RabbitMqTransportURL creation in progress",
    done="RabbitMqTransportURL successfully created",
)
TLS_INPUT = Condition(
    type="TLSInputReady",
    init="Input data not checked",
    waiting="Input data resources missing",
    done="Input data complete",
)
SERVICE_ACCOUNT = Condition(
    type="ServiceAccountReady",
    init="ServiceAccount not created",
    waiting="ServiceAccount creation in progress",
    done="ServiceAccount created",
)
ROLE = Condition(
    type="RoleReady",
    init="Role not created",
    waiting="Role creation in progress",
    done="Role created",
)
ROLE_BINDING = Condition(
    type="RoleBindingReady",
    init="RoleBinding not created",
    waiting="RoleBinding creation in progress",
    done="RoleBinding created",
)
KEYSTONE_SERVICE = Condition(
    type="KeystoneServiceReady",
    init="KeystoneService not started",
    waiting="KeystoneService in progress",
    done="Setup complete",
)
KEYSTONE_ENDPOINT = Condition(
    type="KeystoneEndpointReady",
    init="KeystoneEndpoint not started",
    waiting="KeystoneEndpoint in progress",
    done="Setup complete",
)


def with_parts(
    condition: Condition,
    *,
    needs: tuple[Needs, ...] = (),
    makes: tuple[Makes, ...] = (),
    takes: float | None = None,
    type: str | None = None,  # noqa: A002 -- the field's own name
) -> Condition:
    """Give a shared condition what one kind needs and makes for it."""
    return replace(
        condition,
        needs=condition.needs + needs,
        makes=condition.makes + makes,
        takes=condition.takes if takes is None else takes,
        type=type or condition.type,
    )


def of_child(type: str, kind: str, makes: Makes, need: Needs) -> Condition:  # noqa: A002 -- the field's own name
    """Give the condition in which a controller mirrors custom resources that it makes."""
    return Condition(
        type=type, init=f"{kind} not started", waiting=f"{kind} in progress", done="Setup complete",
        makes=(makes,), needs=(need,), stops=False,
    )  # fmt: skip
