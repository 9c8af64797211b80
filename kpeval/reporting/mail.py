"""Who hears by e-mail that a report failed, recovered or changed? Nobody hears that nothing happened.

The server is told by the environment: KPEVAL_SMTP_HOST, _PORT, _USER, _PASSWORD, _SECURITY (starttls, tls, none) and
KPEVAL_MAIL_FROM. The password stands in no message, page or log, and crosses no wire in the clear.
"""

from __future__ import annotations

import os
import re
import smtplib
import ssl
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from email.message import EmailMessage
from email.utils import make_msgid
from ipaddress import ip_address
from typing import NamedTuple

import pandas as pd

from kpeval.present.language import Language, language
from kpeval.reporting.asked import Report
from kpeval.reporting.wanted import ADDRESS

PORTS = {"starttls": 587, "tls": 465, "none": 25}
PATIENCE = 30.0  # seconds; for each answer of the server
LONGEST = 500  # characters of a cause or of a server's answer
STATES = ("failed", "recovered", "changed")  # in the order in which they are told


class Change(NamedTuple):
    """What became of a report that somebody wants to hear of."""

    report: Report
    what: str  # failed, recovered, changed
    cause: str  # in plain words, without a value of the data; "" if none


@dataclass(frozen=True)
class Server:
    """The mail server, and as whom to write."""

    host: str
    port: int
    security: str
    sender: str
    user: str
    password: str = field(repr=False)


def tell(
    changes: Mapping[str, list[Change]],
    *,
    lang: Mapping[str, str],
    catalogue: str,
    now: datetime,
    sent: Callable[[str], None],
) -> list[str]:
    """Writes one mail to each address that has changes, in its language; what could not be sent, in words.

    `sent` is called with each address whose mail the server has taken; `catalogue` is where all reports are listed. A
    server that refuses, hangs or is not there raises nothing: the reports are made, and the caller says that nobody was
    told.
    """
    letters = {address: told for address, told in changes.items() if told}
    if not letters:
        return []
    server, faults = _server(os.environ)
    if server is None:
        return [f"no mail was sent: {fault}" for fault in faults]
    try:
        with _connection(server) as smtp:
            for address, told in letters.items():
                try:
                    letter = _letter(told, language(lang[address]), catalogue)
                    smtp.send_message(_addressed(letter, server.sender, address, now), server.sender, [address])
                except (OSError, ValueError) as error:
                    faults.append(f"no mail was sent to {address!r}: {_cause(error)}")
                else:
                    sent(address)
    except (OSError, UnicodeError) as error:
        faults.append(f"no mail was sent: {server.host}:{server.port}: {_cause(error)}")
    return faults


# --- the letter ---


def _letter(changes: list[Change], words: Language, catalogue: str) -> EmailMessage:
    """Its subject counts what happened, its text lists it; nothing but counts stands in a header."""
    of = {state: [change for change in changes if change.what == state] for state in STATES}
    counts = {
        "failed": words.count("{count} report failed", "{count} reports failed", len(of["failed"])),
        "recovered": words.count("{count} report recovered", "{count} reports recovered", len(of["recovered"])),
        "changed": words.count("{count} report changed", "{count} reports changed", len(of["changed"])),
    }
    explained = {
        "failed": words.say("The last good page of each stays where it was."),
        "recovered": words.say("Each had failed before and has a new page now."),
        "changed": words.say("What each shows is not what it showed before."),
    }
    happened = [state for state in STATES if of[state]]
    paragraphs = [
        "\n".join([f"{counts[state]}. {explained[state]}", *(_line(change, words) for change in of[state])])
        for state in happened
    ]
    letter = EmailMessage()
    letter["Subject"] = "kpeval: " + ", ".join(counts[state] for state in happened)
    paragraphs.append(words.say("All reports are listed in {catalogue}", catalogue=catalogue))
    letter.set_content("\n\n".join(paragraphs) + "\n", cte="quoted-printable")
    return letter


def _line(change: Change, words: Language) -> str:
    report = change.report
    said = f"- {report.project}, {words.day(pd.Timestamp(report.as_of))}, {report.notebook} ({report.lang})"
    return f"{said}: {_plain(change.cause)}" if change.cause else said


