"""Uses the page as people do, in a headless Chromium, and compares it with the tool.

    Service/Tests/page/page.py --serve Service/.build/debug/dorsal-serve \
      --dorsal .build/release/dorsal [--only WORD] [--pictures FOLDER]
"""

import argparse
import csv
import io
import json
import re
import signal
import subprocess
import sys
import tempfile
import time
import traceback
import urllib.parse

from axe_core_python.selenium import Axe
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.keys import Keys

from browser import Page, ROOT, Service, until
from examples import (
    CASES, EXAMPLES, FINDINGS, LIKELIHOODS, PRIORS, SOURCES, URGENCIES, close, state_of)


class Checks:
    def __init__(self, service, page, dorsal, pictures):
        self.service, self.page, self.dorsal, self.pictures = service, page, dorsal, pictures

    def open(self, identifier=None):
        """Opens the page; with the case of a link where one is named."""
        fragment = ""
        if identifier:
            setting, values = CASES[identifier]
            fragment = "#case?" + urllib.parse.urlencode({"id": identifier, "setting": setting, **values})
        self.page.open(self.service.address + fragment)
        self.page.settled(len(CASES[identifier][1]) if identifier else 0)

    def tool(self, *arguments, data=None):
        done = subprocess.run(
            [self.dorsal, "score", *arguments, "--model", ROOT / "Models/back-pain"],
            input=data, stdout=subprocess.PIPE, check=True, text=True, cwd=ROOT)
        return list(csv.DictReader(io.StringIO(done.stdout)))

    def compare(self, identifier, file=EXAMPLES, data=None, options=()):
        """Holds the whole ranking of the page against `dorsal score --all`."""
        named = [row for row in self.tool(file, "--all", *options, data=data) if row["id"] == identifier][0]
        causes = list(named)[6:]
        ranked = sorted(causes, key=lambda cause: -float(named[cause]))
        self.page.show_all()
        shown = self.page.ranking()
        assert len(shown) == len(causes) == 80, len(shown)
        for (cause, value, _), expected in zip(shown, ranked):
            assert float(named[cause]) == float(named[expected]), f"{cause} stands where {expected} should"
            assert close(value, float(named[cause])), f"{cause}: {value}, the tool has {named[cause]}"
        assert self.page.text("#urgency-body .verdict") == URGENCIES[named["urgency"]]
        leading = [row for row in self.tool(file, "--top", "3", "--interval", "0.95", *options, data=data)
                   if row["id"] == identifier][0]
        for place in "123":
            ends = re.findall(r"[\d.]+", shown[int(place) - 1][2])
            for end, name in zip(ends, (f"lower_{place}", f"upper_{place}"), strict=True):
                assert abs(float(end) - 100 * float(leading[name])) <= 0.05001, f"{name}: {end}"

    def fill(self, identifier):
        setting, values = CASES[identifier]
        self.page.state("setting", setting)
        for finding, value in values.items():
            if FINDINGS[finding]["kind"] == "number":
                self.page.number(finding, value)
            else:
                self.page.state(finding, value)
        self.page.settled(len(values))

    # What is checked, in this order.

    def examples_filled_in_answer_as_the_tool(self):
        for identifier in CASES:
            self.open()
            self.fill(identifier)
            self.compare(identifier)

    def the_keyboard_alone_fills_a_case(self):
        identifier = "commuter"
        self.open()
        setting, values = CASES[identifier]
        left = {"setting": setting, **values}
        keys = lambda *all: ActionChains(self.page.driver, duration=0).send_keys(*all).perform()
        seen = set()
        for _ in range(400):
            keys(Keys.TAB)
            at = self.page.run("""
              const at = document.activeElement, style = getComputedStyle(at);
              const ring = at.type === 'radio' ? getComputedStyle(at.nextElementSibling) : style;
              const field = at.closest('[data-finding]');
              return {tag: at.localName, type: at.type, finding: field?.dataset.finding,
                isNext: !!at.closest('#next'), ring: ring.outlineStyle !== 'none' && parseFloat(ring.outlineWidth) >= 2,
                isSection: at.localName === 'summary' && !!at.closest('.section'),
                states: field ? [...field.querySelectorAll('input')].map((input) => input.value) : [],
                name: at.id || at.textContent.slice(0, 40)}""")
            if at["tag"] == "body":
                break
            assert at["ring"], f"no visible focus at {at['name']} {at['finding']}"
            seen.add(at["name"])
            if at["isSection"]:
                keys(Keys.ENTER)
            finding = at["finding"]
            if finding in left and not at["isNext"] and at["tag"] == "input":
                value = left.pop(finding)
                if at["type"] == "radio":
                    keys(*[Keys.ARROW_RIGHT] * at["states"].index(value))
                else:
                    keys(value)
        assert not left, f"the keyboard does not reach {left}"
        for name in ("undo", "anew", "print", "rest-absent", "next-go", "find", "save-csv", "save-fhir", "save-link", "show-all"):
            assert name in seen, f"the keyboard does not reach {name}"
        self.page.settled(len(values))
        self.page.click(self.page.find("#case-id"))
        self.compare(identifier)

    def the_dialogue_asks_and_goes_on(self):
        self.open("courier")
        page, known = self.page, len(CASES["courier"][1])
        question = lambda: page.run("return document.querySelector('#next [data-finding]')?.dataset.finding")
        first = until(question, "no next question")
        assert first not in CASES["courier"][1]
        page.click(page.find("#next-go"))
        second = until(lambda: question() != first and question(), "an unknown answer does not go on")
        assert page.run("return document.activeElement.closest('#next') !== null"), "the focus was lost"
        page.settled(known)
        kind = FINDINGS[second]["kind"]
        if kind == "number":
            page.find("#next input").send_keys(FINDINGS[second]["minimum"], Keys.ENTER)
        else:
            page.click(page.driver.find_elements("css selector", "#next .state")[1])
            page.find("#next input:checked").send_keys(Keys.ENTER)
        until(lambda: question() not in (first, second), "an answer does not go on")
        page.settled(known + 1)
        assert question() not in (first, second)
        # It can be taken back: unknown is always there.
        if kind != "number":
            page.state(second, "", within="#form section:not([aria-labelledby=next-title])")
            page.settled(known)

    def danger_signs_stand_early_and_can_be_absent_at_once(self):
        self.open()
        page = self.page
        shown = page.run("return [...document.querySelectorAll('#danger [data-finding]')].map((one) => one.dataset.finding)")
        for sign in ("saddle_anaesthesia", "sphincter_disturbance", "motor_weakness", "trauma", "fever",
                     "history_of_cancer", "weight_loss", "night_pain"):
            assert sign in shown, f"{sign} is no danger sign"
        page.state("saddle_anaesthesia", "present")
        page.settled(1)
        assert page.text("#urgency-body .verdict") == "Emergency"
        page.click(page.find("#rest-absent"))
        page.settled(len(shown))
        said = page.run("return [...document.querySelectorAll('#danger input:checked')].map((one) => one.value)")
        assert sorted(set(said)) == ["absent", "none", "present"] and said.count("present") == 1, said
        page.click(page.find("#undo"))
        page.settled(1)

    def undo_takes_back_each_step(self):
        self.open("gardener")
        page, known = self.page, len(CASES["gardener"][1])
        before = page.ranking()
        page.state("fever", "present")
        page.settled(known)
        assert page.ranking() != before
        page.number("severity", "9")
        page.settled(known + 1)
        page.click(page.find("#undo"))
        page.settled(known)
        ActionChains(page.driver).key_down(Keys.CONTROL).send_keys("z").key_up(Keys.CONTROL).perform()
        until(lambda: page.ranking() == before, "undo does not bring the ranking back")
        page.click(page.find("#anew"))
        page.settled(0)
        page.click(page.find("#undo"))
        page.settled(known)
        until(lambda: page.ranking() == before, "start anew cannot be undone")

    def a_link_keeps_the_case_and_is_never_sent(self):
        self.open("after-dinner")
        page = self.page
        page.click(page.find("#save-link"))
        link = page.find("#link").get_property("value")
        assert "#" in link and "epigastric" in link.split("#")[1]
        before = page.ranking()
        page.open(link)
        page.settled(len(CASES["after-dinner"][1]))
        assert page.ranking() == before
        assert page.driver.current_url == self.service.address, page.driver.current_url
        assert page.find("#case-id").get_property("value") == "after-dinner"
        page.collect()
        assert not [url for url in page.requests if "epigastric" in url.split("#")[0]]
        # What cannot be taken is told, and the rest is taken.
        page.open(self.service.address + "#case?id=x&age=40&site=moon&wings=present")
        page.settled(1)
        told = page.text("#notices")
        assert "moon" in told and "wings" in told, told
        # A reload loses nothing.
        page.driver.refresh()
        page.settled(1)

    def saved_rows_and_json_are_the_case(self):
        for identifier in ("night-shift", "commuter"):
            self.open(identifier)
            setting, values = CASES[identifier]
            row = self.page.download("#save-csv", f"{identifier}.csv")
            self.compare(identifier, "-", data=row)
            saved = json.loads(self.page.download("#save-json", f"{identifier}.json"))
            assert saved == {"id": identifier, "setting": setting, "findings": {
                finding: float(value) if FINDINGS[finding]["kind"] == "number" else value
                for finding, value in values.items()}}, saved

    def a_saved_response_is_the_case_to_fhir(self):
        for identifier in CASES:
            self.open(identifier)
            setting, values = CASES[identifier]
            saved = self.page.download("#save-fhir", f"{identifier}.fhir.json")
            response = json.loads(saved)
            given = {item["linkId"]: item["answer"][0] for section in response["item"] for item in section["item"]}
            assert set(given) == {"setting", *values}, given
            for finding, value in values.items():
                kind = FINDINGS[finding]["kind"]
                assert given[finding] == (
                    {"valueBoolean": value == "present"} if kind == "binary"
                    else {"valueDecimal": float(value)} if kind == "number"
                    else {"valueCoding": {"system": "urn:dorsal:state", "code": value}}), given[finding]
            answer = self.service.post("fhir/$score", saved, "application/fhir+json")
            risk = answer["parameter"][0]["resource"]
            self.page.show_all()
            shown = self.page.ranking()
            assert len(risk["prediction"]) == len(shown) == 80
            for prediction, (cause, value, _) in zip(risk["prediction"], shown):
                assert prediction["outcome"]["coding"][0]["code"] == cause, cause
                assert close(value, prediction["probabilityDecimal"] / 100), f"{cause}: {value}"
            # On one line it is a record of a file.
            self.compare(identifier, "-", data=json.dumps(response) + "\n", options=("--fhir",))
        # A name that FHIR does not take as an id, and what was asked for in vain.
        name = self.page.find("#case-id")
        name.clear()
        name.send_keys("case 7 of Ü/2", Keys.TAB)
        until(lambda: self.page.text("#next [data-finding]"), "no next question")
        asked = self.page.run("return document.querySelector('#next [data-finding]').dataset.finding")
        self.page.click(self.page.find("#next-go"))
        self.page.settled(len(values))
        response = json.loads(self.page.download("#save-fhir", "case-7-of-2.fhir.json"))
        assert response["id"] == "case-7-of---2" and response["identifier"]["value"] == "case 7 of Ü/2", response["id"]
        items = [item for section in response["item"] for item in section["item"]]
        assert [item["linkId"] for item in items if "answer" not in item] == [asked], items

    def the_form_stands_in_the_order_of_ask(self):
        self.open()
        said = subprocess.run(
            [self.dorsal, "suggest", "-", "--id", "x", "--json", "--by", "interview", "--top", "1000",
             "--model", ROOT / "Models/back-pain"],
            input="id\nx\n", stdout=subprocess.PIPE, check=True, text=True, cwd=ROOT)
        order = json.loads(said.stdout)["suggestions"]
        for place, turn in (("first", "first"), ("danger", "danger_sign")):
            shown = self.page.run(
                f"return [...document.querySelectorAll('#{place} [data-finding]')].map((one) => one.dataset.finding)")
            expected = [one["finding"] for one in order if one["turn"] == turn]
            assert [one for one in shown if one != "setting"] == expected and expected, (shown, expected)

    def every_number_has_its_source(self):
        identifier = "retired-nurse"
        self.open(identifier)
        page, (setting, values) = self.page, CASES[identifier]
        until(lambda: page.run("return document.querySelectorAll('#steps-body .group li').length > 3"),
              "no first steps")
        assert "oncologist" in page.text("#steps-body")
        assert page.run("return document.querySelectorAll('#change .changes > li').length") == 5
        page.show_all()
        # The last asks for all, once.
        page.run("document.querySelector('#ranking > li:last-child > details').open = true")
        until(lambda: page.run("return document.querySelector('#ranking > li:last-child .parts') !== null"), "no why")
        page.run("document.querySelectorAll('#ranking > li > details').forEach((one) => one.open = true)")
        until(lambda: page.run("""return [...document.querySelectorAll('#ranking > li')]
          .every((row) => row.querySelector('.why > .sources, .why > .sourceless'))"""), "not all causes are explained")
        page.run("document.querySelectorAll('#answer .sources').forEach((one) => one.open = true)")
        until(lambda: page.run("return [...document.querySelectorAll('#answer .sources li')].every((one) => one.textContent !== '…')"),
              "no citations")
        read = lambda part: page.run("""
          const ground = (one) => one && {of: one.dataset.of, text: (one.querySelector('summary') ?? one).textContent,
            sources: [...one.querySelectorAll('li')].map((item) => item.textContent)};
          const grounds = (parent) => [...parent.children].filter((one) => one.matches('.sources, .sourceless')).map(ground);
          return """ + part)
        rows = read("""[...document.querySelectorAll('#ranking > li')].map((row) => ({cause: row.dataset.cause,
          prior: grounds(row.querySelector('.why')), parts: [...row.querySelectorAll('.parts > li')].map((part) => ({
            question: part.querySelector('.name').textContent, grounds: grounds(part)}))}))""")
        assert len(rows) == 80
        questions = {row["question"]: finding for finding, row in FINDINGS.items()}
        shown = 0
        for row in rows:
            self.holds(row["prior"], {"prior": PRIORS[setting, row["cause"]]}, row["cause"])
            for part in row["parts"]:
                finding = questions[part["question"].rsplit(": ", 1)[0]]
                state = state_of(finding, values[finding])
                self.holds(part["grounds"], {"with this cause": LIKELIHOODS.get((finding, state, row["cause"])),
                                             "of all": LIKELIHOODS.get((finding, state, "*"))},
                           f"{row['cause']}, {finding}")
                shown += 1
        assert shown > 500, shown
        assert [one["text"] for one in read("grounds(document.getElementById('loss-ground'))")] == [
            "Losses, basis: assumed: a judgement; no source."]
        links = page.run("""return [...document.querySelectorAll('#ranking .sources a')]
          .map((link) => [link.href.startsWith('https://'), link.rel.includes('noreferrer')])""")
        assert links and all(all(link) for link in links)
        print(f"    {len(rows)} priors, {shown} findings", flush=True)

    def holds(self, grounds, expected, where):
        """Compares what the page says of numbers with the rows of the model that have them."""
        assert [one["of"] for one in grounds] == list(expected), f"{where}: {grounds}"
        for one, row in zip(grounds, expected.values()):
            if row is None:  # The number is what other rows leave, or that of all.
                continue
            basis, keys = row
            assert f"basis: {basis}" in one["text"], f"{where}: {one['text']}, expected {basis}"
            assert len(one["sources"]) == len(keys), f"{where}: {one['sources']}, expected {keys}"
            for key, text in zip(keys, one["sources"]):
                assert text.startswith(SOURCES[key]), f"{where}: {text}, expected {key}"

    def faults_stand_at_their_field(self):
        self.open("gardener")
        page, known = self.page, len(CASES["gardener"][1])
        page.number("age", "340")
        fault = until(lambda: page.text("[data-finding='age'] .fault"), "no fault at the age")
        assert "0 to 120" in fault and page.find("[data-finding='age'] input").get_attribute("aria-invalid") == "true"
        assert "Out of date" in page.text("#stale")
        assert page.find("[data-finding='age'] input").get_property("value") == "340"
        page.number("age", "1e999")
        until(lambda: "1e999" in page.text("#known") and page.text("[data-finding='age'] .fault"),
              "what is no number passed")
        page.number("age", "34")
        page.settled(known)
        assert page.text("[data-finding='age'] .fault") == ""
        page.state("sex", "male")
        page.state("pregnancy", "present")
        until(lambda: "not pregnant" in page.text("#urgency-body"), "an impossible case is not told")
        page.collect()
        page.messages = [one for one in page.messages if "422" not in one["message"]]

    def a_failed_or_slow_service_loses_nothing(self):
        self.open("gardener")
        page, known = self.page, len(CASES["gardener"][1])
        self.service.end()
        page.state("fever", "present")
        until(lambda: "kept" in page.text("#notices") and "Out of date" in page.text("#stale"),
              "a service that is gone is not told")
        page.state("night_pain", "present")
        self.service.start()
        page.click(page.find("[data-notice=service] button"))
        page.settled(known)
        assert page.text("#notices") == ""
        assert "Yes" in page.run("""return [...document.querySelectorAll('#known li')]
          .find((row) => row.textContent.includes('Temperature')).textContent""")
        page.driver.execute_cdp_cmd("Network.enable", {})
        network = {"offline": False, "latency": 4000, "downloadThroughput": -1, "uploadThroughput": -1}
        page.driver.execute_cdp_cmd("Network.emulateNetworkConditions", network)
        page.state("fever", "absent")
        until(lambda: "slow" in page.text("#stale"), "a slow service is not told", 10)
        page.settled(known)
        page.driver.execute_cdp_cmd("Network.emulateNetworkConditions", {**network, "latency": 0})
        page.collect()
        page.messages = [one for one in page.messages if "ERR_CONNECTION_REFUSED" not in one["message"]
                         and "ERR_EMPTY_RESPONSE" not in one["message"] and "ERR_CONNECTION_RESET" not in one["message"]]

    def widths_schemes_and_readers_of_screens(self):
        page = self.page
        for width, height in ((1200, 900), (390, 844)):
            for scheme in ("light", "dark"):
                page.size(width, height)
                page.media(prefers_color_scheme=scheme)
                self.open("retired-nurse")
                until(lambda: page.run("return document.querySelectorAll('#steps-body li').length > 0"), "no steps")
                page.click(page.find("#ranking summary"))
                until(lambda: page.run("return document.querySelectorAll('#ranking .parts > li').length > 0"), "no why")
                page.run("document.querySelectorAll('details').forEach((one) => one.open = true)")
                wide = page.run("return document.documentElement.scrollWidth")
                assert wide <= width, f"{wide} pixels at {width}"
                light = page.run("return getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
                assert light == (scheme == "light")
                small = page.run("""return [...document.querySelectorAll('button, input:not([type=radio]), .state span, summary')]
                  .filter((one) => one.offsetParent && one.getBoundingClientRect().height < 24
                    && !one.closest('.sources, li li, #ranking .why, .screen')).map((one) => one.outerHTML.slice(0, 80))""")
                assert not small, f"too small to touch: {small[:3]}"
                said = page.run("""return [...document.querySelectorAll('.disclaimer, #bar span')]
                  .filter((one) => one.offsetParent || getComputedStyle(one.parentElement).position === 'fixed').length""")
                assert said >= 2
                found = Axe().run(page.driver)
                broken = [(one["id"], one["nodes"][0]["html"][:160], one["nodes"][0]["failureSummary"][:300])
                          for one in found["violations"]]
                assert not broken, f"axe at {width}, {scheme}: {broken}"
                print(f"    axe at {width}, {scheme}: {len(found['passes'])} rules passed", flush=True)
                if self.pictures:
                    page.run("""document.querySelectorAll('details').forEach((one) => one.open = false);
                      scrollTo(0, 0); document.getElementById('answer').scrollTop = 0""")
                    page.picture(f"{self.pictures}/page-{width}-{scheme}.png")
        status = page.find("#status")
        assert status.get_attribute("aria-live") == "polite" and "Spinal metastasis" in page.text("#status")
        page.size(1200, 900)
        page.media(prefers_color_scheme="light")

    def each_case_prints_on_one_sheet(self):
        for identifier in CASES:
            self.open(identifier)
            until(lambda: self.page.run("return document.querySelectorAll('#steps-body li').length > 0"), "no steps")
            self.page.show_all()
            sheet = self.page.print()
            if self.pictures:
                open(f"{self.pictures}/{identifier}.pdf", "wb").write(sheet)
            sheets = len(re.findall(rb"/Type\s*/Page\b", sheet))
            assert sheets == 1, f"{identifier}: {sheets} sheets"
        # A case of which much is known.
        setting, values = CASES["after-dinner"]
        many = {finding: "absent" for finding, row in FINDINGS.items()
                if row["kind"] == "binary" and row["section"] in ("history", "systemic")}
        self.page.open(self.service.address + "#case?" + urllib.parse.urlencode({**many, **values}))
        self.page.settled(len({**many, **values}))
        until(lambda: self.page.run("return document.querySelectorAll('#steps-body li').length > 0"), "no steps")
        sheets = len(re.findall(rb"/Type\s*/Page\b", self.page.print()))
        assert sheets == 1, f"{len({**many, **values})} known findings: {sheets} sheets"

    def a_token_is_asked_for(self):
        token = "a-token-of-enough-characters-0123456789"
        service = Service(self.service.program, token)
        try:
            self.page.driver.get(service.address)
            until(lambda: "token" in self.page.text("#notices"), "no token is asked for")
            self.page.find("#token").send_keys(token, Keys.ENTER)
            self.page.settled(0)
        finally:
            service.end()
        self.page.collect()
        self.page.messages = [one for one in self.page.messages if "401" not in one["message"]]
        self.page.requests = [url for url in self.page.requests if not url.startswith(service.address)]

    def nothing_was_asked_of_others_and_nothing_complained(self):
        self.page.collect()
        others = {url[:80] for url in self.page.requests
                  if not url.startswith((self.service.address, "data:", f"blob:{self.service.address}", "about:"))}
        assert self.page.requests and not others, others
        assert not self.page.messages, self.page.messages[:3]
        print(f"    {len(self.page.requests)} requests, all to the service", flush=True)


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--serve", required=True)
    arguments.add_argument("--dorsal", required=True)
    arguments.add_argument("--only", default="", help="only checks with this word in their name")
    arguments.add_argument("--pictures", help="a folder for screens and sheets")
    given = arguments.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # The service and the browser end too.
    failed = 0
    with tempfile.TemporaryDirectory() as downloads:
        service, page = Service(given.serve), Page(downloads)
        checks = Checks(service, page, given.dorsal, given.pictures)
        names = [name for name, one in vars(Checks).items()
                 if callable(one) and "_" in name and not name.startswith("__") and given.only in name]
        try:
            for name in names:
                begin = time.monotonic()
                try:
                    getattr(checks, name)()
                    print(f"ok    {name} ({time.monotonic() - begin:.0f} s)", flush=True)
                except Exception as error:
                    failed += 1
                    told = str(error).split("Stacktrace")[0].strip()
                    print(f"FAIL  {name}: {told or type(error).__name__}", flush=True)
                    print("".join(traceback.format_tb(error.__traceback__)[:3]), flush=True)
        finally:
            page.end()
            service.end()
    print(f"{len(names) - failed} of {len(names)} held")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
