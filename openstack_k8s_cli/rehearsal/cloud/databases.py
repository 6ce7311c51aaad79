"""The databases of rehearsed Galera clusters, and what root's client says there to the statements that are played.

As in life they come with a MariaDBDatabase and stay when that goes; somebody has to drop them.
"""

import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from openstack_k8s_cli.rehearsal.cloud import state
from openstack_k8s_cli.rehearsal.cloud.answers import RefusedError

Tables = dict[str, list[str]]
_OWN = ("information_schema", "mysql", "performance_schema", "sys")
_POD = re.compile(r"[^/]+/(?P<instance>.+)-galera-\d+")
_NAME = r"`?(?P<{}>[A-Za-z0-9_$-]+)`?"


def make(cloud: state.State, instance: str, name: str) -> None:
    """Create a database if there is none of that name."""
    cloud.databases.setdefault(instance, {}).setdefault(name, [])


def client(folder: Path, pod: str, statements: str) -> int:
    """Play `mysql --batch --skip-column-names --execute=STATEMENTS` as root in a pod of a Galera cluster."""
    found = _POD.fullmatch(pod)
    if found is None:
        sys.stderr.write("bash: mysql: command not found\n")
        return 127
    try:
        with state.opened(folder) as cloud:
            there = cloud.databases.setdefault(found["instance"], {})
            for each in filter(None, map(str.strip, statements.split(";"))):
                sys.stdout.write("".join(f"{line}\n" for line in _played(there, each)))
    except RefusedError as error:
        sys.stderr.write(f"ERROR {error}\n")
        return 1
    return 0


def _played(there: Tables, statement: str) -> Iterator[str]:
    for pattern, play in _STATEMENTS:
        if found := re.fullmatch(pattern, statement, re.IGNORECASE):
            yield from play(there, found)
            return
    raise RefusedError(f"1235 (42000) at line 1: This rehearsal doesn't yet support '{statement}'")


def _databases(there: Tables, _: re.Match[str]) -> Iterator[str]:
    yield from sorted((*_OWN, *there))


def _drop(there: Tables, found: re.Match[str]) -> Iterator[str]:
    name = found["name"]
    if name not in there and not found["if"]:
        raise RefusedError(f"1008 (HY000) at line 1: Can't drop database '{name}'; database doesn't exist")
    there.pop(name, None)
    yield from ()


def _tables(there: Tables, found: re.Match[str]) -> Iterator[str]:
    yield from sorted(_of(there, found["name"]))


def _table(there: Tables, found: re.Match[str]) -> Iterator[str]:
    tables = _of(there, found["name"])
    if found["table"] in tables:
        raise RefusedError(f"1050 (42S01) at line 1: Table '{found['table']}' already exists")
    tables.append(found["table"])
    yield from ()


def _of(there: Tables, name: str) -> list[str]:
    if name not in there:
        raise RefusedError(f"1049 (42000) at line 1: Unknown database '{name}'")
    return there[name]


_STATEMENTS: tuple[tuple[str, Callable[[Tables, re.Match[str]], Iterator[str]]], ...] = (
    (r"SHOW DATABASES", _databases),
    (rf"DROP DATABASE (?P<if>IF EXISTS )?{_NAME.format('name')}", _drop),
    (rf"SHOW TABLES FROM {_NAME.format('name')}", _tables),
    (rf"CREATE TABLE {_NAME.format('name')}\.{_NAME.format('table')} \(.+\)", _table),
)
