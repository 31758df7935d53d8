"""PyJWT, as its documentation uses it: reads {"now", "issuer", "audience", "keys", "tokens"} and answers, for each
token, null where PyJWT accepts it, else the name of the error."""

import datetime as real
import json
import sys

import jwt
import jwt.api_jwt

given = json.load(sys.stdin)


class StoppedClock(real.datetime):
    @classmethod
    def now(cls, tz=None):
        return real.datetime.fromtimestamp(given["now"] / 1000, tz)


jwt.api_jwt.datetime = StoppedClock
keys = {jwk["kid"]: (jwt.PyJWK.from_dict(jwk).key, jwk["alg"]) for jwk in given["keys"]}


def judge(token):
    try:
        kid = jwt.get_unverified_header(token).get("kid")
        if not isinstance(kid, str) or kid not in keys:
            return "no such key"
        key, algorithm = keys[kid]
        jwt.decode(
            token,
            key,
            algorithms=[algorithm],
            issuer=given["issuer"],
            audience=given["audience"],
            leeway=5,
            options={"require": ["exp", "iat", "iss", "aud", "sub"]},
        )
    except Exception as error:  # whatever it throws, it does not accept the token
        return type(error).__name__
    return None


json.dump([judge(token) for token in given["tokens"]], sys.stdout)
