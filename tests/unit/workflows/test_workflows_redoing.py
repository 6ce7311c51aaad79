"""One service gone and made anew: in which order, what is left alone, and how it goes on after any end."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from openstack_k8s_cli.apply import Options
from openstack_k8s_cli.apply.labels import HOLD
from openstack_k8s_cli.apply.ports import ClusterError, ErrorKind, Ran
from openstack_k8s_cli.model.events import Event, RunFinished, TaskRan
from openstack_k8s_cli.model.objects import ObjectId, get
from openstack_k8s_cli.model.problems import ExitCode, OskError
from openstack_k8s_cli.workflows import deploying
from openstack_k8s_cli.workflows.developing import dropping, marks, redoable, redoing
from openstack_k8s_cli.workflows.developing.marks import Mark
from openstack_k8s_cli.workflows.developing.redoable import Found
from openstack_k8s_cli.workflows.world import Target, World
from tests.fakes.clock import FakeClock
from tests.fakes.plane import GALERAS, KEYSTONE, NOVA, PLANE, SPACE, Operated
from tests.unit.stopping import stop_after
from tests.unit.workflows import fleets

OPTIONS = Options(recheck=0.05, backoff=0.001, settle=0.0, holder="me")
DROPS = [
    ("openstack-galera-1", "DROP DATABASE IF EXISTS `nova_api`; DROP DATABASE IF EXISTS `nova_cell0`"),
    ("openstack-cell1-galera-1", "DROP DATABASE IF EXISTS `nova_cell1`"),
]


def look(operated: Operated, name: str = "nova") -> Found:
    """Look at a service."""
    loaded, *_ = fleets.planned()
    return redoable.look(fleets.over(operated.cluster), name, loaded.kinds)


def begin(operated: Operated, *, drop: bool, world: World | None = None) -> Iterator[Event]:
    """Begin to make nova anew, or go on with it."""
    found = look(operated)
    mark = found.begun or Mark("nova", "me", "now", found.targets, found.databases if drop else {})
    cloud = world or fleets.over(operated.cluster)
    return redoing.redo(cloud, found.plane, mark, "OpenStackControlPlaneNovaReady", OPTIONS, after=("then",))


def end(events: Iterator[Event]) -> RunFinished:
    """Follow it to its end."""
    last = list(events)[-1]
    assert isinstance(last, RunFinished)
    return last


def uids(operated: Operated) -> dict[ObjectId, str]:
    """Give the UIDs of all that is not nova's or osk's."""
    nova = {"Nova", "NovaAPI", "KeystoneService", "MariaDBDatabase", "Lease"}
    return {each: operated.uid(each) for each in operated.cluster.ids() if each.kind not in nova and each.namespace == SPACE}  # fmt: skip


def generation(operated: Operated) -> int:
    """Give the control plane's."""
    return int(operated.there(PLANE)["metadata"]["generation"])


@pytest.mark.parametrize("drop", [False, True])
def test_only_the_service_is_new(drop: bool) -> None:
    """Its resource and all that it owns have new UIDs, the others and the control plane's generation do not; no mark is left."""
    operated = Operated()
    before, others, version = operated.uid(NOVA), uids(operated), generation(operated)
    events = list(begin(operated, drop=drop))
    told = [each.host for each in events if isinstance(each, TaskRan) and each.task == "is gone"]
    finished = end(iter(events))

    assert (ExitCode.DONE, ("then",)) == (finished.exit_code, finished.next)
    assert before != operated.uid(NOVA)
    assert ["openstack.org/nova"] == operated.there(NOVA)["metadata"]["finalizers"]
    assert others == uids(operated)
    assert version == generation(operated)
    assert not marks.of(operated.there(PLANE))
    assert (DROPS if drop else []) == operated.told
    assert all(operated.alone)
    assert drop is ("Nova openstack/nova" in told)


def test_no_password_is_on_a_command_line() -> None:
    """The client gets root's from where the pod has it, by its environment."""
    seen: list[tuple[str, ...]] = []
    operated = Operated()
    play = operated.cluster.on_exec

    def on_exec(space: str, pod: str, command: tuple[str, ...], stdin: bytes) -> Ran:
        seen.append(command)
        return play(space, pod, command, stdin)

    operated.cluster.on_exec = on_exec
    end(begin(operated, drop=True))

    assert 2 == len(seen)
    assert all("--password" not in each[2] and " -p" not in each[2] for each in seen)
    assert all("mysql_root_auth.sh" in each[2] and "MYSQL_PWD:-$DB_ROOT_PASSWORD" in each[2] for each in seen)


