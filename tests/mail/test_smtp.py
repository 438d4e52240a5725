"""Getting a session: TLS is verified before anything secret leaves, and a failure says where and why."""

import asyncio
import socket

import pytest

from opendoors_desktop.mail.frames import SmtpFailure, SmtpSettings
from opendoors_desktop.mail.smtp import ConnectError, Login
from opendoors_desktop.mail.wire import tls_context
from tests.fixtures_smtp import Authority, free_port, greet, running_mail_host, running_sink, talking_server
from tests.mail.smtp_lines import line_to, mail, settings

SECRET = "hunter2-very-secret"


async def failure(given: SmtpSettings, secret: str = SECRET) -> SmtpFailure:
    with pytest.raises(ConnectError) as caught:
        await Login(given).log_in(secret)
    assert secret not in repr(caught.value.failure)
    return caught.value.failure


async def test_a_server_without_login_or_tls_on_loopback_is_reached():
    with running_sink() as sink:
        async with line_to(sink.port) as line:
            assert line.dialogue.is_idle


@pytest.mark.parametrize("implicit", [False, True])
async def test_a_password_goes_out_once_tls_is_verified(authority: Authority, implicit):
    async with running_mail_host(tls=authority.server("good"), implicit=implicit, login=True) as host:
        security = "tls" if implicit else "starttls"
        login = {"username": "ann@example.com", "auth": "password", "ca_file": authority.ca_file}
        async with line_to(host.port, "right", security=security, **login) as line:
            assert (await line.send(mail())).server_id == "TEST123"  # type: ignore[union-attr]

    assert host.logins == [("ann@example.com", "right")]
    assert b"right" not in host.seen if not implicit else host.taken


@pytest.mark.parametrize("implicit", [False, True])
@pytest.mark.parametrize(
    "kind,says",
    [("expired", "expired"), ("wrong_name", "127.0.0.1"), ("self_signed", "self")],
)
async def test_fault_11_a_certificate_that_cannot_be_trusted_ends_it_before_the_password(
    authority: Authority, kind, says, implicit
):
    async with running_mail_host(tls=authority.server(kind), implicit=implicit, login=True) as host:
        given = settings(
            host.port, security="tls" if implicit else "starttls", auth="password", ca_file=authority.ca_file
        )
        found = await failure(given)

    assert (found.phase, found.cause) == ("starttls", "tls")
    assert says in found.text
    assert host.logins == []
    assert SECRET.encode() not in host.seen


async def test_fault_11_the_systems_authorities_do_not_know_the_tests_own(authority: Authority):
    async with running_mail_host(tls=authority.server("good"), login=True) as host:
        found = await failure(settings(host.port, security="starttls", auth="password"))

    assert (found.cause, host.logins) == ("tls", [])


async def test_fault_11_a_server_stripped_of_starttls_gets_nothing():
    with running_sink() as sink:
        found = await failure(settings(sink.port, security="starttls", auth="password", username="ann"))

    assert (found.phase, found.cause) == ("starttls", "no_starttls")


async def test_fault_11_text_smuggled_in_behind_the_answer_to_starttls_is_not_believed(authority: Authority):
    tls = authority.server("good")

    async def talk(reader, writer):
        await greet(reader, writer, "STARTTLS")
        await reader.readline()
        writer.write(b"220 go ahead\r\n250-evil\r\n250 AUTH PLAIN\r\n")
        await writer.start_tls(tls)
        await greet_again(reader, writer)

    async def greet_again(reader, writer):
        await reader.readline()
        writer.write(b"250 mail.example.com\r\n")
        await reader.read()

    async with talking_server(talk) as port:
        found = await failure(settings(port, security="starttls", auth="password", ca_file=authority.ca_file))

    assert found.cause in ("no_auth", "tls", "closed")


async def test_fault_11_tls_where_none_is_spoken_is_told():
    with running_sink() as sink:
        found = await failure(settings(sink.port, security="tls", auth="password", connect_timeout=1.0))

    assert found.cause in ("tls", "timeout")


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "::1"])
async def test_without_encryption_only_loopback_is_reached(host):
    port = free_port()

    assert (await failure(settings(port, host=host))).cause in ("refused", "network")
    for outside in ("mail.example.com", "192.0.2.1"):
        assert (await failure(settings(port, host=outside))).cause == "plaintext"


async def test_fault_10_a_wrong_password_is_tried_once(authority: Authority):
    async with running_mail_host(tls=authority.server("good"), login=True) as host:
        given = settings(
            host.port, security="starttls", auth="password", username="ann@example.com", ca_file=authority.ca_file
        )
        found = await failure(given, "wrong")

    assert (found.phase, found.code, found.status, found.cause) == ("auth", 535, "5.7.8", "reply")
    assert host.logins == [("ann@example.com", "wrong")]


