"""Certificates and keys that tests make for themselves."""

import base64
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, NoEncryption, PrivateFormat

#: What lies long enough before and behind any test.
YEAR = timedelta(days=365)


@dataclass(frozen=True)
class Pair:
    """A certificate and its key."""

    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey

    @property
    def pem(self):
        return self.certificate.public_bytes(Encoding.PEM)

    def key_pem(self, passphrase=b""):
        """The key, encrypted if there is a passphrase."""
        how = BestAvailableEncryption(passphrase) if passphrase else NoEncryption()
        return self.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, how)

    def write(self, folder, *issuers):
        """Put it into a folder as the reverse proxy wants it, with the certificates of its issuers behind it."""
        folder.mkdir(exist_ok=True)
        (folder / "fullchain.pem").write_bytes(b"".join(pair.pem for pair in (self, *issuers)))
        key = folder / "privkey.pem"
        key.touch(0o600)
        key.write_bytes(self.key_pem())


def issue(name, issuer=None, *, hosts=(), first=None, last=None):
    """A pair that is signed by another one's key, or by its own.

    Args:
        name: whose it is.
        issuer: a pair, or None.
        hosts: the names that it is for; of an authority there are none.
        first, last: from when to when it is valid; a year around now.
    """
    key = ec.generate_private_key(ec.SECP256R1())
    subject, now = _name(name), datetime.now(UTC)
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer.certificate.subject if issuer else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(first or now - YEAR / 2)
        .not_valid_after(last or now + YEAR / 2)
        .add_extension(x509.BasicConstraints(ca=not hosts, path_length=None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )
    signer = issuer.key if issuer else key
    identifier = x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key())
    builder = builder.add_extension(identifier, critical=False)
    if hosts:
        names = x509.SubjectAlternativeName([x509.DNSName(host) for host in hosts])
        builder = builder.add_extension(names, critical=False)
    return Pair(builder.sign(signer, hashes.SHA256()), key)


def _name(name):
    return x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])


def as_pem(der):
    """The bytes of a certificate in PEM."""
    return b"-----BEGIN CERTIFICATE-----\n" + base64.encodebytes(der) + b"-----END CERTIFICATE-----\n"
