"""Prints a key and a self-signed certificate for whatever ends in `.example`, as PEM: for one run of the tests."""

import datetime

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

key = ec.generate_private_key(ec.SECP256R1())
name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "tests")])
now = datetime.datetime.now(datetime.timezone.utc)
names = [x509.DNSName(host) for host in ("*.example", "*.app.example")]
certificate = (
    x509.CertificateBuilder()
    .subject_name(name)
    .issuer_name(name)
    .public_key(key.public_key())
    .serial_number(x509.random_serial_number())
    .not_valid_before(now - datetime.timedelta(hours=1))
    .not_valid_after(now + datetime.timedelta(days=1))
    .add_extension(x509.SubjectAlternativeName(names), critical=False)
    .sign(key, hashes.SHA256())
)
pem = serialization.Encoding.PEM
form = serialization.PrivateFormat.PKCS8
print(key.private_bytes(pem, form, serialization.NoEncryption()).decode(), end="")
print(certificate.public_bytes(pem).decode(), end="")
