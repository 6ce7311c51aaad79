"""The composition root: where rooms, adapters and the session's options are put together.

Only `Session.work` imports it, so that help and completion load none of what is heavy.
"""

import json
import logging
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import suppress
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from openstack_k8s_cli import components
from openstack_k8s_cli.adapters import downloads, files, holders, runs
from openstack_k8s_cli.adapters.clocks import SystemClock
from openstack_k8s_cli.adapters.codes import KeptCodes
from openstack_k8s_cli.adapters.downloads import Downloads
from openstack_k8s_cli.adapters.secretvalues import ProfileSecrets
from openstack_k8s_cli.apply import Options
from openstack_k8s_cli.apply.ports import ClusterError
from openstack_k8s_cli.cli import catalogues, clouding, printing
from openstack_k8s_cli.cli.clouding import Cloud
from openstack_k8s_cli.cli.layering import Layered
from openstack_k8s_cli.components import Catalogue
from openstack_k8s_cli.dataplane.choosing import Asked
from openstack_k8s_cli.developing.entries import Entry
from openstack_k8s_cli.model.events import Event
from openstack_k8s_cli.model.objects import Body
from openstack_k8s_cli.model.problems import ExitCode, OskError
from openstack_k8s_cli.model.steps import Layer
from openstack_k8s_cli.plan import drawing
from openstack_k8s_cli.plan.plans import Plan
from openstack_k8s_cli.profile import fingerprint, loading
from openstack_k8s_cli.profile.loading import Loaded
from openstack_k8s_cli.profile.sources import Reader
from openstack_k8s_cli.rehearsal import lifecycle
from openstack_k8s_cli.workflows import looking, planning, recalling, refusals, sourcing
from openstack_k8s_cli.workflows.world import Target, World

if TYPE_CHECKING:
    from openstack_k8s_cli.adapters.hooks import Hooks
    from openstack_k8s_cli.cli.mirroring import Mirroring
    from openstack_k8s_cli.cli.session import Session
    from openstack_k8s_cli.teardown import Teardown
    from openstack_k8s_cli.workflows.images import Image
    from openstack_k8s_cli.workflows.taking import Taking

    Story = Callable[[World, Options], Iterator[Event]]

_log = logging.getLogger(__name__)


