"""A headless Chromium for tests; where there is none, the tests that need it are skipped and say what to install."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from selenium.common.exceptions import StaleElementReferenceException
from selenium.webdriver import Chrome, ChromeOptions, ChromeService
from selenium.webdriver.support.ui import WebDriverWait

NEEDED = "the browser tests need Chromium: apt-get install chromium chromium-driver fonts-noto-cjk"
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
    "--lang=en-US",
)
WIDE = (1280, 800)
NARROW = (390, 844)
WAIT_S = 10.0


def installed() -> tuple[str, str] | None:
    """Return the paths of Chromium and its driver, or None."""
    browser = shutil.which("chromium") or shutil.which("chromium-browser")
    driver = shutil.which("chromedriver")
    return (browser, driver) if browser and driver else None


@contextmanager
def chromium() -> Iterator[Chrome]:
    """Run a browser with an empty profile while the block lasts."""
    found = installed()
    if found is None:
        pytest.skip(NEEDED)
    with TemporaryDirectory(prefix="browser-", ignore_cleanup_errors=True) as profile:
        options = ChromeOptions()
        options.binary_location = found[0]
        for flag in (*FLAGS, f"--user-data-dir={profile}"):
            options.add_argument(flag)
        options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
        driver = Chrome(options=options, service=ChromeService(found[1], log_output=str(Path(profile) / "driver.log")))
        try:
            size(driver, WIDE)
            yield driver
        finally:
            driver.quit()


def size(driver: Chrome, inner: tuple[int, int]) -> None:
    """Make the page exactly this large, also below the window's own least width."""
    width, height = inner
    metrics = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 500}
    driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)


def scheme(driver: Chrome, name: str) -> None:
    """Let the page see a system in "light" or "dark"."""
    features = [{"name": "prefers-color-scheme", "value": name}]
    driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": features})


def wait(driver: Chrome, seconds: float = WAIT_S) -> WebDriverWait[Chrome]:
    """Return a waiter with the usual deadline; what the page drew anew while it was looked at is looked for again."""
    return WebDriverWait(driver, seconds, poll_frequency=0.03, ignored_exceptions=[StaleElementReferenceException])


def complaints(driver: Chrome) -> list[str]:
    """Return what the page logged as errors: scripts that failed, things the policy refused."""
    log: list[dict[str, str]] = driver.get_log("browser")  # type: ignore[no-untyped-call]
    return [entry["message"] for entry in log if entry["level"] == "SEVERE"]
