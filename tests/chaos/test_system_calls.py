"""Deaths and faults at each system call of the send path, brought about by strace; long, so not in a plain run."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from opendoors_desktop.store.database import Store
from tests.builders import expire_leases, states
from tests.chaos.ground import REPOSITORY, Driver, Ground, ground

PEOPLE = 8
CONNECTIONS = 2
CALLS = ("sendto", "write", "fdatasync", "fsync", "pwrite64")
MANY = 400
"""More calls than a run makes of any kind."""

pytestmark = [
    pytest.mark.chaos,
    pytest.mark.timeout(3600),
    pytest.mark.skipif(shutil.which("strace") is None, reason="strace isn't installed"),
]


def run_under_strace(there: Ground, inject: str, log: Path) -> int:
    """Run a scheduler whose calls are tampered with; gives how many processes were killed."""
    call = inject.partition(":")[0]
    store = there.store.location.path
    subprocess.run(
        [
            *("strace", "-f", "-qq", "-o", str(log), "-e", f"trace={call}", "-e", f"inject={inject}"),
            *(sys.executable, "-m", "tests.chaos.driver", str(store), str(store.parent)),
        ],
        cwd=REPOSITORY,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        timeout=120,
        check=False,
    )
    return len(re.findall(r"\+\+\+ killed by SIGKILL", log.read_text(encoding="utf-8", errors="replace")))


@pytest.mark.parametrize("call", CALLS)
def test_fault_01_a_death_at_each_system_call(call: str, fresh_file: Path, driver: Driver, tmp_path: Path) -> None:
    for number in range(1, MANY):
        path = tmp_path / str(number) / "store.db"
        path.parent.mkdir()
        shutil.copyfile(fresh_file, path)
        store = Store.open(str(path))
        with ground(store, driver, PEOPLE, connections=CONNECTIONS) as there:
            killed = run_under_strace(there, f"{call}:signal=SIGKILL:when={number}", tmp_path / "strace.log")
            assert there.problems_meanwhile() == [], number
            there.finish()
            assert there.problems() == [], number
            counted = states(there.context)
            assert counted.get("sent", 0) + counted.get("uncertain", 0) == PEOPLE, number
        store.close()
        if not killed:
            return
    pytest.fail(f"{MANY} calls of {call} and no end")


@pytest.mark.parametrize("fault", ["fdatasync:error=EIO", "pwrite64:error=ENOSPC", "pwrite64:error=EIO"])
@pytest.mark.parametrize("number", [1, 2, 3, 5, 8, 13, 21, 34])
def test_fault_20_fault_21_a_disk_that_fails_stops_sending_and_harms_nothing(
    fault: str, number: int, sqlite_store: Store, driver: Driver, tmp_path: Path
) -> None:
    with ground(sqlite_store, driver, PEOPLE, connections=CONNECTIONS) as there:
        run_under_strace(there, f"{fault}:when={number}", tmp_path / "strace.log")
        assert there.problems_meanwhile() == []
        expire_leases(there.store)
        there.finish()
        assert there.problems() == []
        counted = states(there.context)
        assert counted.get("sent", 0) + counted.get("uncertain", 0) == PEOPLE