@pytest.mark.parametrize(
    "offered,expected",
    [
        ("PLAIN LOGIN", b"AUTH PLAIN AGFubgBodW50ZXIyLXZlcnktc2VjcmV0\r\n"),
        ("LOGIN", b"AUTH LOGIN YW5u\r\n"),
        ("CRAM-MD5", b"AUTH CRAM-MD5\r\n"),
    ],
)
async def test_one_way_of_logging_in_is_chosen(offered, expected):
    seen = []

    async def talk(reader, writer):
        await greet(reader, writer, f"AUTH {offered}")
        seen.append(await reader.readline())
        if not seen[0].startswith(b"AUTH PLAIN"):
            writer.write(b"334 PDEyM0BleGFtcGxlLmNvbT4=\r\n")
            await reader.readline()
        writer.write(b"535 5.7.8 no\r\n")

    async with talking_server(talk) as port:
        found = await failure(settings(port, auth="password", username="ann"))

    assert seen == [expected]
    assert (found.phase, found.code) == ("auth", 535)


async def test_a_token_is_given_by_xoauth2():
    seen = []

    async def talk(reader, writer):
        await greet(reader, writer, "AUTH XOAUTH2 PLAIN")
        seen.append(await reader.readline())
        writer.write(b"334 eyJzdGF0dXMiOiI0MDAifQ==\r\n")
        seen.append(await reader.readline())
        writer.write(b"535 5.7.8 token expired\r\n")

    async with talking_server(talk) as port:
        found = await failure(settings(port, auth="oauth", username="ann"), "a-token")

    assert seen[0].startswith(b"AUTH XOAUTH2 ")
    assert (found.code, found.text) == (535, "token expired")


@pytest.mark.parametrize(
    "auth,offered", [("oauth", "AUTH PLAIN"), ("password", "AUTH XOAUTH2"), ("password", "SIZE 1")]
)
async def test_a_server_without_our_way_of_logging_in_is_told(auth, offered):
    async def talk(reader, writer):
        await greet(reader, writer, offered)
        await reader.read()

    async with talking_server(talk) as port:
        assert (await failure(settings(port, auth=auth))).cause == "no_auth"


@pytest.mark.parametrize(
    "answer", [b"HTTP/1.1 400 Bad Request\r\nContent-Type: text/html\r\n\r\n<html>", b"<html><body>log in</body>\r\n"]
)
async def test_fault_29_a_captive_portal_is_not_a_mail_server(answer):
    async def talk(reader, writer):
        writer.write(answer)
        await reader.read()

    async with talking_server(talk) as port:
        found = await failure(settings(port))

    assert (found.phase, found.cause) == ("connect", "not_smtp")
    assert "is not a mail server" in found.text


async def test_T23_a_host_that_does_not_resolve_is_told():
    found = await failure(settings(25, host="nowhere.example.com", security="starttls"))

    assert (found.phase, found.cause) == ("connect", "dns")
    assert "nowhere.example.com" in found.text


async def test_T23_nobody_at_home_and_silence_are_told_apart():
    async def silent(reader, writer):
        await reader.read()

    async def gone(reader, writer):
        pass

    assert (await failure(settings(free_port()))).cause == "refused"
    async with talking_server(silent) as port:
        assert (await failure(settings(port, connect_timeout=0.2))).cause == "timeout"
    async with talking_server(gone) as port:
        assert (await failure(settings(port))).cause == "closed"


async def test_fault_06_421_at_connect_is_the_servers_word():
    with running_sink("-Q", "connect") as sink:
        found = await failure(settings(sink.port))

    assert (found.phase, found.code, found.cause) == ("connect", 421, "reply")


async def test_a_server_that_hangs_up_after_the_login_is_told():
    async def talk(reader, writer):
        await greet(reader, writer, "AUTH PLAIN")
        await reader.readline()
        writer.write(b"235 ok\r\n")
        writer.transport.abort()

    async with talking_server(talk) as port:
        assert (await failure(settings(port, auth="password", username="a"))).cause == "closed"


async def test_a_file_of_authorities_that_is_none_is_told(tmp_path):
    (tmp_path / "none.pem").write_text("nothing", encoding="utf-8")
    given = settings(free_port(), security="tls", auth="password", ca_file=str(tmp_path / "none.pem"))

    assert (await failure(given)).cause == "tls"
    assert (await failure(settings(1, security="tls", ca_file=str(tmp_path / "absent.pem")))).cause == "network"