@pytest.mark.parametrize("step", ["mark", "gone", "databases", "release"])
def test_it_goes_on_after_any_end(step: str) -> None:
    """The same command goes on with the mark, whatever it is asked now; what is new is not dropped."""
    operated = Operated()
    before = operated.uid(NOVA)
    stop_after(begin(operated, drop=True), f"/{step}")
    halfway = marks.halfway(operated.cluster, SPACE)
    finished = end(begin(operated, drop=False))

    assert halfway == (
        "nova is being made anew, its databases dropped, by me since now: `osk redeploy nova` goes on",
    )
    assert ExitCode.DONE is finished.exit_code
    assert before != operated.uid(NOVA)
    assert DROPS == operated.told
    assert all(operated.alone)
    assert () == marks.halfway(operated.cluster, SPACE)


def test_a_deployment_does_not_get_in_between() -> None:
    """While a service is halfway out it is refused with the command that goes on; a mark of one that is back goes."""
    operated = Operated()
    world = fleets.over(operated.cluster)
    for stop in ("/gone", "/release"):
        stop_after(begin(operated, drop=True), stop)
        if stop == "/gone":
            with pytest.raises(OskError) as caught:
                list(deploying.deploy(world, Target(("controlplane",), only=True), OPTIONS))
            assert "OSK1436" == caught.value.problems[0].code
            assert "osk redeploy nova" == caught.value.problems[0].advice[0].command
    marks.refuse(operated.cluster, SPACE)

    assert not marks.of(operated.there(PLANE))


def test_what_does_not_go_is_named() -> None:
    """Nova's operator is not there: it is said what holds it, the mark stays, and nothing is taken off by force."""
    operated = Operated(works=False)
    finished = end(
        begin(operated, drop=True, world=replace(fleets.over(operated.cluster), clock=FakeClock()))
    )

    assert ExitCode.STALLED is finished.exit_code
    assert "OSK1435" == finished.problems[0].code
    assert f"Nova openstack/nova: held by openstack.org/nova, {HOLD}" in str(finished.problems[0].detail)
    assert ["openstack.org/nova", HOLD] == operated.there(NOVA)["metadata"]["finalizers"]
    assert operated.told == []
    assert ("nova",) == tuple(each.service for each in marks.of(operated.there(PLANE)))


def test_somebody_lets_it_go() -> None:
    """Without osk's hold nova is back before its databases were dropped: they are left alone, and that is said."""
    operated = Operated()
    stop_after(begin(operated, drop=True), "/gone")
    operated.cluster.set_finalizers(NOVA)
    finished = end(begin(operated, drop=True))

    assert "OSK1434" == finished.problems[0].code
    assert "nova_api, nova_cell0, nova_cell1 are as they were" in str(finished.problems[0].detail)
    assert [] == operated.told
    assert not marks.of(operated.there(PLANE))


def test_a_database_that_cannot_be_dropped() -> None:
    """What the client says is shown, nova stays held, and the next run goes on."""
    operated = Operated(says=Ran(1, "", "ERROR 1045 (28000): Access denied for user 'root'@'localhost'"))
    failed = end(begin(operated, drop=True))
    held = get(operated.there(NOVA), "metadata", "finalizers")
    operated.says = Ran(0, "", "")
    finished = end(begin(operated, drop=True))

    assert "OSK1434" == failed.problems[0].code
    assert "Access denied for user 'root'" in failed.problems[0].summary
    assert [HOLD] == held
    assert ExitCode.DONE is finished.exit_code


def test_others_change_it_meanwhile() -> None:
    """A finalizer is put on what is there now, not over what was read."""
    operated = Operated()
    error = ClusterError(ErrorKind.CONFLICT, "the object has been modified")
    operated.cluster.fail(error, verb="merge", kind="Nova", times=2)

    assert ExitCode.DONE is end(begin(operated, drop=True)).exit_code


def test_another_run_is_at_work() -> None:
    """It is refused before anything is written."""
    operated = Operated()
    first = begin(operated, drop=False)
    next(first)
    before = operated.uid(NOVA)
    with pytest.raises(OskError) as caught:
        list(begin(operated, drop=True))

    assert "OSK0541" == caught.value.problems[0].code
    assert (before, ["openstack.org/nova"]) == (
        operated.uid(NOVA),
        operated.there(NOVA)["metadata"]["finalizers"],
    )


def test_what_is_found() -> None:
    """What it owns, directly or not, its databases by their clusters, and who does without it."""
    found = look(Operated())

    assert {NOVA} == found.targets.keys()
    assert {"NovaAPI", "KeystoneService", "MariaDBDatabase"} == {each.kind for each in found.owned}
    assert {"openstack": ("nova_api", "nova_cell0"), "openstack-cell1": ("nova_cell1",)} == found.databases
    assert ("cinder", "horizon") == found.users
    assert found.on_hosts


