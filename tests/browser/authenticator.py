"""An authenticator app (RFC 6238), as it comes with every phone."""

import base64
import hashlib
import hmac
import secrets
import struct
import time

_STEP = 30  # seconds


def secret():
    """The secret of a new authenticator, in base32."""
    return base64.b32encode(secrets.token_bytes(20)).decode()


class Authenticator:
    """The app with a secret in it, as base32. Each code is good once, so code() never gives one
    twice: the second is the one of the next half minute, which is taken early."""

    def __init__(self, secret):
        self._secret = base64.b32decode(secret)
        self._last = 0

    @classmethod
    def of(cls, db, account_id):
        """That of an account, which has just set it up."""
        key = secret()
        db.run("INSERT INTO second_factor (account_id, secret, confirmed) VALUES (%s, %s, true)",
               account_id, base64.b32decode(key))
        return cls(key)

    def code(self):
        self._last = max(self._last + 1, int(time.time()) // _STEP)
        mac = hmac.digest(self._secret, struct.pack(">Q", self._last), hashlib.sha1)
        at = mac[-1] & 15
        return f"{(struct.unpack('>I', mac[at:at + 4])[0] & 0x7fffffff) % 10**6:06d}"
