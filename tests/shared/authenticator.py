"""An authenticator app (RFC 6238), as it comes with every phone."""

import base64
import hmac
import secrets
import struct
import time

_STEP = 30  # seconds


def secret():
    """The secret of a new authenticator, in base32."""
    return base64.b32encode(secrets.token_bytes(20)).decode()


def _code_of(secret_, step):
    key = base64.b32decode(secret_ + "=" * (-len(secret_) % 8))
    mac = hmac.digest(key, struct.pack(">Q", step), "sha1")
    number = struct.unpack(">I", mac[mac[-1] & 15:][:4])[0] & 0x7FFFFFFF
    return f"{number % 10**6:06}"


def code(secret_, steps=0):
    """The code of a secret in base32 at this time, or so many steps of 30 seconds later."""
    return _code_of(secret_, int(time.time()) // _STEP + steps)


class Authenticator:
    """The app with a secret in it, as base32. Each code is good once, so code() never gives one
    twice: the second is the one of the next half minute, which is taken early."""

    def __init__(self, secret_):
        self._secret = secret_
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
        return _code_of(self._secret, self._last)
