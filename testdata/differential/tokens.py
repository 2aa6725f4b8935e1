"""Signed tokens, with Python's standard library alone, so that they are the same everywhere.

HMAC is Python's; RSA (PKCS #1 v1.5 and PSS) is one `pow`; ECDSA and Ed25519 are the plain formulas, slow and fine for keys
that protect nothing (keys.json). Random parts of a signature are drawn from the hash of what is signed.
"""

import base64
import functools
import hashlib
import hmac
import json
import pathlib

POOL = json.loads((pathlib.Path(__file__).resolve().parent / "keys.json").read_text(encoding="utf-8"))
HASHES = {"256": hashlib.sha256, "384": hashlib.sha384, "512": hashlib.sha512}
DIGEST_INFO = {"256": "3031300d060960864801650304020105000420", "384": "3041300d060960864801650304020205000430",
               "512": "3051300d060960864801650304020305000440"}
# name of the key -> prime of the field, b, order, generator; a is -3
CURVES = {
    "p256": (2**256 - 2**224 + 2**192 + 2**96 - 1,
             0x5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604b,
             0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551,
             (0x6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296,
              0x4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5)),
    "p384": (2**384 - 2**128 - 2**96 + 2**32 - 1,
             0xb3312fa7e23ee7e4988e056be3f82d19181d9c6efe8141120314088f5013875ac656398d8a2ed19d2a85c8edd3ec2aef,
             0xffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973,
             (0xaa87ca22be8b05378eb1c71ef320ad746e1d3b628ba79b9859f741e082542a385502f25dbf55296c3a545e3872760ab7,
              0x3617de4a96262c6f5d9e98bf9292dc29f8f41dbd289a147ce9da3113b5f0b8c00a60b1ce1d7e819d7a431d7c90ea0e5f)),
}
ED_PRIME = 2**255 - 19
ED_ORDER = 2**252 + 27742317777372353535851937790883648493
ED_D = -121665 * pow(121666, -1, ED_PRIME) % ED_PRIME
ED_BASE = (15112221349535400772501151409588531511454012693041857206046113283949847762202,
           46316835694926478169428394003475163141307993866256225615783033603165251855960)


def base64url(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def number_of(name, member):
    return int(POOL["numbers"][name][member], 16)


def base64_of(name, member, size=None):
    value = number_of(name, member)
    return base64url(value.to_bytes(size or (value.bit_length() + 7) // 8, "big"))


def add(curve, first, second):
    prime = CURVES[curve][0]
    if first is None or second is None:
        return first or second
    if first[0] == second[0]:
        if (first[1] + second[1]) % prime == 0:
            return None
        slope = (3 * first[0] * first[0] - 3) * pow(2 * first[1], -1, prime) % prime
    else:
        slope = (second[1] - first[1]) * pow(second[0] - first[0], -1, prime) % prime
    x = (slope * slope - first[0] - second[0]) % prime
    return x, (slope * (first[0] - x) - first[1]) % prime


def ed_add(first, second):
    product = ED_D * first[0] * second[0] * first[1] * second[1] % ED_PRIME
    return ((first[0] * second[1] + first[1] * second[0]) * pow(1 + product, -1, ED_PRIME) % ED_PRIME,
            (first[1] * second[1] + first[0] * second[0]) * pow(1 - product, -1, ED_PRIME) % ED_PRIME)


def times(count, point, zero, plus):
    total = zero
    while count:
        if count & 1:
            total = plus(total, point)
        point, count = plus(point, point), count >> 1
    return total


def sign_curve(curve, bits, signed):
    _, _, order, generator = CURVES[curve]
    size = (order.bit_length() + 7) // 8
    digest = int.from_bytes(HASHES[bits](signed).digest(), "big") >> max(0, int(bits) - order.bit_length())
    drawn = int.from_bytes(hashlib.sha512(b"drawn" + signed).digest(), "big") % (order - 1) + 1
    r = times(drawn, generator, None, functools.partial(add, curve))[0] % order
    s = pow(drawn, -1, order) * (digest + r * number_of(curve, "d")) % order
    return r.to_bytes(size, "big") + s.to_bytes(size, "big")


def sign_edwards(signed):
    def encoded(point):
        return (point[1] | (point[0] & 1) << 255).to_bytes(32, "little")

    def hashed(data):
        return int.from_bytes(hashlib.sha512(data).digest(), "little")
    digest = hashlib.sha512(bytes.fromhex(POOL["numbers"]["ed"]["d"])).digest()
    secret = int.from_bytes(digest[:32], "little") & (1 << 254) - 8 | 1 << 254
    drawn = hashed(digest[32:] + signed) % ED_ORDER
    first = encoded(times(drawn, ED_BASE, (0, 1), ed_add))
    rest = hashed(first + bytes.fromhex(POOL["numbers"]["ed"]["x"]) + signed) * secret
    return first + ((drawn + rest) % ED_ORDER).to_bytes(32, "little")


def raised(key, padded):
    """To the private exponent, by the two primes apart, which is faster."""
    p, q, dp, dq, qi = (number_of(key, name) for name in ("p", "q", "dp", "dq", "qi"))
    value = int.from_bytes(padded, "big")
    first, second = pow(value, dp, p), pow(value, dq, q)
    return (second + (first - second) * qi % p * q).to_bytes((number_of(key, "n").bit_length() + 7) // 8, "big")


def sign_pkcs1(key, bits, signed):
    size = number_of(key, "n").bit_length() // 8
    digest = bytes.fromhex(DIGEST_INFO[bits]) + HASHES[bits](signed).digest()
    return raised(key, b"\0\1" + b"\xff" * (size - 3 - len(digest)) + b"\0" + digest)


def sign_pss(key, bits, signed, salt_size=None):
    size, hashed = number_of(key, "n").bit_length() // 8, HASHES[bits]
    length = hashed().digest_size
    salt = hashlib.sha512(b"salt" + signed).digest()[:length if salt_size is None else salt_size]
    digest = hashed(b"\0" * 8 + hashed(signed).digest() + salt).digest()
    block = (b"\1" + salt).rjust(size - length - 1, b"\0")
    mask = b"".join(hashed(digest + counter.to_bytes(4, "big")).digest() for counter in range(size // length + 1))
    masked = bytearray(first ^ second for first, second in zip(block, mask))
    masked[0] &= 0x7f
    return raised(key, bytes(masked) + digest + b"\xbc")


def signature(algorithm, key, signed):
    """`key` is a name of keys.json, or the bytes of a secret; None signs with nothing."""
    family, bits = algorithm[:2], algorithm[2:]
    if isinstance(key, bytes):
        return hmac.new(key, signed, HASHES.get(bits, hashlib.sha256)).digest()
    if key in CURVES:
        return sign_curve(key, bits if bits in HASHES else "256", signed)
    if key == "ed":
        return sign_edwards(signed)
    if key in ("rsa", "rsa2"):
        bits = bits if bits in HASHES else "256"
        return sign_pss(key, bits, signed) if family == "PS" else sign_pkcs1(key, bits, signed)
    return b""


def token(header, payload, key, algorithm):
    """`header` and `payload` are JSON texts, or bytes."""
    parts = [base64url(part if isinstance(part, bytes) else part.encode("utf-8")) for part in (header, payload)]
    return ".".join(parts + [base64url(signature(algorithm, key, ".".join(parts).encode()))])
