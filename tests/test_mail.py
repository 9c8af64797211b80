"""Who is to hear of a report hears of it by mail, once; trouble with mail is told, and nothing else comes of it."""

import shutil
import socket
import ssl
import subprocess
import threading
from datetime import datetime
from pathlib import Path
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest
from conftest import SECRET, Postbox, serving

from kpeval.reporting import mail
from kpeval.reporting.asked import Report
from kpeval.reporting.mail import Change, tell

pytestmark = pytest.mark.usefixtures("environment")
NOW = datetime(2026, 1, 5, 6, 0, tzinfo=ZoneInfo("Europe/Prague"))
FAILED = Change(Report("demo", "2023-12-31", "evaluation", "en"), "failed", "the kernel died")
RECOVERED = Change(Report("usti", "2006-12-31", "evaluation", "en"), "recovered", "")
CHANGED = Change(Report("ostrava", "2019-10-31", "evaluation", "cs"), "changed", "")


def told(changes: dict[str, list[Change]], lang: str = "en", sent: list[str] | None = None) -> list[str]:
    where = "/srv/reports/index.html"
    sent = [] if sent is None else sent
    return tell(changes, lang=dict.fromkeys(changes, lang), catalogue=where, now=NOW, sent=sent.append)


# --- the letter ---


def test_nothing_happened_and_nobody_hears_of_it():
    assert told({}) == []
    assert told({"a@example.org": []}) == []


def test_an_address_hears_of_all_its_reports_in_one_mail(box):
    assert told({"a@example.org": [CHANGED, FAILED, RECOVERED, FAILED._replace(cause="the disk is full")]}) == []

    [(people, letter)] = box.letters
    assert people == ["a@example.org"]
    assert letter["Subject"] == "kpeval: 2 reports failed, 1 report recovered, 1 report changed"
    assert letter.get_content().replace("\u00a0", " ").splitlines() == [
        "2 reports failed. The last good page of each stays where it was.",
        "- demo, 31 Dec 2023, evaluation (en): the kernel died",
        "- demo, 31 Dec 2023, evaluation (en): the disk is full",
        "",
        "1 report recovered. Each had failed before and has a new page now.",
        "- usti, 31 Dec 2006, evaluation (en)",
        "",
        "1 report changed. What each shows is not what it showed before.",
        "- ostrava, 31 Oct 2019, evaluation (cs)",
        "",
        "All reports are listed in /srv/reports/index.html",
    ]


def test_each_address_gets_its_own(box):
    assert told({"a@example.org": [FAILED], "b@example.org": [CHANGED]}) == []

    assert [(people, letter["To"], letter["Subject"]) for people, letter in box.letters] == [
        (["a@example.org"], "a@example.org", "kpeval: 1 report failed"),
        (["b@example.org"], "b@example.org", "kpeval: 1 report changed"),
    ]


def test_a_mail_is_dated_has_an_id_and_asks_for_no_answer(box):
    told({"a@example.org": [FAILED]})

    [(_, letter)] = box.letters
    assert letter["From"] == "kpeval@example.org"
    assert letter["Date"] == "Mon, 05 Jan 2026 06:00:00 +0100"
    assert letter["Message-ID"].endswith("@example.org>")
    assert letter["Auto-Submitted"] == "auto-generated"
    assert letter.get_content_type() == "text/plain"
    assert letter.get_content_charset() == "utf-8"


def test_letters_beyond_ascii_arrive_through_a_server_that_knows_ascii_only(box):
    told({"a@example.org": [FAILED._replace(cause="příliš žluťoučký")]})

    [(_, letter)] = box.letters
    assert "příliš žluťoučký" in letter.get_content()
    assert letter["Content-Transfer-Encoding"] == "quoted-printable"


@pytest.mark.parametrize(
    "cause", ["a\r\nBcc: x@example.org\r\n\r\nb", "a\n.\nQUIT", "a\x00\x1b[31m\u2028b", "x " * 9999]
)
def test_a_cause_stays_one_line_of_the_text(box, cause):
    told({"a@example.org": [FAILED._replace(cause=cause)]})

    [(people, letter)] = box.letters
    line = letter.get_content().splitlines()[1]
    assert people == ["a@example.org"]
    assert letter["Bcc"] is None
    assert len(letter.get_content().splitlines()) == 4
    assert line.isprintable() or "\u00a0" in line
    assert len(line) < 600


@pytest.mark.parametrize("address", ["a@example.org\nBcc: b@example.org", "a@example.org, b@example.org", ""])
def test_what_is_no_address_gets_no_mail_and_the_others_do(box, address):
    faults = told({address: [FAILED], "c@example.org": [FAILED]})

    assert faults == [f"no mail was sent to {address!r}: that is no e-mail address"]
    assert [people for people, _ in box.letters] == [["c@example.org"]]


