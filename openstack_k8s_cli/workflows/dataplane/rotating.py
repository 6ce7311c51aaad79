"""New keys for Ansible and for live migration: hosts know a new one before anybody uses it, and the old one goes last.

What comes next is in a Secret of `osk-system` until all is done, so that an interrupted rotation goes on with the same keys.
"""

import base64
import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from openstack_k8s_cli.apply import lookups
from openstack_k8s_cli.apply.changes import MANAGER
from openstack_k8s_cli.apply.labels import MANAGED_BY, PREFIX, safe
from openstack_k8s_cli.apply.options import Options
from openstack_k8s_cli.apply.ports import ClusterError, ErrorKind
from openstack_k8s_cli.apply.records import NAMESPACE, make_namespace
from openstack_k8s_cli.dataplane import kinds
from openstack_k8s_cli.dataplane.podchecks import shipped
from openstack_k8s_cli.dataplane.records import KEYS
from openstack_k8s_cli.model.events import Event
from openstack_k8s_cli.model.objects import Body, ObjectId, get
from openstack_k8s_cli.model.problems import Advice, ExitCode, OskError, Problem
from openstack_k8s_cli.model.secrets import Given, SecretText
from openstack_k8s_cli.workflows import planning, refusals, secrets
from openstack_k8s_cli.workflows.dataplane import errands, undeployed, unfinished
from openstack_k8s_cli.workflows.dataplane.errands import Errand
from openstack_k8s_cli.workflows.dataplane.unfinished import SECRETS, SERVICE
from openstack_k8s_cli.workflows.telling import Task, Told
from openstack_k8s_cli.workflows.world import World

COMPONENT = "dataplane/keys"
PUBLIC = "ssh-publickey"
_EARLIER = "earlier"
_NOVA = "nova"