@pytest.mark.parametrize(
    ("name", "code", "said"),
    [
        ("keystone", "OSK1430", "used by cinder, glance, horizon, nova"),
        ("galera", "OSK1430", "used by cinder, glance, keystone, nova"),
        ("memcached", "OSK1430", "used by cinder, glance, horizon, keystone, nova"),
        ("rabbitmq", "OSK1430", "used by cinder, keystone, nova"),
        ("openstackclient", "OSK1431", "kubectl -n openstack delete pod openstackclient"),
        ("heat", "OSK1431", "osk deploy service heat"),
        ("horizon", "OSK1431", "nothing of it is there"),
    ],
)
def test_what_cannot_be_made_anew(name: str, code: str, said: str) -> None:
    """What others are in, what is off, what is not there: each with who needs it, or what to do instead."""
    with pytest.raises(OskError) as caught:
        look(Operated(), name)
    (problem,) = caught.value.problems
    commands = [each.command for each in problem.advice]

    assert code == problem.code
    assert said in f"{problem.summary}\n{problem.detail}\n{commands}"


def test_what_others_hold_would_not_go() -> None:
    """Their finalizers are named."""
    operated = Operated()
    operated.cluster.set_finalizers(NOVA, "openstack.org/nova", "openstack.org/watcher-w")

    with pytest.raises(OskError) as caught:
        look(operated)

    assert "openstack.org/watcher-w holds it" == caught.value.problems[0].detail


@pytest.mark.parametrize("target", [KEYSTONE, *GALERAS], ids=str)
def test_what_it_is_taken_out_of_must_be_ready(target: ObjectId) -> None:
    """A keystone or a Galera cluster that does not answer would leave it hanging."""
    operated = Operated()
    operated.cluster.set_status(target, {"observedGeneration": 1, "conditions": []})

    with pytest.raises(OskError, match=f"nova cannot be taken out of {target}: that is not Ready"):
        look(operated)


def test_there_is_no_control_plane() -> None:
    """That is said with the command that brings one."""
    operated = Operated()
    resource = operated.cluster.resource(PLANE.group, PLANE.kind)
    assert resource is not None
    operated.cluster.delete(resource, SPACE, PLANE.name)

    with pytest.raises(OskError, match="there is no control plane"):
        look(operated)


def test_a_service_by_itself() -> None:
    """It is osk's own resource, and made anew in another way."""
    operated = Operated()
    labels = {"app.kubernetes.io/managed-by": "osk", "osk.openstack.org/component": "standalone"}
    operated.cluster.put(
        {
            "apiVersion": "horizon.openstack.org/v1beta1",
            "kind": "Horizon",
            "metadata": {"name": "horizon", "namespace": SPACE, "labels": labels},
        }
    )

    with pytest.raises(OskError, match="it stands by itself") as caught:
        look(operated, "horizon")

    assert "osk teardown service horizon --standalone" == caught.value.problems[0].advice[0].command


@pytest.mark.parametrize(("begun", "code"), [(False, "OSK1433"), (True, "OSK1436")])
def test_nothing_to_drop(begun: bool, code: str) -> None:
    """A service without a database, or one that was begun with them kept."""
    mark = Mark("nova", "me", "now", {NOVA: "uid"})
    found = replace(look(Operated()), databases={}, begun=mark if begun else None)
    redoable.check_drop("nova", found, drop=False)

    with pytest.raises(OskError) as caught:
        redoable.check_drop("nova", found, drop=True)

    assert code == caught.value.problems[0].code


@pytest.mark.parametrize(
    "text", ["", "{", "[]", '{"by": "me"}', '{"by":"","since":"","targets":[[1]],"databases":{},"dropped":0}']
)
def test_a_mark_that_cannot_be_read(text: str) -> None:
    """It counts as none."""
    assert () == marks.of({"metadata": {"annotations": {"redeploy.osk.openstack.org/nova": text}}})


@pytest.mark.parametrize(
    ("databases", "said"),
    [
        ({"openstack": ("a`; DROP DATABASE b",)}, "is no name that osk drops"),
        ({"openstack": ("mysql",)}, "`mysql` is no name that osk drops"),
        ({"other": ("a",)}, "no pod of Galera openstack/other is Ready"),
    ],
)
def test_what_is_not_dropped(databases: dict[str, tuple[str, ...]], said: str) -> None:
    """No name that is none, none of the server's own, and nothing without a pod that is Ready."""
    operated = Operated()
    with pytest.raises(OskError, match=said):
        list(dropping.drop(operated.cluster, SPACE, databases))

    assert [] == operated.told