# --- the server's troubles ---


def test_one_who_is_refused_is_told_and_the_others_get_theirs(box):
    faults = told({"gone@example.org": [FAILED], "b@example.org": [FAILED]})

    assert faults == ["no mail was sent to 'gone@example.org': the server refuses it: 550 5.1.1 no such person"]
    assert [people for people, _ in box.letters] == [["b@example.org"]]


@pytest.mark.usefixtures("box")
def test_only_those_whose_mail_was_taken_count_as_told():
    sent = []

    told({"a@example.org": [FAILED], "gone@example.org": [FAILED], "b@example.org": [FAILED]}, sent=sent)

    assert sent == ["a@example.org", "b@example.org"]


def test_a_server_that_is_down_is_told(environment):
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    environment(host="127.0.0.1", port=port)

    assert told({"a@example.org": [FAILED]}) == [f"no mail was sent: 127.0.0.1:{port}: Connection refused"]


def test_a_server_that_says_nothing_is_given_up(environment, monkeypatch):
    monkeypatch.setattr(mail, "PATIENCE", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        environment(host="127.0.0.1", port=port)

        assert told({"a@example.org": [FAILED]}) == [f"no mail was sent: 127.0.0.1:{port}: no answer within 0.2 s"]


@pytest.mark.parametrize(
    ("last", "first", "second"),
    [
        (b"", "no answer within 0.3 s", "the server hung up"),
        (b"421 busy\r\n", "the server refuses: 421 busy", "the server hung up"),
    ],
    ids=["silent", "busy"],
)
def test_a_server_that_fails_halfway_costs_each_mail_one_line(environment, monkeypatch, last, first, second):
    monkeypatch.setattr(mail, "PATIENCE", 0.3)

    def talk() -> None:
        link, _ = server.accept()
        with link:
            link.sendall(b"220 hello\r\n")
            link.recv(999)
            link.sendall(b"250 hello\r\n")
            link.recv(999)
            link.sendall(last)
            over.wait(5)

    over = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as server:
        talking = threading.Thread(target=talk)
        talking.start()
        environment(host="127.0.0.1", port=server.getsockname()[1])

        faults = told({"a@example.org": [FAILED], "b@example.org": [FAILED]})

        over.set()
        talking.join()
    assert faults == [
        f"no mail was sent to 'a@example.org': {first}",
        f"no mail was sent to 'b@example.org': {second}",
    ]


def test_a_host_that_does_not_exist_is_told(environment):
    environment(host="mail.invalid")

    [fault] = told({"a@example.org": [FAILED]})
    assert fault.startswith("no mail was sent: mail.invalid:25: ")


# --- what is told of the server ---


def test_without_a_server_the_remedy_is_told():
    [fault] = told({"a@example.org": [FAILED]})

    assert "set KPEVAL_SMTP_HOST" in fault


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"security": "ssl"}, "KPEVAL_SMTP_SECURITY must be one of starttls, tls, none"),
        ({"port": "smtp"}, "KPEVAL_SMTP_PORT must be a number"),
        ({"user": "me@example.org"}, "KPEVAL_SMTP_USER and KPEVAL_SMTP_PASSWORD must go together"),
        ({"password": SECRET}, "KPEVAL_SMTP_USER and KPEVAL_SMTP_PASSWORD must go together"),
        ({"user": "me", "password": SECRET, "security": "none"}, "a password is not sent in the clear"),
    ],
)
def test_what_does_not_fit_is_told_and_no_server_is_asked(environment, values, said):
    environment(host="mail.example.org", **values)

    [fault] = told({"a@example.org": [FAILED]})
    assert said in fault
    assert SECRET not in fault


def test_all_that_does_not_fit_is_told_at_once(environment, monkeypatch):
    monkeypatch.setenv("KPEVAL_MAIL_FROM", "kpeval")
    environment(host="mail.example.org", security="ssl", port="x", user="me")

    assert len(told({"a@example.org": [FAILED]})) == 4


def test_the_user_is_the_sender_where_none_is_told(box, environment, monkeypatch):
    monkeypatch.delenv("KPEVAL_MAIL_FROM")
    assert "KPEVAL_MAIL_FROM must be an address" in told({"a@example.org": [FAILED]})[0]
    assert (
        mail._server({"KPEVAL_SMTP_HOST": "h", "KPEVAL_SMTP_USER": "a@b.cz", "KPEVAL_SMTP_PASSWORD": "x"})[0].sender
        == "a@b.cz"
    )


