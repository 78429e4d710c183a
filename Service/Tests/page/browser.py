"""The service and a headless Chromium: what the checks of the page share."""

import base64
import json
import os
import pathlib
import shutil
import socket
import subprocess
import time
import urllib.request

from selenium import webdriver
from selenium.common.exceptions import ElementClickInterceptedException
from selenium.webdriver.common.by import By

ROOT = pathlib.Path(__file__).resolve().parents[3]
PATIENCE = 90


class Service:
    """A service of its own on a free port; it can be ended and started again."""

    def __init__(self, program, token=None):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.program, self.token, self.process = program, token, None
        self.address = f"http://127.0.0.1:{self.port}/"
        self.start()

    def start(self):
        environment = dict(os.environ)
        environment.pop("DORSAL_TOKEN", None)
        if self.token:
            environment["DORSAL_TOKEN"] = self.token
        self.process = subprocess.Popen(
            [self.program, "--port", str(self.port), "--model", ROOT / "Models/back-pain",
             "--assets", ROOT / "Service", "--log-level", "error"], env=environment)
        until(self.is_ready, "the service does not start")

    def is_ready(self):
        try:
            return urllib.request.urlopen(self.address + "ready", timeout=2).status == 200
        except OSError:
            return False

    def post(self, path, body, kind):
        """What the service answers to a body."""
        request = urllib.request.Request(self.address + path, body.encode(), {"Content-Type": kind})
        with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
            return json.load(answer)

    def end(self):
        self.process.terminate()
        self.process.wait(30)


def until(holds, what, patience=PATIENCE):
    """Waits until something holds, and returns it."""
    end = time.monotonic() + patience
    while time.monotonic() < end:
        found = holds()
        if found:
            return found
        time.sleep(0.1)
    raise AssertionError(what)


class Page:
    """The page in a browser of its own, as a person uses it."""

    def __init__(self, downloads):
        options = webdriver.ChromeOptions()
        for argument in ("--headless=new", "--no-sandbox", "--disable-gpu", "--hide-scrollbars",
                         "--disable-background-networking", "--disable-component-update"):
            options.add_argument(argument)
        options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
        options.add_experimental_option(
            "prefs", {"download.default_directory": str(downloads), "profile.default_content_setting_values.automatic_downloads": 1})
        options.binary_location = shutil.which("chromium")
        self.driver = webdriver.Chrome(
            options=options, service=webdriver.ChromeService(shutil.which("chromedriver")))
        self.driver.execute_cdp_cmd(
            "Browser.setDownloadBehavior", {"behavior": "allow", "downloadPath": str(downloads)})
        self.driver.set_script_timeout(300)
        self.downloads = pathlib.Path(downloads)
        self.requests, self.messages = [], []
        self.size(1200, 900)

    def size(self, width, height):
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", {
            "width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 500})

    def media(self, **features):
        self.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [
            {"name": name.replace("_", "-"), "value": value} for name, value in features.items()]})

    def run(self, script, *arguments):
        return self.driver.execute_script(script, *arguments)

    def find(self, selector):
        return self.driver.find_element(By.CSS_SELECTOR, selector)

    def text(self, selector):
        return self.run("return document.querySelector(arguments[0]).textContent.trim()", selector)

    def open(self, address, is_new=True):
        """Opens the page, without the case that a tab keeps for a reload."""
        self.collect()
        if is_new and self.driver.current_url.startswith("http"):
            self.run("sessionStorage.clear()")
        self.driver.get("about:blank")
        self.driver.get(address)
        until(lambda: self.run("return document.querySelectorAll('#ranking > li').length > 0"),
              "no ranking after opening")

    def click(self, element):
        """Clicks as a person does: where it is not seen, behind its line and by scrolling."""
        for _ in range(20):
            self.run("""
              const isLine = arguments[0].localName === 'summary';
              for (let part = isLine ? arguments[0].parentElement.parentElement : arguments[0]; part; part = part.parentElement)
                if (part.localName === 'details') part.open = true;
              arguments[0].scrollIntoView({block: 'center', behavior: 'instant'});""", element)
            try:
                return element.click()
            except ElementClickInterceptedException:
                time.sleep(0.2)  # An answer has come in between and has moved it.
        raise AssertionError(f"cannot be clicked: {element.get_attribute('outerHTML')[:120]}")

    def state(self, finding, value, within="#form"):
        inputs = self.driver.find_elements(
            By.CSS_SELECTOR, f"{within} [data-finding='{finding}'] input[value='{value}']")
        self.click(inputs[0].find_element(By.XPATH, ".."))

    def number(self, finding, text):
        box = self.find(f"[data-finding='{finding}'] input")
        self.click(box)
        self.run("arguments[0].select()", box)
        box.send_keys(text, "\t")

    def settled(self, known):
        """Waits for the answer to a case of so many findings."""
        def holds():
            return self.run("""
              const answer = document.getElementById('answer');
              return !answer.hasAttribute('aria-busy') && !answer.classList.contains('out-of-date')
                && document.getElementById('ranking-note').textContent.startsWith(arguments[0])
                && document.getElementById('known').querySelectorAll('a').length === arguments[1];
            """, f"{known} of ", known)
        until(holds, f"no answer for {known} findings: {self.text('#ranking-note')}")

    def ranking(self):
        return self.run("""return [...document.querySelectorAll('#ranking > li')].map((row) => [
          row.dataset.cause, row.querySelector('.value').textContent,
          row.querySelector('.range').textContent.trim()])""")

    def show_all(self):
        if self.find("#show-all").get_attribute("aria-expanded") == "false":
            self.click(self.find("#show-all"))

    def collect(self):
        """Takes what the browser has noted of requests and messages."""
        for entry in self.driver.get_log("performance"):
            message = json.loads(entry["message"])["message"]
            if message["method"] == "Network.requestWillBeSent":
                self.requests.append(message["params"]["request"]["url"])
        self.messages += [entry for entry in self.driver.get_log("browser")
                          if entry["level"] in ("SEVERE", "WARNING")]

    def print(self):
        answer = self.driver.execute_cdp_cmd(
            "Page.printToPDF", {"printBackground": True, "preferCSSPageSize": True})
        return base64.b64decode(answer["data"])

    def picture(self, path):
        self.driver.save_screenshot(str(path))

    def download(self, button, name):
        path = self.downloads / name
        path.unlink(missing_ok=True)
        self.click(self.find(button))
        until(path.exists, f"{name} was not saved", 20)
        return path.read_text()

    def end(self):
        self.driver.quit()
