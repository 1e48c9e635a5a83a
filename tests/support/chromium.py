"""The Chromium that the console is tested in: the one of this machine, installed if that is easy.

Run as a program it makes sure that there is one: as root on Debian it installs the distribution's
own. NOVAPAY_CHROMIUM names another one.
"""

import os
import shutil
import subprocess
import sys

NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP page.example 127.0.0.1",
)
MISSING = (
    "no Chromium: the tests of the ops console are skipped. Install one"
    " (Debian: apt-get install chromium), or name one: NOVAPAY_CHROMIUM=/path/to/chrome"
)
INSTALL_TIMEOUT_S = 300


def find_chromium() -> str | None:
    """Return the path of a browser, or None."""
    named = os.environ.get("NOVAPAY_CHROMIUM")
    return named or next((path for name in NAMES if (path := shutil.which(name))), None)


def install_chromium() -> bool:
    """Install Debian's, if we may, and return whether it is there now."""
    apt = shutil.which("apt-get")
    if apt is None or os.geteuid() != 0:
        return False
    print("… Install Chromium", flush=True)  # noqa: T201
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for arguments in (["update"], ["install", "-y", "--no-install-recommends", "chromium"]):
        subprocess.run(  # noqa: S603
            [apt, "-qq", *arguments],
            env=environment,
            check=False,
            stdout=subprocess.DEVNULL,
            timeout=INSTALL_TIMEOUT_S,
        )
    return find_chromium() is not None


if __name__ == "__main__":
    # Never a failure: without a browser the tests that need one say why they are skipped.
    if not (find_chromium() or install_chromium()):
        sys.stderr.write(f"{MISSING}\n")
