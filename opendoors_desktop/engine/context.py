"""What every use-case is given: the store, the clock, a source of keys, the secrets and whose room it is."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID

from opendoors_desktop.engine.access_tokens import AccessTokens
from opendoors_desktop.engine.clock import Clock
from opendoors_desktop.store.database import Store
from opendoors_desktop.store.secrets import Secrets
from opendoors_desktop.store.tenancy import Scope


@dataclass(frozen=True, slots=True)
class Context:
    """The parts a command or the scheduler works with; built once by the composition root.

    `new_id` gives time-ordered keys; `scope` names customer, workspace and user; `data_dir` is where this machine keeps
    what doesn't belong into the store (its sending switch, logs, backups). `tokens` are the access tokens of mailboxes
    that sign in at their host's page, shared by all who send and read.
    """

    store: Store
    clock: Clock
    new_id: Callable[[], UUID]
    scope: Scope
    secrets: Secrets
    data_dir: Path
    tokens: AccessTokens = field(init=False)

    def __post_init__(self) -> None:
        """Begin with no token."""
        object.__setattr__(self, "tokens", AccessTokens(self.secrets, self.clock.now))
