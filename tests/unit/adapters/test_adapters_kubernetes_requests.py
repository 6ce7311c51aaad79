"""Requests as they leave, and answers as they come, over a scripted server."""

import pytest

from openstack_k8s_cli.adapters.kubernetes import connect
from openstack_k8s_cli.adapters.kubernetes.requests import KubernetesCluster
from openstack_k8s_cli.apply.ports import ClusterError, ErrorKind, Resource
from tests.unit.adapters.conftest import Kubeconfig
from tests.unit.adapters.scripted import CORE, NO_GROUPS, Heard, Reply, Script

MAPS = Resource("", "v1", "ConfigMap", "configmaps", namespaced=True)
BODY = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "c", "namespace": "n"}}
ONE = "/api/v1/namespaces/n/configmaps/c"
ALL = "/api/v1/namespaces/n/configmaps"


def test_an_apply_asks_for_strictness(script: Script, connected: KubernetesCluster) -> None:
    """A server-side apply carries manager, strict validation and, when asked, dry run and force."""
    script.say(f"PATCH {ONE}", Reply(BODY))
    connected.apply(BODY, dry_run=True, force=True)

    sent = script.heard[-1]
    assert sent.path == f"{ONE}?fieldManager=osk&fieldValidation=Strict&dryRun=All&force=true"
    assert sent.headers["Content-Type"] == "application/apply-patch+yaml"
    assert BODY == sent.body


def test_warnings_come_back(script: Script, connected: KubernetesCluster) -> None:
    """The API's warnings are handed on as text."""
    told = ('299 - "spec.a is deprecated"', '299 - "use \\"b\\""')
    script.say(f"PATCH {ONE}", Reply(BODY, headers=tuple(("Warning", each) for each in told)))

    assert ("spec.a is deprecated", 'use "b"') == connected.apply(BODY).warnings


def test_long_lists_come_in_pages(script: Script, connected: KubernetesCluster) -> None:
    """A list follows the server's token to its end."""
    first = {"metadata": {"resourceVersion": "5", "continue": "more"}, "items": [BODY]}
    last = {"metadata": {"resourceVersion": "5"}, "items": [{"metadata": {"name": "d"}}]}
    script.say(f"GET {ALL}", Reply(first), Reply(last))
    listing = connected.list(MAPS, "n", labels="a=b")

    assert ["c", "d"] == [item["metadata"]["name"] for item in listing.items]
    assert listing.items[1]["kind"] == "ConfigMap"
    assert listing.resource_version == "5"
    assert script.heard[-1].path == f"{ALL}?labelSelector=a%3Db&limit=500&continue=more"


def test_a_page_token_that_expired(script: Script, connected: KubernetesCluster) -> None:
    """A list whose token is too old starts again in one piece."""
    first = {"metadata": {"resourceVersion": "5", "continue": "more"}, "items": [BODY]}
    whole = {"metadata": {"resourceVersion": "9"}, "items": [BODY, BODY]}
    expired = {"message": "the continue parameter is too old", "reason": "Expired"}
    script.say(f"GET {ALL}", Reply(first), Reply(expired, 410), Reply(whole))

    assert connected.list(MAPS, "n").resource_version == "9"
    assert script.heard[-1].path == ALL


def test_a_refused_login_is_renewed_once(script: Script, kubeconfig: Kubeconfig) -> None:
    """After a 401 the kubeconfig is read again, and a new token in it is used."""

    def judge(heard: Heard) -> Reply:
        return Reply(BODY) if heard.headers["Authorization"] == "Bearer second" else Reply({}, 401)

    cluster = connect(kubeconfig(token="first"))
    script.say(f"GET {ONE}", judge)
    kubeconfig(token="second")

    assert BODY == cluster.get(MAPS, "n", "c")
    assert ["Bearer first", "Bearer second"] == [
        each.headers["Authorization"] for each in script.heard if each.path == ONE
    ]


def test_a_login_that_stays_refused(script: Script, connected: KubernetesCluster) -> None:
    """A second 401 is the caller's to handle."""
    script.say(f"GET {ONE}", Reply({}, 401))

    with pytest.raises(ClusterError) as raised:
        connected.get(MAPS, "n", "c")
    assert raised.value.kind is ErrorKind.UNAUTHORIZED
    assert len([each for each in script.heard if each.path == ONE]) == 2


def test_unchanged_discovery_is_cheap(script: Script, connected: KubernetesCluster) -> None:
    """A refresh sends the tag it has, and a 304 keeps what was known."""
    script.say("GET /api", Reply(CORE, headers=(("ETag", '"x"'),)))
    connected.refresh()
    connected.resources()
    script.say("GET /api", Reply("", 304))
    connected.refresh()

    assert connected.resource("", "ConfigMap") is not None
    assert '"x"' in [each.headers.get("If-None-Match") for each in script.heard if each.path == "/api"]


def test_discovery_of_older_servers(script: Script, kubeconfig: Kubeconfig) -> None:
    """Without aggregated discovery every group is asked, preferred versions first, and one that is away is left out."""
    script.say("GET /api", Reply({"kind": "APIVersions", "versions": ["v1"]}))
    script.say("GET /api/v1", Reply({"resources": [_listed("configmaps", "ConfigMap")]}))
    versions = [{"version": "v1beta1"}, {"version": "v1"}]
    groups = [
        {"name": "example.org", "versions": versions, "preferredVersion": {"version": "v1"}},
        {"name": "away.org", "versions": [{"version": "v1"}], "preferredVersion": {"version": "v1"}},
    ]
    script.say("GET /apis", Reply({"kind": "APIGroupList", "groups": groups}))
    things = [_listed("things", "Thing"), _listed("things/status", "Thing")]
    script.say("GET /apis/example.org/v1", Reply({"resources": things}))
    old = [_listed("things", "Thing"), _listed("relics", "Relic")]
    script.say("GET /apis/example.org/v1beta1", Reply({"resources": old}))
    script.say("GET /apis/away.org/v1", Reply({}, 503))
    cluster = connect(kubeconfig())

    assert {("", "v1", "ConfigMap"), ("example.org", "v1", "Thing"), ("example.org", "v1beta1", "Relic")} == {
        (each.group, each.version, each.kind) for each in cluster.resources()
    }


