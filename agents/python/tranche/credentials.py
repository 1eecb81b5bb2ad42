"""The certificates by which a program proves over TCP whom it plays, and knows its broker.

They are a folder with three files in PEM form, as `tranche cert` makes it for each agent (docs/security.md):

    ca.crt    certificate of the run's authority: whom to believe
    tls.crt   our own certificate
    tls.key   its private key; nobody but us may read it
"""

from __future__ import annotations

import re
import socket
import ssl
import stat
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote

import grpc

#: The host name that every broker's certificate carries, whatever machine it runs on.
BROKER_HOST_NAME = "broker.tranche.internal"

_AGENT_URI = re.compile(
    rb"tranche://run/[A-Za-z0-9%._~-]+/agent/([A-Za-z0-9%._~-]+)\?role=(?:lab|cloud|investor|regulator)"
)


class CredentialsError(Exception):
    """A folder of certificates that can't be used; the text names the file and says what to do."""


class WrongBroker(Exception):
    """Somebody answers at the broker's address, but not in a way that a session can begin."""


@dataclass(frozen=True)
class Credentials:
    """What a folder of certificates holds."""

    folder: str
    authority: bytes
    certificate: bytes
    key: bytes
    #: Whom the certificate names; the broker lets it play no others.
    agents: tuple[str, ...]

    @staticmethod
    def load(folder: str) -> Credentials:
        """Reads a folder. Raises CredentialsError."""
        authority, certificate, key = (
            _read(Path(folder) / name) for name in ("ca.crt", "tls.crt", "tls.key")
        )
        if (Path(folder) / "tls.key").stat().st_mode & stat.S_IRWXO:
            raise CredentialsError(
                f"everybody on this machine can read the private key {folder}/tls.key: chmod 600 it"
            )
        credentials = Credentials(folder, authority, certificate, key, _agents_in(certificate))
        credentials.tls_context()
        return credentials

    def tls_context(self) -> ssl.SSLContext:
        """For a TLS connection to the broker. Raises CredentialsError."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.set_alpn_protocols(["h2"])
        try:
            context.load_verify_locations(cadata=self.authority.decode("ascii", "replace"))
        except ssl.SSLError as error:
            raise CredentialsError(f"{self.folder}/ca.crt holds no certificate: {error}") from error
        try:
            context.load_cert_chain(f"{self.folder}/tls.crt", f"{self.folder}/tls.key", password="")
        except ssl.SSLError as error:
            raise CredentialsError(
                f"{self.folder}/tls.crt and tls.key aren't a certificate and its key; the folder's "
                f"files must be copied together: {error}"
            ) from error
        return context

    def channel_credentials(self) -> grpc.ChannelCredentials:
        """For a gRPC channel to the broker."""
        return grpc.ssl_channel_credentials(self.authority, self.key, self.certificate)


def diagnose(address: str, credentials: Credentials, timeout_seconds: float) -> None:
    """Shakes hands with the broker at HOST:PORT, to find out what gRPC doesn't tell.

    Raises WrongBroker if there can't be a session: another run's broker, one without TLS, or one that
    doesn't take our certificate. Returns if there can, or if nobody answers: a broker may yet come.
    """
    host, _, port = address.rpartition(":")
    context = credentials.tls_context()
    try:
        with socket.create_connection((host.strip("[]"), int(port)), timeout_seconds) as plain:
            with context.wrap_socket(plain, server_hostname=BROKER_HOST_NAME) as secure:
                # Only what follows the handshake says whether our certificate has been taken.
                secure.recv(1)
    except ssl.SSLCertVerificationError as error:
        raise WrongBroker(
            f"{address} isn't the broker of the run that {credentials.folder} belongs to: "
            f"{error.verify_message}"
        ) from error
    except ssl.SSLError as error:
        reason = (error.reason or str(error)).replace("_", " ").lower()
        if "alert" in reason:
            raise WrongBroker(
                f"the broker at {address} doesn't take the certificate in {credentials.folder}: {reason}"
            ) from error
        if "wrong version" in reason or "http request" in reason or "record layer" in reason:
            raise WrongBroker(f"{address} doesn't speak TLS: is that the broker's port?") from error
    except OSError:
        pass


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise CredentialsError(
            f"cannot read {path}: {error.strerror}; an identity is a folder with ca.crt, tls.crt and "
            "tls.key, as tranche cert makes it"
        ) from error


def _agents_in(certificate: bytes) -> tuple[str, ...]:
    """Whom a certificate names, to know what to ask for: the broker is who checks it.

    Names stand in it as URIs of plain ASCII (identity/identity.h), so that they can be found without
    reading its structure, for which Python's library has no public means.
    """
    try:
        encoded = ssl.PEM_cert_to_DER_cert(certificate.decode("ascii", "replace").strip())
    except ValueError:
        return ()
    return tuple(unquote(name.decode()) for name in _AGENT_URI.findall(encoded))