class Work(Layered):
    """What a command's session can be put to."""

    def __init__(self, session: "Session") -> None:
        super().__init__(session)
        self._asked = Asked()

    def asking(self, asked: Asked) -> "Work":
        """Ask of Ansible more than the profile says; before anything is made of it."""
        self._asked = asked
        return self

    def having(self, entries: Iterable[Entry]) -> "Work":
        """Give the same work with this development state of the cloud, whatever there is now."""
        other = Work(self._session).asking(self._asked)
        known = ("loaded", "released", "connection", "catalogue", "_kept")
        other.__dict__.update({name: self.__dict__[name] for name in known if name in self.__dict__})
        other.entries = tuple(entries)
        return other

    def explained(self, path: str) -> dict[str, Any]:
        """Give all that is known about one value of the profile; of a cluster that is named and answers, also what it says."""
        overlays = self._named_layers
        if self.has_cluster:
            with suppress(OskError):
                overlays = self.overlays
        return self.profiles.explained(self.profile_name, overlays, path)

    @cached_property
    def catalogue(self) -> Catalogue:
        """Read the component catalogue, with the folders that the options add."""
        return components.parse(catalogues.read(self._session.scope.catalogs), self._kept.codes)

    @cached_property
    def _kept(self) -> KeptCodes:
        return KeptCodes(downloads.cache_home(self._session.environment))

    @cached_property
    def world(self) -> World:
        """Put profile and cluster together."""
        cluster = self.connection.cluster
        secrets = ProfileSecrets(self.on_cluster.values, cluster)
        return World(
            cluster,
            SystemClock(),
            self.on_cluster,
            self.catalogue,
            secrets,
            runner=self._hooks(),
            downloads=self.downloads,
            asked=self._asked,
            entries=self.entries,
        )

    def _hooks(self) -> "Hooks":
        """Give who runs hooks on this machine, pointed at the session's cluster."""
        from openstack_k8s_cli.adapters.hooks import Hooks, pointing

        scope, values = self._session.scope, self.on_cluster.values
        rehearsal = lifecycle.kubeconfig(scope.rehearsal) if scope.rehearsal else None
        names = {"OSK_PROFILE": self.on_cluster.name, "OSK_NAMESPACE": values["namespaces"]["openstack"]}
        context = None if rehearsal else scope.context or values["platform"]["context"]
        pointers = pointing(str(rehearsal) if rehearsal else scope.kubeconfig, context, **names)
        environment = self._session.environment
        return Hooks(environment, pointers, records=runs.state_home(environment) / "hooks")

    @cached_property
    def downloads(self) -> Downloads:
        """Give manifests that others wrote."""
        return Downloads(downloads.cache_home(self._session.environment))

    @cached_property
    def informed(self) -> World:
        """Add what there is to know of the cluster: gathered once for all that a command says and does."""
        found = replace(self.world, bearings=planning.bearings(self.world))
        self._kept.save()
        return found

    @property
    def secrets(self) -> ProfileSecrets:
        """The secret values that the profile gives, without a cluster."""
        return ProfileSecrets(self.loaded.values, None)

    @property
    def cloud(self) -> Cloud:
        """The cloud that is up."""
        return Cloud(self.world)

    def taking(self, name: str | None) -> "Taking":
        """Take a running cloud over into a profile, by a name of one's own or by what it is known as."""
        from openstack_k8s_cli.workflows.taking import Taking

        def load(chosen: str, reader: Reader) -> Loaded:
            return loading.load(chosen, reader=reader, overlays=self.connection.overlays)

        return Taking(self.connection.cluster, self.catalogue, files.ProfileFiles(), load, name)

    @property
    def has_cluster(self) -> bool:
        """Whether the options name a cluster."""
        scope = self._session.scope
        return bool(scope.rehearsal or scope.kubeconfig or scope.context)

    def plan(self, target: Target) -> Plan:
        """Make the plan from the profile alone, or with the facts of the cluster that the options name."""
        if self.has_cluster:
            _, full = planning.bearings(self.informed)
            return planning.chosen(full, target)
        plan = planning.offline(self.loaded, self.catalogue, target, texts=self.downloads.kept)
        self._kept.save()
        if absent := sourcing.absent(self.loaded.values, plan, self.downloads.kept):
            printing.warn(f"left out are objects of manifests that a deployment fetches: {', '.join(absent)}")
        return plan

    def validate(self, name: str) -> None:
        """Load a profile and render it; raises OskError with all that is wrong."""
        planning.offline(self.profiles.load(name), self.catalogue, Target())
        self._kept.save()

    def graph(self, target: Target, style: drawing.Style) -> tuple[str, dict[str, Any]]:
        """Draw the plan, and give it as a document."""
        plan = self.plan(target)
        steps = [
            {"id": step.id, "layer": step.layer, "action": step.action, "after": sorted(step.after)}
            for step in plan.steps
        ]
        return drawing.graph(plan, style), {"profile": plan.profile, "digest": plan.digest, "steps": steps}

    def check(self, target: Target) -> None:
        """Refuse what the command line names and the profile has not, before any cluster is asked."""
        from openstack_k8s_cli.workflows import asking

        asking.check(self.loaded, self.catalogue, target, self._asked)

    def preview(
        self,
        target: Target,
        *,
        adopt: frozenset[str] = frozenset(),
        recreate: frozenset[str] = frozenset(),
    ) -> planning.Preview:
        """Ask the cluster what a deployment would change."""
        return planning.preview(self.informed, target, adopt=adopt, recreate=recreate)

    def status(self, target: Target) -> looking.Status:
        """Judge what is there."""
        return looking.status(self.informed, target)

    @cached_property
    def at_work(self) -> tuple[str, ...]:
        """Who else is at work on the cluster now."""
        return recalling.at_work(self.world, holders.is_dead)

    def recollection(self) -> recalling.Recollection:
        """Compare with the last run on this cluster."""
        return recalling.recall(self.world, fingerprint.digest(self.released))

    def deploy(
        self,
        target: Target,
        *,
        adopt: frozenset[str] = frozenset(),
        recreate: frozenset[str] = frozenset(),
        fail_fast: bool = False,
        usage: tuple[str, ...] | None = None,
        again: str | None = None,
    ) -> Iterator[Event]:
        """Drive the target to Ready.

        `usage` is what to do with the cloud, where that is not to use it; `again` is the command that goes on, where that is another one.
        """
        from openstack_k8s_cli.workflows import deploying

        return self.drive(
            lambda world, options: deploying.deploy(world, target, options),
            confirmed=self.check_entries,
            adopt=adopt,
            recreate=recreate,
            fail_fast=fail_fast,
            values_digest=fingerprint.digest(self.released),
            usage=self._usage() if usage is None else usage,
            again=again or self._session.line,
        )

    def check_entries(self) -> None:
        """Refuse to go on where development state is not what the plan was made with; raises OskError and ClusterError."""
        from openstack_k8s_cli.workflows.developing import store

        store.check_others(self.connection.cluster, self.entries, (), profile=self.loaded.name)

    def drive(self, story: "Story", **more: Any) -> Iterator[Event]:
        """Tell a story to its end, with the session's options and `more` of them."""
        return _counted(self.informed, _translated(story(self.informed, self.options(**more))))

    def gate(self, target: Target) -> None:
        """Look at the hosts that a deployment is about to run on."""
        from openstack_k8s_cli.cli import hosting  # for who deploys hosts only

        hosting.Fleet(self._session, self).gate(target)

    def deploy_kinds(self, bodies: Iterable[Body], *, fail_fast: bool = False) -> Iterator[Event]:
        """Apply CRDs, and nothing else."""
        from openstack_k8s_cli.workflows import kinds

        events = kinds.deploy(self.world, bodies, self.options(fail_fast=fail_fast))
        return _counted(self.world, _translated(events))

    def wait(self, target: Target, *, fail_fast: bool = False) -> Iterator[Event]:
        """Wait for the target."""
        from openstack_k8s_cli.workflows import deploying

        options = self.options(fail_fast=fail_fast, usage=self._usage())
        return _translated(deploying.wait(self.informed, target, options))

    @property
    def needs_its_name(self) -> bool:
        """Whether a teardown must be confirmed by the profile's name: the cluster is no CRC and no rehearsal."""
        from openstack_k8s_cli.workflows import tearing

        return self.on_cluster.values["platform"]["provider"] not in tearing.UNASKED

    def teardown_plan(self, lowest: Layer | None, *, keep: str, crds: bool) -> "Teardown":
        """Say what a teardown would delete and keep."""
        from openstack_k8s_cli.teardown import Keep
        from openstack_k8s_cli.workflows import tearing

        return tearing.plan(self.informed, lowest, keep=Keep(keep), crds=crds)

    def teardown(self, planned: "Teardown") -> Iterator[Event]:
        """Take down what was planned."""
        from openstack_k8s_cli.workflows import tearing

        return self.drive(lambda world, options: tearing.run(world, planned, options))

    def images(self) -> "tuple[Image, ...]":
        """List the images that the profile needs, with those of the operators where the options name a cluster."""
        from openstack_k8s_cli.workflows import images

        named = self.has_cluster
        values = (self.on_cluster if named else self.loaded).values
        names = values["namespaces"]
        places = {"operators": names["operators"], "namespace": names["openstack"]}
        plan = self.plan(Target())
        cluster = self.connection.cluster if named else None
        return refusals.reading(lambda: images.needed(plan, values, cluster, **places))

    def mirror(self) -> "Mirroring":
        """Give the work with the profile's mirror."""
        from openstack_k8s_cli.cli.mirroring import Mirroring

        return Mirroring(self, self._session)

    def _usage(self) -> tuple[str, ...]:
        return clouding.usage(self._session, self.on_cluster.values)

    def options(self, **more: Any) -> Options:
        """Give the options of a run."""
        session, values = self._session, self.on_cluster.values
        options = Options(
            command=session.command.removeprefix("osk "),
            cluster=self.connection.name,
            holder=holders.holder(),
            dead=holders.is_dead,
            force_from=frozenset(values["apply"]["forceFrom"]),
            **{"again": session.line, **more},
        )
        return replace(options, patience=options.patience * values["timeouts"]["scale"])


def _counted(world: World, events: Iterator[Event]) -> Generator[Event]:
    """Log how many requests a run made, by verb and kind."""
    try:
        yield from events
    finally:
        counts = dict(sorted(world.cluster.requests().items()))
        _log.info("requests: %s", json.dumps(counts))


def _translated(events: Iterator[Event]) -> Iterator[Event]:
    """Put into words what a cluster answers where a run cannot go on."""
    try:
        yield from events
    except ClusterError as error:
        raise OskError(refusals.problem(error, subject=None), exit_code=ExitCode.FAILED) from error