def _addressed(letter: EmailMessage, sender: str, address: str, now: datetime) -> EmailMessage:
    if not ADDRESS.fullmatch(address):
        raise ValueError("that is no e-mail address")
    letter["From"], letter["To"], letter["Date"] = sender, address, now
    letter["Message-ID"] = make_msgid(domain=sender.partition("@")[2])
    letter["Auto-Submitted"] = "auto-generated"  # so that nobody's holiday notice answers it
    return letter


# --- the server ---


def _server(told: Mapping[str, str]) -> tuple[Server | None, list[str]]:
    """The server that the environment tells, or all that is wrong with it."""
    host, user = told.get("KPEVAL_SMTP_HOST", ""), told.get("KPEVAL_SMTP_USER", "")
    if not host:
        return None, ["set KPEVAL_SMTP_HOST (and _USER, _PASSWORD, KPEVAL_MAIL_FROM) to the mail server"]
    password = told.get("KPEVAL_SMTP_PASSWORD", "")
    security = told.get("KPEVAL_SMTP_SECURITY", "") or ("starttls" if password else "none")
    port = told.get("KPEVAL_SMTP_PORT", "") or str(PORTS.get(security, ""))
    sender = told.get("KPEVAL_MAIL_FROM", "") or user
    clear = bool(password) and security == "none" and not _is_loopback(host)
    wrong = {
        f"KPEVAL_SMTP_SECURITY must be one of {', '.join(PORTS)}": security not in PORTS,
        "KPEVAL_SMTP_PORT must be a number up to 65535": bool(port) and not re.fullmatch("[0-9]{1,5}", port),
        "KPEVAL_SMTP_USER and KPEVAL_SMTP_PASSWORD must go together": bool(user) != bool(password),
        "KPEVAL_MAIL_FROM must be an address like kpeval@example.org": not ADDRESS.fullmatch(sender),
        "KPEVAL_SMTP_SECURITY must be starttls or tls, for a password is not sent in the clear": clear,
    }
    faults = [fault for fault, found in wrong.items() if found]
    return (None, faults) if faults else (Server(host, int(port), security, sender, user, password), [])


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


@contextmanager
def _connection(server: Server) -> Iterator[smtplib.SMTP]:
    """A session with the server, its certificate checked, logged in where there is a user."""
    trust = ssl.create_default_context()
    if server.security == "tls":
        smtp: smtplib.SMTP = smtplib.SMTP_SSL(server.host, server.port, timeout=PATIENCE, context=trust)
    else:
        smtp = smtplib.SMTP(server.host, server.port, timeout=PATIENCE)
    try:
        if server.security == "starttls":
            smtp.starttls(context=trust)
        if server.password:
            smtp.login(server.user, server.password)
        yield smtp
        with suppress(OSError):  # the mails are sent; how the server says goodbye is no matter
            smtp.quit()
    finally:
        smtp.close()


def _cause(error: Exception) -> str:
    """What went wrong, in one line; of a refused login the code only, for a server may repeat what it was told."""
    if isinstance(error, smtplib.SMTPAuthenticationError):
        return f"the server does not accept KPEVAL_SMTP_USER with KPEVAL_SMTP_PASSWORD ({error.smtp_code})"
    if isinstance(error, UnicodeError):
        return "KPEVAL_SMTP_USER or KPEVAL_SMTP_PASSWORD has a letter that this server cannot take"
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code, answer = next(iter(error.recipients.values()))
        return f"the server refuses it: {code} {_plain(answer)}"
    if isinstance(error, smtplib.SMTPResponseException):
        return f"the server refuses: {error.smtp_code} {_plain(error.smtp_error)}"
    if isinstance(error, TimeoutError) or isinstance(error.__context__, TimeoutError):
        return f"no answer within {PATIENCE:g} s"
    if isinstance(error, smtplib.SMTPServerDisconnected):
        return "the server hung up"
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"its certificate is not trusted: {error.verify_message}"
    return _plain(getattr(error, "strerror", None) or str(error))


def _plain(said: str | bytes) -> str:
    """One line without control characters, of bounded length."""
    text = said.decode(errors="replace") if isinstance(said, bytes) else said
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())[:LONGEST]
