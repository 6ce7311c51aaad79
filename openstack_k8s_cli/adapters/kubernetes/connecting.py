"""From a kubeconfig to a connection that answers, or a reason why not."""

import difflib
import logging
import os
import re
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import yaml  # only for its error
from kubernetes.client.configuration import Configuration
from kubernetes.client.rest import RESTClientObject
from kubernetes.config.config_exception import ConfigException
from kubernetes.config.incluster_config import load_incluster_config
from kubernetes.config.kube_config import ENV_KUBECONFIG_PATH_SEPARATOR, KubeConfigLoader, KubeConfigMerger
from urllib3 import disable_warnings
from urllib3.exceptions import HTTPError, InsecureRequestWarning, LocationParseError, SSLError

from openstack_k8s_cli.adapters import openshift
from openstack_k8s_cli.adapters.kubernetes.requests import KubernetesCluster
from openstack_k8s_cli.adapters.kubernetes.transport import Access, Transport
from openstack_k8s_cli.apply.ports import ClusterError, ErrorKind
from openstack_k8s_cli.crc import kubeconfigs
from openstack_k8s_cli.model.problems import AGAIN, Advice, ExitCode, OskError, Problem

_DEFAULT = "~/.kube/config"
_NAME = Advice("Name the file with `--kubeconfig PATH` or the variable KUBECONFIG")
_LOGIN = Advice("Log in again", command="oc login")
_ANEW = Advice("Take the access that CRC has now", command="osk crc kubeconfig")
_CRC = Advice("Or start one on this machine", command="osk crc start")
_REHEARSE = Advice("Or try the profile without a cluster", command="osk rehearse")

_NOBODY = "system:anonymous"

_UNSENDABLE = re.compile(r"[^\t -~\xa0-\xff]")
"""In a header."""

_MALFORMED = (
    ConfigException,
    yaml.YAMLError,
    HTTPError,  # of an identity provider that is asked for a new token
    OSError,
    ValueError,
    KeyError,
    TypeError,
    AttributeError,
)


def connect(kubeconfig: str | None, context: str | None) -> KubernetesCluster:
    """Read the kubeconfig and look at the server's kinds."""
    transport = Transport(lambda: _access(kubeconfig, context))
    cluster = KubernetesCluster(transport)
    try:
        cluster.resources()
    except ClusterError as error:
        entry = _entry(kubeconfig, context)
        login = openshift.Login(cluster.server, kubeconfig, context, openshift.former(entry))
        raise _unanswered(error, login, of_crc=entry == kubeconfigs.NAME) from error
    return cluster


def _entry(kubeconfig: str | None, context: str | None) -> str:
    """Name the user's entry in the kubeconfig."""
    if is_in_cluster(kubeconfig):
        return ""
    config = _merge(_paths(kubeconfig)).config.value
    wanted = context or config.get("current-context")
    found = (each["context"] for each in config.get("contexts") or () if each["name"] == wanted)
    return next((str(each["user"]) for each in found if "user" in each), "")


def _access(kubeconfig: str | None, context: str | None) -> Access:
    configuration = Configuration()
    configuration.keep_alive = True
    configuration.connection_pool_maxsize = 32
    if is_in_cluster(kubeconfig):
        load_incluster_config(client_configuration=configuration)
    else:
        _load(_paths(kubeconfig), context, configuration)
    if not configuration.verify_ssl:
        disable_warnings(InsecureRequestWarning)  # the kubeconfig says so; once a request is too often
    try:
        return Access(configuration, RESTClientObject(configuration).pool_manager)
    except LocationParseError as cause:
        raise _malformed(_paths(kubeconfig), f"`proxy-url`: {cause}") from cause


def _paths(kubeconfig: str | None) -> str:
    return kubeconfig or os.environ.get("KUBECONFIG") or _DEFAULT


def is_in_cluster(kubeconfig: str | None) -> bool:
    """Tell whether osk runs in a pod and no kubeconfig is named."""
    named = kubeconfig or os.environ.get("KUBECONFIG") or Path(_DEFAULT).expanduser().exists()
    return not named and "KUBERNETES_SERVICE_HOST" in os.environ


def _load(paths: str, context: str | None, configuration: Configuration) -> None:
    merged = _merge(paths)
    _check_context(merged.config.value, context, paths)
    with _heard() as complaints:
        try:
            loader = KubeConfigLoader(
                config_dict=merged.config,
                active_context=context,
                config_base_path=None,
                config_persister=merged.save_changes,
            )
            loader.load_and_set(configuration)
        except _MALFORMED as cause:
            raise _malformed(paths, str(cause)) from cause
    if complaints:
        raise _plugin_failed(paths, complaints)
    if not configuration.host:
        raise _malformed(paths, "the context's cluster has no `server`")
    if any(_UNSENDABLE.search(str(each).rstrip()) for each in configuration.api_key.values()):
        raise _malformed(paths, "the login's token has a character that cannot be sent, such as a line break")


def config(kubeconfig: str | None) -> Any:
    """Give the files of a kubeconfig as one, each part with the path of its own; raises OskError."""
    return _merge(_paths(kubeconfig)).config