def _listed(name: str, kind: str) -> dict[str, object]:
    return {"name": name, "kind": kind, "namespaced": True, "verbs": ["get"]}


def test_a_path_that_vanished_is_asked_anew(script: Script, connected: KubernetesCluster) -> None:
    """When a known kind is no longer served, the next look asks discovery."""
    script.say("GET /api", Reply(NO_GROUPS))

    with pytest.raises(ClusterError) as raised:
        connected.get(MAPS, "n", "c")
    assert raised.value.kind is ErrorKind.NOT_SERVED
    assert connected.resource("", "ConfigMap") is None


def test_a_watch_that_is_too_old(script: Script, connected: KubernetesCluster) -> None:
    """An ERROR line becomes its ClusterError."""
    line = b'{"type":"ERROR","object":{"kind":"Status","code":410,"message":"too old"}}\n'
    script.say(f"GET {ALL}", Reply(chunks=(line,)))

    with pytest.raises(ClusterError) as raised:
        list(connected.watch(MAPS, "n", "1"))
    assert raised.value.kind is ErrorKind.GONE


def test_a_watch_whose_server_goes_away(script: Script, connected: KubernetesCluster) -> None:
    """Events before the cut arrive, split over chunks as they may be; then UNREACHABLE is raised."""
    line = b'{"type":"ADDED","object":{"metadata":{"name":"c"}}}\n'
    mark = b'{"type":"BOOKMARK","object":{"metadata":{"resourceVersion":"7"}}}\n'
    script.say(f"GET {ALL}", Reply(chunks=(line[:20], line[20:] + mark)))

    watch = iter(connected.watch(MAPS, "n", "1"))
    kinds = [next(watch).kind, next(watch).kind]

    with pytest.raises(ClusterError) as raised:
        next(watch)
    assert ["added", "bookmark"] == kinds
    assert raised.value.kind is ErrorKind.UNREACHABLE
    assert script.heard[-1].path == (
        f"{ALL}?watch=true&allowWatchBookmarks=true&resourceVersion=1&timeoutSeconds=540"
    )


def test_a_log_whose_server_goes_away(script: Script, connected: KubernetesCluster) -> None:
    """Lines before the cut arrive, empty ones too, split over chunks as they may be; then UNREACHABLE is raised."""
    place = "/api/v1/namespaces/n/pods/p/log"
    script.say(f"GET {place}", Reply(chunks=(b"on", b"e\n\ntwo\nth")))

    lines = iter(connected.follow_logs("n", "p", container="c"))
    read = [next(lines) for _ in range(3)]

    with pytest.raises(ClusterError) as raised:
        next(lines)
    assert (["one", "", "two"], ErrorKind.UNREACHABLE) == (read, raised.value.kind)
    assert script.heard[-1].path == f"{place}?container=c&follow=true"


def test_the_server_asks_to_wait(script: Script, connected: KubernetesCluster) -> None:
    """A 429 says for how long."""
    script.say(f"GET {ONE}", Reply({"message": "slow"}, 429, headers=(("Retry-After", "4"),)))

    with pytest.raises(ClusterError) as raised:
        connected.get(MAPS, "n", "c")
    assert (ErrorKind.TOO_MANY, 4.0) == (raised.value.kind, raised.value.retry_after)


def test_an_answer_that_is_no_json(script: Script, connected: KubernetesCluster) -> None:
    """A login page with status 200 is an error, not a crash."""
    script.say(f"GET {ONE}", Reply("<html>"))

    with pytest.raises(ClusterError) as raised:
        connected.get(MAPS, "n", "c")
    assert raised.value.kind is ErrorKind.OTHER


@pytest.mark.parametrize("body", [{"kind": "Status"}, {"items": [5]}, []])
def test_a_list_that_is_none(script: Script, connected: KubernetesCluster, body: object) -> None:
    """JSON that is no list of objects is an error, not a crash."""
    script.say("GET /api/v1/namespaces/n/configmaps", Reply(body))

    with pytest.raises(ClusterError) as raised:
        connected.list(MAPS, "n")
    assert raised.value.kind is ErrorKind.OTHER


def test_what_a_pod_printed(script: Script, connected: KubernetesCluster) -> None:
    """It is text as it came, of the container that is asked for, and counted like other requests."""
    script.say("GET /api/v1/namespaces/n/pods/p/log", Reply("one\ntwö\n"))

    assert "one\ntwö\n" == connected.logs("n", "p", container="check")
    assert script.heard[-1].path == "/api/v1/namespaces/n/pods/p/log?container=check"
    assert 1 == connected.requests()["log Pod"]


def test_the_last_lines_that_a_pod_printed(script: Script, connected: KubernetesCluster) -> None:
    """Only so many of them are asked for; it is no JSON."""
    script.say("GET /api/v1/namespaces/n/pods/p/log", Reply("two\n"))

    assert "two\n" == connected.logs("n", "p", lines=1)
    assert script.heard[-1].path == "/api/v1/namespaces/n/pods/p/log?tailLines=1"
    assert "text/plain" in script.heard[-1].headers["Accept"]
