"""Knows what is to be paid. Python's standard library and PyJWT with cryptography (Debian: python3-jwt).

PyJWT leaves more to its caller than hallpass/verify does: the algorithms, the type and the claims that must be there are
named here. For all that can be checked, and for revocations, see ../python.
"""

import base64
import json
import os
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import quote, urlencode
from urllib.request import Request, urlopen

import jwt

ISSUER = os.environ["HALLPASS_ISSUER"]
KEYS = jwt.PyJWKClient(f"{ISSUER}/.well-known/jwks.json")
REQUIRED = ["iss", "sub", "aud", "exp", "iat", "jti", "client_id"]


def caller_of(authorization):
    """The claims of whoever calls, or None."""
    scheme, _, token = (authorization or "").partition(" ")
    if scheme.lower() != "bearer":
        return None
    try:
        if jwt.get_unverified_header(token).get("typ") != "at+jwt":
            return None
        key = KEYS.get_signing_key_from_jwt(token).key
        return jwt.decode(
            token, key, algorithms=["EdDSA"], issuer=ISSUER, audience="invoices", options={"require": REQUIRED}
        )
    except jwt.PyJWTError:
        return None


def own_token(audience):
    """A token in this service's own name (RFC 6749, section 4.4)."""
    credentials = ":".join(quote(os.environ[name], safe="") for name in ("CLIENT_ID", "CLIENT_SECRET"))
    request = Request(
        f"{ISSUER}/oauth/token",
        data=urlencode({"grant_type": "client_credentials", "audience": audience}).encode(),
        headers={"Authorization": f"Basic {base64.b64encode(credentials.encode()).decode()}"},
    )
    with urlopen(request, timeout=10) as response:
        return json.load(response)["access_token"]


def actors(claims):
    """Who acts for the subject, the last one first (RFC 8693, section 4.1)."""
    act = claims.get("act")
    while act is not None:
        yield act["sub"]
        act = act.get("act")


class Invoices(BaseHTTPRequestHandler):
    def do_GET(self):
        claims = caller_of(self.headers["Authorization"])
        if self.path != "/invoices" or claims is None or "sid" not in claims:
            return self.answer(None)
        self.answer({"invoiced": claims["sub"], "through": list(actors(claims))})

    def do_POST(self):
        claims = caller_of(self.headers["Authorization"])
        if self.path != "/reminders" or claims is None or "invoices.remind" not in claims.get("scope", "").split():
            return self.answer(None)
        try:
            request = Request(f"{os.environ['ORDERS']}/open", headers={"Authorization": f"Bearer {own_token('orders')}"})
            with urlopen(request, timeout=10) as response:
                reminded = [order["id"] for order in json.load(response)["open"]]
        except OSError as error:
            return self.answer({"error": f"orders could not be asked: {error}"}, 502)
        self.answer({"reminded": reminded, "askedBy": claims["client_id"]})

    def answer(self, value, status=200):
        body = json.dumps(value if value is not None else {"error": "nobody is signed in"}).encode()
        self.send_response(status if value is not None else 401)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


if __name__ == "__main__":
    server = ThreadingHTTPServer(("localhost", int(os.environ["PORT"])), Invoices)
    print(f"listening on {os.environ['PORT']}", flush=True)
    server.serve_forever()