def test_an_interpreter_without_authorities_takes_the_systems(monkeypatch, tmp_path, authority: Authority):
    class Nowhere:
        cafile = capath = None

    monkeypatch.setattr("ssl.get_default_verify_paths", Nowhere)
    monkeypatch.setattr("opendoors_desktop.mail.wire._CA_FILES", (str(tmp_path / "absent"), authority.ca_file))
    tls_context.cache_clear()

    assert tls_context(None).cert_store_stats()["x509_ca"] == 1
    monkeypatch.setattr("opendoors_desktop.mail.wire._CA_FILES", ())
    tls_context.cache_clear()
    assert tls_context(None).check_hostname
    tls_context.cache_clear()


async def test_an_overall_limit_holds_even_where_each_step_is_quick():
    async def slow(reader, writer):
        writer.write(b"220-still\r\n")
        while True:
            await asyncio.sleep(0.05)
            writer.write(b"220-here\r\n")
            await writer.drain()

    async with talking_server(slow) as port:
        assert (await failure(settings(port, connect_timeout=0.2))).cause == "timeout"


def test_a_port_is_free():
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", free_port())) != 0


async def test_a_good_token_logs_in():
    async def talk(reader, writer):
        await greet(reader, writer, "AUTH XOAUTH2")
        await reader.readline()
        writer.write(b"235 2.7.0 welcome\r\n")
        await reader.read()

    async with talking_server(talk) as port, line_to(port, "a-token", auth="oauth", username="ann") as line:
        assert line.dialogue.is_idle


async def test_the_next_address_of_a_host_is_tried_where_the_first_is_silent(monkeypatch):
    async def talk(reader, writer):
        await greet(reader, writer)
        await reader.read()

    loop = asyncio.get_running_loop()
    reached, connect = [], loop.sock_connect

    async def found(host, port, **_):
        kind = (socket.AF_INET, socket.SOCK_STREAM, 0, "")
        return [(*kind, ("127.0.0.2", port)), (*kind, ("127.0.0.1", port))]

    async def first_is_silent(wire, address):
        reached.append(address[0])
        await (asyncio.sleep(60) if address[0] == "127.0.0.2" else connect(wire, address))

    monkeypatch.setattr(loop, "getaddrinfo", found)
    monkeypatch.setattr(loop, "sock_connect", first_is_silent)
    async with talking_server(talk) as port, line_to(port, connect_timeout=0.4) as line:
        assert line.dialogue.is_idle
        assert reached == ["127.0.0.2", "127.0.0.1"]


async def test_giving_up_while_connecting_closes_the_socket(monkeypatch):
    loop = asyncio.get_running_loop()
    wires, begun = [], asyncio.Event()

    async def silent(wire, address):
        wires.append(wire)
        begun.set()
        await asyncio.sleep(60)

    monkeypatch.setattr(loop, "sock_connect", silent)
    task = asyncio.create_task(Login(settings(free_port())).log_in(""))
    await begun.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task

    assert wires[0].fileno() == -1


# Tokens ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("left_out", [[], ["OAUTHBEARER"]])
async def test_a_token_signs_in_by_the_standard_and_by_what_came_before_it(authority: Authority, left_out):
    async with running_mail_host(tls=authority.server("good"), login=True, auth_exclude_mechanism=left_out) as host:
        host.tokens["ann,o=x@example.com"] = "t" * 300
        login = {"username": "ann,o=x@example.com", "auth": "oauth", "ca_file": authority.ca_file}
        async with line_to(host.port, "t" * 300, security="starttls", **login) as line:
            assert line.dialogue.is_idle

    assert host.logins == [("ann,o=x@example.com", "t" * 300)]
    assert b"ttt" not in host.seen


@pytest.mark.parametrize("left_out", [[], ["OAUTHBEARER"]])
async def test_a_refused_token_is_a_refusal_to_sign_in_and_is_shown_once(authority: Authority, left_out):
    async with running_mail_host(tls=authority.server("good"), login=True, auth_exclude_mechanism=left_out) as host:
        found = await failure(
            settings(host.port, security="starttls", auth="oauth", username="ann", ca_file=authority.ca_file)
        )

    assert (found.phase, found.code, found.cause) == ("auth", 535, "reply")
    assert host.logins == [("ann", SECRET)]


async def test_a_server_that_takes_no_tokens_gets_none(authority: Authority):
    out = ["OAUTHBEARER", "XOAUTH2"]
    async with running_mail_host(tls=authority.server("good"), login=True, auth_exclude_mechanism=out) as host:
        found = await failure(settings(host.port, security="starttls", auth="oauth", ca_file=authority.ca_file))

    assert (found.cause, host.logins) == ("no_auth", [])