@dataclass(frozen=True, slots=True)
class Rotation:
    """The rotation of the keys in one Secret."""

    world: World
    options: Options
    secret: ObjectId

    def check(self) -> bool:
        """Refuse where there is nothing to rotate; tell whether an interrupted rotation goes on. Raises OskError."""
        if not self._values:
            raise _not_ours(self.secret)
        errands.check(self.world, self._nodesets)
        if self._live is None:
            raise secrets.absent(self.secret)
        if self._pending:
            return True
        if all(self._live.get(key) == _encoded(text) for key, text in self._given().items()):
            raise _same(self.secret, self._values[0])
        return False

    def tasks(self, name: str, steps: Sequence[Task]) -> Sequence[Task]:
        """Give the steps: `steps` are those between the making of the keys and their being forgotten."""
        return (Task(f"{name}-make", self._make), *steps, Task(f"{name}-forget", lambda: self._forget(name)))

    def make_known(self, name: str) -> Sequence[Task]:
        """Give the steps for the key that opens the hosts: in, in use, and the old one out."""
        world = self.world

        def changed(step: str, key: Callable[[], str], state: str) -> Callable[[], Iterator[Event | Told]]:
            def work() -> Iterator[Event | Told]:
                text = key()
                if not text:
                    yield Told(self.secret.name, "the earlier key is not known", "skipped")
                    return
                errand = Errand(
                    f"keys-{state}-{_digest(text, *self._hosts)}",
                    self._nodesets,
                    (SERVICE,),
                    vars={"osk_key": text, "osk_state": state},
                    notes={KEYS: self.secret.name},
                )
                service = errands.service(SERVICE, world.namespace, shipped("keys.yaml"))
                bodies = [service, errand.body(world.namespace)]
                yield from errands.run(world, self.options, f"{COMPONENT}/{step}", bodies)

            return work

        return (
            Task(f"{name}-in", changed(f"{name}-in", lambda: self._public, "present")),
            Task(f"{name}-switch", self._switch),
            Task(f"{name}-out", changed(f"{name}-out", lambda: self._earlier, "absent")),
        )

    def bring(self, name: str) -> Sequence[Task]:
        """Give the steps for the key that nova's hosts open each other with."""

        def work() -> Iterator[Event]:
            digest = _digest(self._public, *self._hosts)
            bodies = [
                Errand(f"keys-{service}-{digest}", nodesets, (service,), notes={KEYS: self.secret.name}).body(
                    self.world.namespace
                )
                for service, nodesets in self._computes.items()
            ]
            if bodies:
                yield from errands.run(self.world, self.options, f"{COMPONENT}/{name}-bring", bodies)

        return (Task(f"{name}-switch", self._switch), Task(f"{name}-bring", work))

    def _make(self) -> Iterator[Told]:
        """Make the new keys and keep them; those that an interrupted run has made stay."""
        if self._pending:
            yield Told(self.secret.name, "the new key was made before", "ok")
            return
        live = self._live or {}
        data = {self._key(key): _encoded(text) for key, text in self._fresh().items()}
        if live.get(PUBLIC):
            data[self._key(_EARLIER)] = live[PUBLIC]
        labels = {MANAGED_BY: MANAGER, f"{PREFIX}profile": safe(self.world.loaded.name)}
        meta = {"name": self._kept, "namespace": NAMESPACE, "labels": labels}
        make_namespace(self.world.cluster)
        self.world.cluster.apply(
            {"apiVersion": "v1", "kind": "Secret", "metadata": meta, "data": data}, force=True
        )
        yield Told(self.secret.name, "a new key is made")

    def _switch(self) -> Iterator[Told]:
        fresh = {key: SecretText(base64.b64decode(text).decode()) for key, text in self._pending.items()}
        if secrets.write(self.world, self.secret, fresh):
            yield Told(self.secret.name, "has the new key")

    def _forget(self, name: str) -> Iterator[Event | Told]:
        cluster = self.world.cluster
        yield from errands.remove(self.world, self.options, f"{COMPONENT}/{name}-forget", self._errands())
        cluster.delete(SECRETS, NAMESPACE, self._kept)
        yield Told(self.secret.name, "the new key is in use", "ok")

    def _errands(self) -> Iterator[Body]:
        """List what was brought for it."""
        cluster, namespace = self.world.cluster, self.world.namespace
        deployments = cluster.resource(kinds.GROUP, kinds.DEPLOYMENT)
        for each in cluster.list(deployments, namespace).items if deployments else ():
            if get(each, "metadata", "annotations", KEYS) == self.secret.name:
                yield each
        own = lookups.find(cluster, ObjectId(kinds.GROUP, kinds.SERVICE, namespace, SERVICE))
        if own is not None:
            yield own

    @property
    def _kept(self) -> str:
        return unfinished.kept(self.world.loaded.name, self.secret.name)

    def _key(self, key: str) -> str:
        return f"new.{key}" if key != _EARLIER else _EARLIER

    @property
    def _next(self) -> Mapping[str, str]:
        try:
            body = self.world.cluster.get(SECRETS, NAMESPACE, self._kept)
        except ClusterError as error:
            if error.kind is not ErrorKind.FORBIDDEN:
                raise
            raise _no_rights(error) from error
        found: Mapping[str, str] = get(body or {}, "data") or {}
        return found

    @property
    def _pending(self) -> dict[str, str]:
        """Give the new values, encoded; empty: no rotation is under way."""
        return {key.removeprefix("new."): each for key, each in self._next.items() if key.startswith("new.")}

    @property
    def _public(self) -> str:
        return base64.b64decode(self._pending[PUBLIC]).decode().strip()

    @property
    def _earlier(self) -> str:
        return base64.b64decode(self._next.get(_EARLIER, "")).decode().strip()

    @property
    def _live(self) -> Mapping[str, str] | None:
        body = self.world.cluster.get(SECRETS, self.secret.namespace, self.secret.name)
        return get(body, "data") or {} if body else None

    @property
    def _values(self) -> list[secrets.Value]:
        return [each for each in secrets.listed(self.world) if each.secret == self.secret]

    def _fresh(self) -> dict[str, SecretText]:
        made = secrets.fresh(self.world, self._values)
        return {each.key: made[each.name] for each in self._values}

    def _given(self) -> dict[str, SecretText]:
        """Read what the profile gives; a key that osk makes is another each time."""
        given = [each for each in self._values if isinstance(each.source, Given)]
        made = secrets.fresh(self.world, given)
        return {each.key: made[each.name] for each in given} or {PUBLIC: SecretText("")}

    @property
    def _bodies(self) -> list[Body]:
        _, plan = planning.bearings(self.world)
        return [each.body for each in plan.manifests]

    @property
    def _nodesets(self) -> list[str]:
        """Name the profile's node sets that are there, and others that use the key: they would not be reached any more."""
        live = undeployed.nodesets(self.world)
        theirs = (
            name
            for name, each in live.items()
            if get(each, "spec", "nodeTemplate", "ansibleSSHPrivateKeySecret") == self.secret.name
        )
        own = [str(each["metadata"]["name"]) for each in self._bodies if each["kind"] == kinds.NODESET]
        there = dict.fromkeys((*(each for each in own if each in live), *theirs))
        return list(there) or own

    @property
    def _hosts(self) -> list[str]:
        """Name all hosts that are deployed: where some have come meanwhile, they get it too."""
        live = undeployed.nodesets(self.world)
        there = (undeployed.hosts_of(live[each]) for each in self._nodesets if each in live)
        return sorted(set[str]().union(*there))

    @property
    def _computes(self) -> dict[str, list[str]]:
        """Give the services that bring nova to hosts, each with its node sets."""
        there = undeployed.nodesets(self.world)
        own = (each for each in self._bodies if each["kind"] == kinds.SERVICE)
        nova = {
            _NOVA,
            *(each["metadata"]["name"] for each in own if get(each, "spec", "edpmServiceType") == _NOVA),
        }
        found: dict[str, list[str]] = {}
        for body in self._bodies:
            if body["kind"] == kinds.NODESET and body["metadata"]["name"] in there:
                for service in get(body, "spec", "services") or ():
                    if service in nova:
                        found.setdefault(str(service), []).append(body["metadata"]["name"])
        return found


def _encoded(text: SecretText) -> str:
    return base64.b64encode(text.reveal().encode()).decode()


def _digest(*words: str) -> str:
    return hashlib.sha256("\n".join(words).encode()).hexdigest()[:8]


def _no_rights(error: ClusterError) -> OskError:
    advice = Advice(
        "Have whoever may give it give you the right to Secrets there", "osk rbac --rotate-keys --user USER"
    )
    problem = replace(refusals.problem(error, subject=f"Secrets of {NAMESPACE}"), advice=(advice,))
    return OskError(problem, exit_code=ExitCode.REFUSED)


def _not_ours(secret: ObjectId) -> OskError:
    advice = Advice("Let osk make it", "osk profile set dataplane.generateKeys true")
    summary = f"{secret} is not made by osk, so it is not rotated either"
    return OskError(Problem("OSK1200", summary, str(secret), None, (advice,)), exit_code=ExitCode.REFUSED)


def _same(secret: ObjectId, value: secrets.Value) -> OskError:
    advice = Advice(f"Put the new key pair there first ({value.detail}), then run the same command")
    summary = f"The keys of {secret} come from the profile, and it gives what is in use already"
    return OskError(Problem("OSK1201", summary, str(secret), None, (advice,)), exit_code=ExitCode.REFUSED)
