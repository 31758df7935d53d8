"""Verifies Hallpass's tokens: signature, claims, and what the revocation log tells against them.

Python 3.11 and `cryptography` (Debian: python3-cryptography). Nothing is believed that could be read in two ways.
"""

import base64
import json
import math
import re
from dataclasses import dataclass, field

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

LONGEST_TOKEN = 8192
COMPACT = re.compile(r"([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]+)", re.ASCII)
ACCESS_TOKEN = re.compile(r"(application/)?at\+jwt", re.ASCII | re.IGNORECASE)
REFUSED_MEMBERS = ("crit", "b64", "zip", "jwk", "jku", "x5u", "x5c")
ALGORITHM_NAMES = {"EdDSA": ("EdDSA", "Ed25519"), "ES256": ("ES256",), "RS256": ("RS256",), "PS256": ("PS256",)}
SESSION_COUNTERS = ("gen", "sv", "dv", "sc", "cc")


class Refused(Exception):
    def __init__(self, code, reason):
        super().__init__(f"{code}: {reason}")
        self.code = code
        self.reason = reason


def invalid(reason):
    return Refused("invalid", reason)


class Verifier:
    """Accepts one issuer's access and service tokens for one audience."""

    def __init__(self, issuer, audience, jwks, maximum_lifetime=900, clock_tolerance=5):
        self.issuer = issuer
        self.audience = audience
        self.maximum_lifetime = maximum_lifetime
        self.clock_tolerance = clock_tolerance
        self.keys = {jwk["kid"]: Key(jwk) for jwk in jwks["keys"]}

    def verify(self, token, now, log=None):
        """The claims, or Refused. `now`: seconds since 1970. `log`: a RevocationLog; without it only `exp` ends a token."""
        claims, kid = self._authentic(token)
        self._check_claims(claims, now)
        if now >= claims["exp"]:
            raise Refused("expired", "exp has passed")
        if log is not None:
            log.check(claims, kid)
        return claims

    def _authentic(self, token):
        if len(token) > LONGEST_TOKEN:
            raise invalid("the token is longer than any we take")
        segments = COMPACT.fullmatch(token)
        if segments is None:
            raise invalid("the token is not three segments of base64url")
        header_bytes, payload, signature = (decode_base64url(segment) for segment in segments.groups())
        header = read_object(header_bytes, "header")
        for member in REFUSED_MEMBERS:
            if member in header:
                raise invalid(f"the header carries {member}")
        if not isinstance(header.get("typ"), str) or ACCESS_TOKEN.fullmatch(header["typ"]) is None:
            raise invalid("typ is not at+jwt")
        kid = header.get("kid")
        key = self.keys.get(kid) if isinstance(kid, str) else None
        if key is None:
            raise invalid("no key of the issuer has that kid")
        if header.get("alg") not in ALGORITHM_NAMES[key.alg]:
            raise invalid("alg is not the key's")
        key.check(token.rpartition(".")[0].encode(), signature)
        return read_object(payload, "payload"), kid

    def _check_claims(self, claims, now):
        if claims.get("iss") != self.issuer:
            raise invalid("iss is not the issuer")
        audiences = claims.get("aud") if isinstance(claims.get("aud"), list) else [claims.get("aud")]
        if self.audience not in audiences or not all(isinstance(one, str) for one in audiences):
            raise invalid("aud does not name the audience")
        for name in ("sub", "client_id", "jti"):
            if not is_name(claims.get(name)):
                raise invalid(f"{name} is not a name")
        issued, expires, not_before = claims.get("iat"), claims.get("exp"), claims.get("nbf", 1)
        if not (is_time(issued) and is_time(expires) and is_time(not_before)):
            raise invalid("iat, exp or nbf is not a time")
        if max(issued, not_before) > now + self.clock_tolerance:
            raise invalid("iat or nbf lies in the future")
        if not 0 < expires - issued <= self.maximum_lifetime:
            raise invalid("the lifetime is longer than any we issue")


