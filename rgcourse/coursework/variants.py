"""Everything random in an assignment, drawn from a class secret: no seed is stored anywhere."""

import hashlib
import hmac
import os

import numpy as np

__all__ = ["class_key", "derived", "generator", "secret_of_class"]

DEMO_SECRET = "zooming-out-demo"  # for the build of this repository; a class draws its own
MIN_SECRET_LENGTH = 12


def class_key(secret: str, assignment: str) -> str:
    """The key of one assignment in one class, as 64 hexadecimal digits.

    Knowing it does not give the secret, nor the key of another assignment.

    Raises
    ------
    ValueError
        If the secret has fewer than 12 characters.

    Examples
    --------
    >>> class_key("a secret of ours", "flows") == class_key("a secret of ours", "kondo")
    False
    """
    if len(secret) < MIN_SECRET_LENGTH:
        raise ValueError(
            f"the class secret has {len(secret)} characters, expected at least "
            f"{MIN_SECRET_LENGTH}; draw one with: "
            f"python -c 'import secrets; print(secrets.token_urlsafe(24))'"
        )
    return _digest(secret.encode(), assignment).hex()


def derived(key: str, *purpose: str) -> str:
    """A key for one purpose, as 64 hexadecimal digits; the key it comes from stays unknown.

    Parameters
    ----------
    key : str
        From `class_key`.
    *purpose : str

    Examples
    --------
    >>> key = class_key("a secret of ours", "flows")
    >>> len(derived(key, "nbgrader")), derived(key, "nbgrader") == key
    (64, False)
    """
    return _digest(bytes.fromhex(key), *purpose).hex()


def secret_of_class() -> str:
    """The class secret from the environment variable RGCOURSE_SECRET; ValueError without one."""
    secret = os.environ.get("RGCOURSE_SECRET", "")
    if not secret:
        raise ValueError(
            "RGCOURSE_SECRET is not set; draw a secret, keep it, and set it: "
            "export RGCOURSE_SECRET=$(python -c 'import secrets; print(secrets.token_urlsafe(24))')"
        )
    return secret


def generator(key: str, *purpose: str) -> np.random.Generator:
    """The `numpy.random.Generator` that belongs to a class key and a purpose.

    Parameters
    ----------
    key : str
        From `class_key`.
    *purpose : str
        What is to be drawn: `("variant", "ada")` for a student's parameters, `("cases", "ties")`
        for the hidden cases of a question. Different words give a different stream.

    Examples
    --------
    >>> key = class_key("a secret of ours", "flows")
    >>> a, b = (int(generator(key, "variant", who).integers(10**9)) for who in ("ada", "emmy"))
    >>> a == b
    False
    """
    digest = _digest(bytes.fromhex(key), *purpose)
    return np.random.default_rng(int.from_bytes(digest, "big"))


def _digest(key, *words):
    text = "\x1f".join(words)
    return hmac.new(key, text.encode(), hashlib.sha256).digest()
