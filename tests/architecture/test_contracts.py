"""The contracts of pyproject.toml hold, and each library stays in its home."""

import subprocess
import sys

import pytest

from tests.architecture.source import PACKAGE, ROOT, imports, modules, name_of, within

STORE, MAIL, DOMAIN = "opendoors_desktop.store", "opendoors_desktop.mail", "opendoors_desktop.domain"
ENGINE, CLI, CONFIG = "opendoors_desktop.engine", "opendoors_desktop.cli", "opendoors_desktop.config"
GUI, API = "opendoors_desktop.gui", "opendoors_desktop.api"

HOMES = {
    "PySide6": (GUI,),
    "aiosmtpd": (f"{ENGINE}.demo", f"{CLI}.demo"),
    "aiosmtplib": (MAIL,),
    "alembic": (STORE,),
    "anyio": (API,),
    "authlib": (f"{MAIL}.oauth",),
    "charset_normalizer": (MAIL, ENGINE),
    "cryptography": (f"{STORE}.secret_files",),
    "dogpile": (f"{STORE}.cache", f"{STORE}.redis_backend"),
    "email_validator": (ENGINE,),
    "fastapi": (API,),
    "flufl": (f"{MAIL}.known_formats",),
    "holidays": (ENGINE,),
    "httpx2": (f"{MAIL}.oauth",),
    "idna": (DOMAIN, MAIL),
    "imapclient": (f"{MAIL}.imap", f"{MAIL}.imap_client"),
    "imaplib": (MAIL,),
    "inscriptis": (MAIL,),
    "jinja2": (MAIL,),
    "keyring": (f"{STORE}.secrets",),
    "lxml": (MAIL,),
    "markupsafe": (MAIL,),
    "msgspec": (MAIL, ENGINE, STORE, CLI, API),
    "nh3": (f"{MAIL}.shown_html",),
    "phonenumbers": (DOMAIN,),
    "platformdirs": (CONFIG,),
    "psycopg": (STORE,),
    "pydantic": (API,),
    "shiboken6": (GUI,),
    "smtplib": (MAIL,),
    "sqlalchemy": (STORE,),
    "sqlite3": (STORE,),
    "starlette": (API,),
    "typer": (CLI,),
    "tzdata": (ENGINE,),
    "tzlocal": (ENGINE, CLI),
    "uvicorn": (API,),
}
"""Every library that isn't the standard one, with the rooms that may import it; and the standard ones with a home."""

DOMAIN_LIBRARIES = {"idna", "phonenumbers"}
WIRE_MODULES = ("dns", "imap", "oauth", "post", "redirect", "smtp", "transport", "wire", "worker")
"""How the modules of mail begin that may speak to a network; all others make and read messages without one."""

WIRE_LIBRARIES = (
    "aiosmtplib",
    "asyncio",
    "authlib",
    "http",
    "httpx2",
    "imapclient",
    "imaplib",
    "poplib",
    "select",
    "selectors",
    "smtplib",
    "socket",
    "ssl",
)
THREADS = ("threading.Thread", "threading.Timer", "concurrent.futures.ThreadPoolExecutor", "_thread.start_new_thread")


def test_the_contracts_of_the_floors_hold():
    code = "import sys; from importlinter.cli import lint_imports; sys.exit(lint_imports(no_cache=True))"

    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stdout[done.stdout.find("Contracts") :] + done.stderr


def test_every_library_stays_in_its_home():
    strays = []
    for path in modules("opendoors_desktop"):
        module = name_of(path)
        for line, name in imports(path):
            library = name.partition(".")[0]
            homes = HOMES.get(library)
            known = library in sys.stdlib_module_names or library == "opendoors_desktop"
            if (homes is None and not known) or (homes is not None and not within(module, *homes)):
                strays.append(f"{path.relative_to(ROOT)}:{line} imports {name}")
    assert strays == []


def test_the_domain_knows_two_libraries_and_no_other_room():
    strays = []
    for path in modules("opendoors_desktop/domain"):
        for line, name in imports(path):
            library = name.partition(".")[0]
            if library not in sys.stdlib_module_names | DOMAIN_LIBRARIES and not within(name, DOMAIN):
                strays.append(f"{path.relative_to(ROOT)}:{line} imports {name}")
    assert strays == []


def test_making_a_message_stays_off_the_wire():
    strays = []
    for path in modules("opendoors_desktop/mail"):
        if path.stem.startswith(WIRE_MODULES):
            continue
        for line, name in imports(path):
            own = name.removeprefix(f"{MAIL}.") if within(name, MAIL) else ""
            if within(name, *WIRE_LIBRARIES) or own.startswith(WIRE_MODULES):
                strays.append(f"{path.relative_to(ROOT)}:{line} imports {name}")
    assert strays == []


def test_no_query_loads_sqlalchemy():
    names = [name_of(path) for path in modules("opendoors_desktop/store/queries")]
    code = f"import sys, {', '.join(names)}; print([m for m in ('sqlalchemy', 'alembic') if m in sys.modules])"

    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize("name", ["opendoors_desktop", "opendoors_desktop.config", "opendoors_desktop.domain.errors"])
def test_the_first_imports_are_light(name):
    code = f"import sys, {name}; print([m for m in ('sqlalchemy', 'jinja2', 'typer', 'asyncio') if m in sys.modules])"

    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "[]"


def test_the_rooms_are_there():
    assert {"domain", "store", "mail", "engine", "cli", "gui", "api"} <= {
        path.name for path in PACKAGE.iterdir() if path.is_dir()
    }