@pytest.mark.parametrize(
    ("told", "meant"),
    [
        ({}, ("none", 25)),
        ({"USER": "me", "PASSWORD": SECRET}, ("starttls", 587)),
        ({"USER": "me", "PASSWORD": SECRET, "SECURITY": "tls"}, ("tls", 465)),
        ({"SECURITY": "starttls", "PORT": "2525"}, ("starttls", 2525)),
    ],
)
def test_port_and_security_have_defaults(told, meant):
    values = {f"KPEVAL_SMTP_{name}": value for name, value in told.items()}

    server, _ = mail._server({"KPEVAL_SMTP_HOST": "h", "KPEVAL_MAIL_FROM": "a@b.cz", **values})

    assert (server.security, server.port) == meant


def test_the_secret_is_not_in_what_is_shown_of_a_server():
    assert SECRET not in repr(mail.Server("h", 25, "none", "a@b.cz", "me", SECRET))


# --- encrypted, and logged in ---


@pytest.fixture(scope="session")
def certificate(tmp_path_factory) -> SimpleNamespace:
    """A certificate for localhost that nobody has signed, and the server's side of TLS with it."""
    openssl = shutil.which("openssl")
    if not openssl:
        pytest.skip("there is no openssl here to make a certificate")
    folder = tmp_path_factory.mktemp("certificate")
    key, file = folder / "key.pem", folder / "certificate.pem"
    made = ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost"]
    names = ["-addext", "subjectAltName=DNS:localhost", "-keyout", key, "-out", file]
    subprocess.run([openssl, *made, *names], check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file, key)
    return SimpleNamespace(file=file, context=context)


@pytest.fixture
def trusted(certificate, monkeypatch) -> Path:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate.file))
    return certificate.file


@pytest.fixture
def starttls(certificate, environment):
    """What a server takes in that wants STARTTLS, then a login."""
    box = Postbox()
    with serving(
        box, tls_context=certificate.context, require_starttls=True, auth_required=True, authenticator=box.login
    ) as port:
        environment(host="localhost", port=port, user="me", password=SECRET)
        yield box


@pytest.mark.usefixtures("trusted")
def test_with_a_password_the_link_is_encrypted_first(starttls):
    assert told({"a@example.org": [FAILED]}) == []
    assert starttls.logins == [(b"me", SECRET.encode())]
    assert len(starttls.letters) == 1


def test_a_certificate_that_is_not_trusted_ends_it_before_the_password(starttls):
    [fault] = told({"a@example.org": [FAILED]})

    assert "its certificate is not trusted: self-signed certificate" in fault.replace("self signed", "self-signed")
    assert starttls.logins == []


@pytest.mark.usefixtures("trusted")
def test_a_certificate_for_another_host_ends_it_before_the_password(starttls, environment):
    environment(host="127.0.0.1")

    [fault] = told({"a@example.org": [FAILED]})
    assert "its certificate is not trusted" in fault
    assert starttls.logins == []


@pytest.mark.usefixtures("trusted")
def test_a_refused_password_is_told_and_not_shown(starttls, environment):
    environment(password=SECRET[::-1])

    [fault] = told({"a@example.org": [FAILED]})

    assert "the server does not accept KPEVAL_SMTP_USER with KPEVAL_SMTP_PASSWORD (535)" in fault
    assert SECRET[::-1] not in fault
    assert starttls.letters == []


@pytest.mark.usefixtures("trusted")
def test_a_password_that_the_server_cannot_take_is_told_and_not_shown(starttls, environment):
    environment(password=f"{SECRET}šifra")

    [fault] = told({"a@example.org": [FAILED]})
    assert "has a letter that this server cannot take" in fault
    assert "šifra" not in fault


def test_a_server_without_starttls_gets_no_password(environment):
    box = Postbox()
    with serving(box, auth_require_tls=False, authenticator=box.login) as port:
        environment(host="127.0.0.1", port=port, user="me", password=SECRET)
        faults = told({"a@example.org": [FAILED]})

    assert faults == [f"no mail was sent: 127.0.0.1:{port}: STARTTLS extension not supported by server."]
    assert box.logins == []


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_on_this_machine_itself_a_password_may_go_unencrypted(environment, host):
    box = Postbox()
    with serving(box, auth_require_tls=False, authenticator=box.login) as port:
        environment(host=host, port=port, user="me", password=SECRET, security="none")
        assert told({"a@example.org": [FAILED]}) == []

    assert box.logins == [(b"me", SECRET.encode())]


@pytest.mark.usefixtures("trusted")
def test_a_server_may_be_encrypted_from_the_first_byte(certificate, environment):
    box = Postbox()
    with serving(box, ssl_context=certificate.context) as port:
        environment(host="localhost", port=port, security="tls")
        assert told({"a@example.org": [FAILED]}) == []

    assert len(box.letters) == 1