class Key:
    """A public key of a JWK Set, good for one algorithm and no other."""

    def __init__(self, jwk):
        self.alg = jwk["alg"]
        member = {name: decode_base64url(jwk[name]) for name in ("x", "y", "n", "e") if name in jwk}
        number = {name: int.from_bytes(value, "big") for name, value in member.items()}
        if self.alg == "EdDSA":
            self.public = ed25519.Ed25519PublicKey.from_public_bytes(member["x"])
        elif self.alg == "ES256":
            self.public = ec.EllipticCurvePublicNumbers(number["x"], number["y"], ec.SECP256R1()).public_key()
        elif self.alg in ("RS256", "PS256"):
            self.public = rsa.RSAPublicNumbers(number["e"], number["n"]).public_key()
        else:
            raise ValueError(f"no key is used for {self.alg}")

    def check(self, signed, signature):
        try:
            if self.alg == "EdDSA":
                self.public.verify(signature, signed)
            elif self.alg == "ES256":
                self.public.verify(der(signature), signed, ec.ECDSA(hashes.SHA256()))
            elif self.alg == "RS256":
                self.public.verify(signature, signed, padding.PKCS1v15(), hashes.SHA256())
            else:
                pss = padding.PSS(mgf=padding.MGF1(hashes.SHA256()), salt_length=32)
                self.public.verify(signature, signed, pss, hashes.SHA256())
        except InvalidSignature:
            raise invalid("the signature is wrong") from None


@dataclass
class RevocationLog:
    """What the revocation log has told: built from a snapshot, brought forward by the entries that follow it."""

    deployment: int = 0
    tokens: set = field(default_factory=set)
    ended: dict = field(default_factory=dict)
    first_generations: dict = field(default_factory=dict)
    subjects: dict = field(default_factory=dict)
    changes: dict = field(default_factory=dict)
    keys: set = field(default_factory=set)

    @classmethod
    def of(cls, snapshot):
        log = cls()
        for entry in snapshot["entries"]:
            log.apply(entry)
        return log

    def apply(self, entry):
        kind, target, counter = entry["kind"], entry["target"], entry["counter"]
        if kind == "everything":
            self.deployment = counter
        elif kind == "token":
            self.tokens.add(target)
        elif kind == "session" and counter is None:
            self.ended[target] = entry["because"] or "revoked"
        elif kind == "session":
            self.first_generations[target] = max(counter, self.first_generations.get(target, 0))
        elif kind == "subject":
            self.subjects[target] = (counter, entry["kept"])
        elif kind == "changed" and counter is not None:
            self.changes[target] = counter
        elif kind == "key" and target is not None:
            self.keys.add(target)

    def check(self, claims, kid):
        """Refused, where the log tells something against the token. A token without a session has only its id and key."""
        if kid in self.keys:
            raise invalid("its key was revoked")
        if claims["jti"] in self.tokens:
            raise Refused("ended", "revoked")
        if not all(is_count(claims.get(name)) for name in SESSION_COUNTERS) or not is_name(claims.get("sid")):
            return
        session, subject = claims["sid"], claims["sub"]
        if claims["dv"] < self.deployment:
            raise Refused("ended", "everything-revoked")
        if session in self.ended:
            raise Refused("ended", self.ended[session])
        if claims["gen"] < self.first_generations.get(session, 0):
            raise Refused("ended", "replaced")
        version, kept = self.subjects.get(subject, (0, None))
        if claims["sv"] < version:
            raise Refused("stale", "a version was raised") if kept == session else Refused("ended", "subject-revoked")
        if claims["sc"] < self.changes.get(subject, 0):
            raise Refused("stale", "something that it says has changed")


def read_object(data, what):
    """One JSON object in which there is nothing to disagree about."""

    def members(pairs):
        names = [name for name, _ in pairs]
        if len(set(names)) < len(names):
            raise ValueError("names a member twice")
        if "__proto__" in names:
            raise ValueError('has a member "__proto__"')
        return dict(pairs)

    def no_number(name):
        raise ValueError(f"holds {name}")

    try:
        text = data.decode("utf-8")
        value = json.loads(text, object_pairs_hook=members, parse_constant=no_number)
        json.dumps(value, ensure_ascii=False).encode("utf-8")  # half a surrogate pair has no UTF-8
    except (ValueError, RecursionError) as error:
        raise invalid(f"the {what} cannot be read: {error}") from None
    if not isinstance(value, dict):
        raise invalid(f"the {what} is not an object")
    return value


def decode_base64url(text):
    """In exactly one spelling: no padding, and unused bits are zero (RFC 4648, section 3.5)."""
    data = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)) if len(text) % 4 != 1 else b""
    if base64.urlsafe_b64encode(data).rstrip(b"=").decode() != text:
        raise invalid("a segment is not in the one spelling of its bytes")
    return data


def der(signature):
    """JWS has r and s side by side (RFC 7518, section 3.4); `cryptography` wants them in DER."""
    if len(signature) != 64:
        raise invalid("a signature of ES256 is not 64 bytes")
    return encode_dss_signature(int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big"))


def is_name(value):
    return isinstance(value, str) and 0 < len(value) <= 1024 and "\0" not in value


def is_time(value):
    return isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value) and 0 < value < 2**53


def is_count(value):
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 2**53
