"""What every use-case is given: the store, the clock, a source of keys, the secrets and whose room it is."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from opendoors_desktop.engine.clock import Clock
from opendoors_desktop.store.database import Store
from opendoors_desktop.store.secrets import Secrets
from opendoors_desktop.store.tenancy import Scope


@dataclass(frozen=True, slots=True)
class Context:
    """The parts a command or the scheduler works with; built once by the composition root.

    `new_id` gives time-ordered keys; `scope` names customer, workspace and user; `data_dir` is where this machine keeps
    what doesn't belong into the store (its sending switch, logs, backups).
    """

    store: Store
    clock: Clock
    new_id: Callable[[], UUID]
    scope: Scope
    secrets: Secrets
    data_dir: Path
