"""What holds for every test: the same chances, no network but loopback, nothing logged unseen, no thread left."""

import logging
import os
import sys
import threading
from collections.abc import Generator, Iterator
from datetime import timedelta
from pathlib import Path
from zlib import crc32

import pytest
from hypothesis import HealthCheck, settings

from tests.fakes.network import forbid_the_outside

pytest_plugins = ["tests.perfect_files", "tests.screenshots"]

settings.register_profile(
    "ci", derandomize=True, deadline=None, database=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile("quick", settings.get_profile("ci"), max_examples=10)
settings.register_profile("search", settings.get_profile("ci"), derandomize=False, max_examples=2000)
settings.load_profile(os.environ.get("OPENDOORS_TEST_PROFILE", "ci"))

for name in [key for key in os.environ if key.startswith("OPENDOORS_") and not key.startswith("OPENDOORS_TEST_")]:
    del os.environ[name]
os.environ["OPENDOORS_KEYRING"] = "tests.fakes.keyring.MemoryKeyring"
forbid_the_outside()

POSTGRES_EVERY = 8
"""One in so many tests of the usual kind, by the hash of its name, runs on Postgres as well as on a SQLite file."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--postgres` runs every test that has a store on Postgres too, which takes three times as long."""
    parser.addoption("--postgres", action="store_true", help="run each test that has a store on Postgres as well")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Give tests of the usual kind their databases."""
    if "database" in metafunc.fixturenames:
        databases = [pytest.param("sqlite")]
        is_of_a_file = metafunc.definition.get_closest_marker("sqlite") is not None
        is_chosen = crc32(metafunc.definition.nodeid.encode()) % POSTGRES_EVERY == 0
        if not is_of_a_file and (is_chosen or metafunc.config.getoption("--postgres")):
            databases.append(pytest.param("postgres", marks=pytest.mark.postgres))
        metafunc.parametrize("database", databases, indirect=True)


WATCHED_LOGGERS = ("opendoors_desktop", "asyncio")
JOIN_WITHIN = timedelta(seconds=3)


@pytest.fixture
def data_dir(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty data folder, which `OPENDOORS_DATA_DIR` names while the test runs."""
    folder = tmp_path / "data"
    folder.mkdir()
    monkeypatch.setenv("OPENDOORS_DATA_DIR", str(folder))
    return folder


class _Collector(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.seen: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep what the product or asyncio warned of."""
        if record.name.split(".")[0] in WATCHED_LOGGERS:
            self.seen.append(f"{record.levelname} {record.name}: {record.getMessage()}")


@pytest.fixture(autouse=True)
def _nothing_logged_unseen(request: pytest.FixtureRequest) -> Iterator[None]:
    """Fail a test that made the product warn, unless it looks at the log itself by asking for `caplog`."""
    collector = _Collector()
    root = logging.getLogger()
    root.addHandler(collector)
    yield
    root.removeHandler(collector)
    if collector.seen and "caplog" not in request.fixturenames:
        pytest.fail("warnings were logged that the test doesn't look at:\n" + "\n".join(collector.seen), pytrace=False)


@pytest.fixture(autouse=True)
def _no_thread_left() -> Iterator[None]:
    """Fail a test that leaves a thread behind; threads of wider fixtures were there before it."""
    before = set(threading.enumerate())
    yield
    left = [thread for thread in threading.enumerate() if thread not in before and not _is_of_qt(thread)]
    for thread in left:
        thread.join(JOIN_WITHIN.total_seconds())
    alive = [thread.name for thread in left if thread.is_alive()]
    if alive:
        pytest.fail(f"threads left running: {', '.join(alive)}", pytrace=False)


def _is_of_qt(thread: object) -> bool:
    """What Python keeps of a thread that it didn't start, for ever in older versions; Qt itself tells of one left."""
    return isinstance(thread, threading._DummyThread)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Have the tests of the window come last: what Qt leaves behind in a process is then nobody else's garbage."""
    items.sort(key=lambda item: item.nodeid.startswith("tests/gui/"))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Have what a test wrote and logged be text that can be sent on, whatever halves of characters it tried."""
    report = yield
    report.sections = [(title, text.encode(errors="backslashreplace").decode()) for title, text in report.sections]
    return report


@pytest.fixture(scope="session")
def repository() -> Path:
    """The folder that holds pyproject.toml."""
    return Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def python() -> str:
    """The interpreter for child processes: the one that runs the tests."""
    return sys.executable