def _merge(paths: str) -> Any:
    """Read and merge the files; none is a mistake, and so is one that cannot be read."""
    # A home folder that nobody has stays as it is written, and is not there.
    named = [Path(os.path.expanduser(each)) for each in paths.split(ENV_KUBECONFIG_PATH_SEPARATOR) if each]  # noqa: PTH111
    if not any(path.exists() for path in named):
        raise _refused(_missing(paths))
    try:
        return KubeConfigMerger(paths)
    except OSError as cause:
        summary = f"The kubeconfig cannot be read: {cause.strerror}"
        raise _refused(Problem("OSK0402", summary, subject=paths, advice=(_NAME,))) from cause
    except (
        yaml.YAMLError,
        ConfigException,
        AttributeError,
        TypeError,
        KeyError,
        UnicodeDecodeError,
    ) as cause:
        raise _malformed(paths, str(cause)) from cause


def _missing(paths: str) -> Problem:
    """Say that no file is there: one that was named has to be named right, without one a login makes it."""
    if paths == _DEFAULT:
        summary = "There is no kubeconfig, so there is no cluster to talk to"
        advice: tuple[Advice, ...] = (
            Advice("Log in to the cluster", command="oc login SERVER"),
            _CRC,
            _NAME,
            _REHEARSE,
        )
    else:
        summary = f"The kubeconfig that is named is not there: {paths}"
        advice = (Advice("Correct `--kubeconfig` or the variable KUBECONFIG, whichever names it"), _REHEARSE)
    return Problem("OSK0401", summary, subject=paths, advice=advice)


def _check_context(config: Any, context: str | None, paths: str) -> None:
    names = [str(each["name"]) for each in config.get("contexts") or () if "name" in each]
    wanted = str(context or config.get("current-context") or "")
    if wanted in names:
        return
    if not wanted:
        advice = [Advice("Choose one", command=f"{AGAIN} --context {names[0]}")] if names else [_LOGIN]
        summary = "The kubeconfig has no current context"
    else:
        near = difflib.get_close_matches(wanted, names, n=3, cutoff=0.4)
        summary = f"The kubeconfig has no context `{wanted}`"
        advice = [Advice(f"Did you mean `{near[0]}`?")] if near else []
        advice.append(Advice("See the contexts there are", command="kubectl config get-contexts"))
    detail = "contexts: " + (", ".join(names) or "none")
    raise _refused(Problem("OSK0403", summary, subject=paths, detail=detail, advice=tuple(advice)))


@contextmanager
def _heard() -> Iterator[list[str]]:
    """Collect what the client only logs: a login plugin that failed."""
    complaints: list[str] = []

    class Ear(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            complaints.append(record.getMessage())

    ear = Ear(logging.ERROR)
    logging.getLogger().addHandler(ear)
    try:
        yield complaints
    finally:
        logging.getLogger().removeHandler(ear)


def _malformed(paths: str, why: str) -> OskError:
    summary = "The kubeconfig is not usable"
    return _refused(Problem("OSK0402", summary, subject=paths, detail=why, advice=(_NAME, _LOGIN)))


def _plugin_failed(paths: str, complaints: list[str]) -> OskError:
    return _refused(
        Problem(
            "OSK0404",
            "The kubeconfig's login plugin gave no credentials",
            subject=paths,
            detail="; ".join(complaints),
            advice=(Advice("Run the plugin's own login, then the same command again"), _LOGIN),
        )
    )


def _refused(problem: Problem) -> OskError:
    return OskError(problem, exit_code=ExitCode.REFUSED)


def _unanswered(error: ClusterError, login: openshift.Login, *, of_crc: bool) -> OskError:
    code, summary, advice = _explained(error, login)
    if of_crc and error.kind is ErrorKind.UNAUTHORIZED:
        advice = (_ANEW,)
    return _refused(Problem(code, summary, subject=login.server, detail=error.message, advice=advice))


def _distrusts(cause: BaseException | None) -> bool:
    """Tell a certificate that is refused from a connection that ended before there was one, as of a tunnel to nowhere."""
    return isinstance(cause, SSLError) and not any(isinstance(each, ssl.SSLEOFError) for each in cause.args)


def _explained(error: ClusterError, login: openshift.Login) -> tuple[str, str, tuple[Advice, ...]]:
    if _distrusts(error.__cause__):
        trust = Advice("Check `certificate-authority` in the kubeconfig; after `crc delete` it is a new one")
        return "OSK0407", "The API server's certificate is not trusted", (trust, *login.advice())
    match error.kind:
        case ErrorKind.UNAUTHORIZED:
            return "OSK0405", "The API server does not accept the login; it may have expired", login.advice()
        case ErrorKind.FORBIDDEN if _NOBODY in error.message:
            return "OSK0405", "The kubeconfig has no login for this API server", login.advice()
        case ErrorKind.FORBIDDEN:
            who = login.who()
            named = f"The login `{who}`" if who else "This login"
            return "OSK0408", f"{named} may not even list the API's kinds", (login.as_admin(),)
        case ErrorKind.UNREACHABLE:
            start = Advice("Start the cluster; for CRC on this machine", command="osk crc start")
            return "OSK0406", "The API server does not answer", (start, _NAME, _REHEARSE)
        case _:
            check = Advice("Check the `server` of the context", command="kubectl cluster-info")
            return "OSK0409", "What answers there is no usable Kubernetes API", (check,)
