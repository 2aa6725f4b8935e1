"""Makes the certificates of the tests with the openssl command: an authority, a server of it, and others that must fail."""

import pathlib
import subprocess


def openssl(*words):
    subprocess.run(["openssl", *map(str, words)], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def make(folder, name, subject, extensions, signer=None, days=30):
    """NAME.key and NAME.pem, signed by SIGNER or by itself."""
    folder = pathlib.Path(folder)
    key, request, pem, config = (folder / f"{name}.{end}" for end in ("key", "csr", "pem", "ext"))
    config.write_text("\n".join(extensions) + "\n")
    openssl("ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", key)
    openssl("req", "-new", "-key", key, "-subj", subject, "-out", request)
    words = ["-days", days, "-in", request, "-extfile", config, "-out", pem]
    if signer:
        words += ["-CA", folder / f"{signer}.pem", "-CAkey", folder / f"{signer}.key", "-CAcreateserial"]
    else:
        words += ["-signkey", key]
    openssl("x509", "-req", *words)


def make_all(folder):
    authority = ["basicConstraints=critical,CA:TRUE", "keyUsage=critical,keyCertSign,cRLSign"]
    make(folder, "ca", "/CN=Test Authority", authority)
    make(folder, "other", "/CN=Other Authority", authority)
    make(folder, "server", "/CN=server", ["subjectAltName=DNS:good.example,IP:127.0.0.1", "extendedKeyUsage=serverAuth"], "ca")
    make(folder, "subject", "/CN=good.example", ["extendedKeyUsage=serverAuth"], "ca")  # a name in the subject alone
    make(folder, "client", "/CN=client", ["extendedKeyUsage=clientAuth"], "ca")
    make(folder, "expired", "/CN=server", ["subjectAltName=IP:127.0.0.1"], "ca", days=-1)
