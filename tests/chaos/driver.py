"""Schedulers in processes of their own, to be killed: forked from one that has imported everything already.

Each line on standard input asks for one, as `[store, folder, fault]` in JSON; its process id and then its exit status
(negative: the signal that ended it) come back as lines on standard output. With arguments it is one scheduler itself.
"""

import asyncio
import importlib
import json
import os
import sys
from pathlib import Path

import opendoors_desktop.mail.faults
from opendoors_desktop.engine.clock import RealClock, id_source
from opendoors_desktop.engine.context import Context
from opendoors_desktop.engine.loop import RunMode, Scheduler, SchedulerOptions
from opendoors_desktop.store.database import Store
from opendoors_desktop.store.secrets import MemorySecrets
from opendoors_desktop.store.tenancy import find_scope


def send(url: str, folder: str) -> None:
    """Send until nothing is due."""
    store = Store.open(url, create=False)
    clock = RealClock()
    with store.read() as unit:
        scope = find_scope(unit)
    assert scope is not None
    context = Context(store, clock, id_source(clock), scope, MemorySecrets(), Path(folder))
    asyncio.run(Scheduler(context, SchedulerOptions(mode=RunMode.UNTIL_IDLE)).run())
    store.close()


def serve() -> None:
    """Fork a scheduler for each line."""
    for line in sys.stdin:
        url, folder, fault = json.loads(line)
        pid = os.fork()
        if pid == 0:
            status = 1
            try:
                os.environ["OPENDOORS_FAULT"] = fault
                importlib.reload(opendoors_desktop.mail.faults)
                send(url, folder)
                status = 0
            finally:
                sys.stderr.flush()
                os._exit(status)
        print(pid, flush=True)
        print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), flush=True)


if __name__ == "__main__":
    if sys.argv[1:]:
        send(*sys.argv[1:])
    else:
        serve()
