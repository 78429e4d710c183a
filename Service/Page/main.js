// Ties the case, the form, the service and the answer together.

import { Answer } from "./answer.js";
import { Case } from "./case.js";
import { Dialogue } from "./dialogue.js";
import { Fields, section } from "./form.js";
import { Ranking } from "./ranking.js";
import { Save } from "./save.js";
import { Service, ServiceError } from "./service.js";
import { Sources } from "./sources.js";
import { capital, make, percent, plain, sentence, urgency } from "./words.js";

const get = (id) => document.getElementById(id);
const service = new Service();

/** A message at the top, under a name, with buttons; without a text it goes. */
function notice(name, text, ...more) {
  document.querySelector(`[data-notice="${name}"]`)?.remove();
  if (!text) return;
  const element = make("div", { className: "notice", role: "alert", "data-notice": name }, text, " ", ...more);
  get("notices").append(element);
}

const button = (label, onclick) => make("button", { type: "button", onclick }, label);

function askForToken(again) {
  const input = make("input", { id: "token", type: "password", autocomplete: "off" });
  notice("service", "The service asks for a token.", make("form", {
    onsubmit: (event) => {
      event.preventDefault();
      service.token = input.value.trim();
      notice("service");
      again();
    },
  }, make("label", { for: "token" }, "Token"), " ", input, " ", make("button", { type: "submit" }, "Use it")));
}

/** Tells what failed; the case stays as it is. */
function tell(error, again) {
  if (error.status === 401) askForToken(again);
  else notice("service", `${error.message} The case is kept in this page.`, button("Try again", again));
}

/** The state of a finding that says that it is not there. */
const noneOf = ({ states }) => states.find((one) => ["absent", "none"].includes(one));

async function begin() {
  notice("service");
  let card, findings, causes, order;
  try {
    [card, { findings }, { causes }, { suggestions: order }] = await Promise.all([
      ...["/v1/model", "/v1/findings", "/v1/causes"].map((path) => service.get(path)),
      // What comes early stands in the order in which `dorsal ask` asks.
      service.post("/v1/suggest?by=interview&top=1000", new Case().json([]))]);
  } catch (error) {
    tell(error, begin);
    return;
  }
  new Page(card, findings, causes, order);
}

class Page {
  #call = new AbortController();
  #explaining = null;

  constructor(card, findings, causes, order) {
    this.card = card;
    this.findings = findings.filter(({ id }) => id !== "setting");
    const known = {
      findings: new Map(this.findings.map((finding) => [finding.id, finding])),
      causes: new Map(causes.map((cause) => [cause.id, cause])),
      labels: new Map([...this.findings.map(({ id, question }) => [id, question]),
        ...causes.map(({ id, label }) => [id, label])]),
    };
    this.known = known;
    const kept = Case.kept();
    this.case = new Case(kept && this.readable(kept));
    this.fields = new Fields(this.case);
    const sources = new Sources(service);
    this.answer = new Answer(known, sources);
    this.ranking = new Ranking(get("ranking"), sources, known, () => this.why());
    this.dialogue = new Dialogue(
      { card: get("next"), body: get("next-field"), why: get("next-why"), go: get("next-go") },
      this.fields, this.case, this.answer, known.findings);
    this.layOut(findings, order);
    new Save(this.case, this.findings, findings, card.model);
    this.wire();
    get("identity").textContent = `Model ${card.model.name} ${card.model.version}`;
    get("foot").textContent = `Dorsal ${card.release}, model ${card.model.name} ${card.model.version}, `
      + `${card.model.checksum.slice(0, 19)}…, ${card.licence}. ${card.limits}`;
    this.changed();
    this.open(location.hash);
  }

  /** A kept case without what another model does not know. */
  readable(state) {
    const values = Object.entries(state.values).filter(([id]) => this.known.findings.has(id));
    return { ...state, values: Object.fromEntries(values) };
  }

  #ofTurn(name, order) {
    return order.filter(({ turn }) => turn === name).map(({ finding }) => this.known.findings.get(finding));
  }

  layOut(all, order) {
    const add = (finding) => this.fields.add(finding);
    const setting = all.find(({ id }) => id === "setting");
    const states = this.card.settings;
    const fields = setting ? [add({ ...setting, states, isSetting: true,
      unknownLabel: `Not said (as ${plain(states[0])})` })] : [];
    const early = this.#ofTurn("first", order);
    fields.push(...early.map(add));
    get("first").replaceChildren(...fields.map(({ element }) => element));
    const danger = this.#ofTurn("danger_sign", order);
    get("danger").replaceChildren(...danger.map((finding) => add(finding).element));
    this.danger = danger;
    const rest = this.findings.filter((finding) => !early.includes(finding) && !danger.includes(finding));
    this.sections = this.card.sections.map((name) => [name, rest.filter((finding) => finding.section === name)])
      .filter(([, list]) => list.length > 0)
      .map(([name, list]) => section(capital(plain(name)), list.map(add), this.case));
    get("all").replaceChildren(...this.sections.map(({ element }) => element));
  }

  wire() {
    this.case.addEventListener("change", () => this.changed());
    for (const id of ["undo", "bar-undo"]) get(id).addEventListener("click", () => this.case.undo());
    get("anew").addEventListener("click", () => { this.case.startAnew(); window.scrollTo(0, 0); });
    get("print").addEventListener("click", () => window.print());
    get("rest-absent").addEventListener("click", () => {
      const left = this.danger.filter(({ id }) => this.case.values[id] === undefined);
      this.case.set(Object.fromEntries(left.map((finding) => [finding.id, noneOf(finding)])), "danger signs absent");
    });
    get("find").addEventListener("input", () => {
      const text = get("find").value.trim().toLowerCase();
      const found = this.sections.map((one) => one.filter(text)).reduce((sum, one) => sum + one, 0);
      get("found").textContent = text ? `${found} found` : "";
    });
    get("show-all").addEventListener("click", () => {
      this.ranking.showsAll = !this.ranking.showsAll;
      this.ranking.draw();
      this.labelShowAll();
      if (this.ranking.open) this.why();
    });
    this.labelShowAll();
    window.addEventListener("hashchange", () => this.open(location.hash));
    document.addEventListener("keydown", (event) => {
      const isTyping = event.target.matches?.("input:not([type=radio]), textarea");
      if ((event.ctrlKey || event.metaKey) && !event.shiftKey && event.key === "z" && !isTyping) {
        event.preventDefault();
        this.case.undo();
      }
    });
  }

  labelShowAll() {
    get("show-all").textContent = this.ranking.showsAll ? "Show the leading causes" : `Show all ${this.known.causes.size} causes`;
    get("show-all").setAttribute("aria-expanded", String(this.ranking.showsAll));
  }

  /** Takes the case of a link, and takes it out of the address. */
  open(fragment) {
    const read = Case.read(fragment, this.findings, this.card.settings, this.card.model);
    if (!read) return false;
    history.replaceState(null, "", location.pathname);
    notice("link", read.refused.length ? `Not all of the link could be taken. ${read.refused.join(" ")}` : "",
      button("Close", () => notice("link")));
    this.case.replace(read.state, "case of a link");
    return true;
  }

  go(finding) {
    const made = this.fields.first(finding);
    for (let part = made?.element; part; part = part.parentElement) {
      part.hidden = false;
      if (part.localName === "details") part.open = true;
    }
    made?.element.scrollIntoView({ block: "center" });
    made?.focus();
  }

  changed() {
    this.fields.sync();
    this.sections.forEach((one) => one.sync());
    this.dialogue.sync();
    const step = this.case.lastStep;
    for (const undo of [get("undo"), get("bar-undo")]) {
      undo.setAttribute("aria-disabled", String(step === null));
      undo.setAttribute("aria-label", step === null ? "Undo" : `Undo: ${step}`);
      undo.title = step === null ? "" : `Undo: ${step}`;
    }
    get("known").replaceChildren(...this.answer.knownList(this.case, (finding) => this.go(finding)));
    get("case-id").value = this.case.id;
    this.ask();
  }

  #says(text) { get("status").textContent = text; }

  #stale(text) {
    get("stale").textContent = text;
    get("stale").hidden = !text;
    get("answer").classList.toggle("out-of-date", Boolean(text));
    if (text) get("bar-text").textContent = "Out of date";
  }

  get #level() { return this.card.calibration === null ? "&interval=0.95" : ""; }

  /** Asks the service for everything that is shown. What came for an older case is passed over. */
  async ask() {
    this.#call.abort();
    const call = this.#call = new AbortController();
    const { signal } = call;
    const body = this.case.json(this.findings);
    get("answer").setAttribute("aria-busy", "true");
    const slow = setTimeout(() => this.#stale("The service is slow. What stands here is of the case before."), 1500);
    try {
      const [score, { warnings }] = await Promise.all([
        service.post(`/v1/score?top=1000${this.#level}`, body, signal),
        service.post("/v1/validate", body, signal)]);
      clearTimeout(slow);
      if (signal.aborted) return;
      this.shown = { body, signal };
      for (const id of ["steps", "changes"]) get(id).classList.add("pending");
      this.#answered(score, warnings);
      // Who goes on at once needs no explanation of this step.
      await new Promise((done) => setTimeout(done, 200));
      if (signal.aborted) return;
      await Promise.all([this.#suggest(body, signal), this.explain()]);
    } catch (error) {
      clearTimeout(slow);
      if (signal.aborted) return;
      this.#failed(error);
    }
  }

  #answered(score, warnings) {
    notice("service");
    this.fields.fault([]);
    get("id-fault").textContent = "";
    this.#stale("");
    get("answer").removeAttribute("aria-busy");
    const [leader, second] = score.ranking;
    get("urgency-body").replaceChildren(...this.answer.urgency(score, warnings));
    this.ranking.show(score);
    get("ranking-note").textContent = `${score.findings_known} of ${this.findings.length} findings known, `
      + `${plain(score.setting)}. ${this.case.isEmpty ? "Nothing is known yet: these are the priors. " : ""}`
      + (score.interval_disclaimer ? `In brackets 95% intervals. ${score.interval_disclaimer}` : "No intervals: a calibration is in use.");
    const now = new Date().toLocaleString("en-GB", { dateStyle: "long", timeStyle: "short" });
    get("sheet").textContent = `Case ${this.case.id}, ${plain(score.setting)}, answered ${now}`;
    const lead = `${this.answer.label(leader.cause)} ${percent(leader.probability)}`;
    get("bar-text").textContent = `${urgency(score.urgency)}: ${lead}`;
    this.#says(`Urgency ${urgency(score.urgency)}. First ${lead}, then `
      + `${this.answer.label(second?.cause ?? leader.cause)} ${percent(second?.probability ?? 0)}.`);
  }

  async #suggest(body, signal) {
    const skip = this.case.skipped.filter((id) => this.known.findings.has(id)).join();
    const answer = await service.post(
      `/v1/suggest?top=5${skip ? `&skip=${encodeURIComponent(skip)}` : ""}`, body, signal);
    this.dialogue.take(answer);
    get("changes").classList.remove("pending");
    get("change").replaceChildren(...this.answer.changes(answer.suggestions, (finding) => this.dialogue.ask(finding)));
  }

  /** Explains again where a person has opened a cause. */
  async why() {
    try {
      await this.explain();
    } catch (error) { this.#failed(error); }
  }

  /** First steps, and why the causes that are shown stand where they do. */
  async explain() {
    const { body, signal } = this.shown;
    // It is the dearest call: one at a time, and none for a case that is no longer shown.
    while (this.#explaining) await this.#explaining.catch(() => {});
    if (signal.aborted) return;
    try {
      this.#explaining = service.post(`/v1/explain?top=${this.ranking.count}${this.#level}`, body);
      const explained = await this.#explaining.finally(() => { this.#explaining = null; });
      if (signal.aborted) return;
      this.ranking.explain(explained);
      get("loss-ground")?.replaceChildren(this.answer.losses(explained));
      get("steps").classList.remove("pending");
      get("steps").hidden = !explained.steps?.open.length;
      get("steps-body").replaceChildren(explained.steps ? this.answer.steps(explained.steps) : "");
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  }

  #failed(error) {
    get("answer").removeAttribute("aria-busy");
    if (!(error instanceof ServiceError)) throw error;
    if (error.status === 422 && error.faults.length) {
      const id = error.faults.filter(({ finding }) => finding === "id");
      get("id-fault").textContent = id.map(({ detail }) => detail).join(" ");
      const placed = this.fields.fault(error.faults.filter(({ finding }) => finding !== "id"));
      const named = error.faults.map(({ finding }) => this.known.labels.get(finding) ?? finding);
      notice("service", placed ? "" : error.message);
      this.#stale(`Out of date: the service cannot read ${named.join(", ")}. What stands here is of the case before.`);
      this.#says(`The service cannot read ${error.faults.map(({ finding, detail }) =>
        `${this.known.labels.get(finding) ?? finding}: ${detail}`).join("; ")}`);
      return;
    }
    this.#stale("Out of date: the service has not answered for the case as it is now.");
    tell(error, () => this.ask());
    if (error.status === 503) setTimeout(() => this.ask(), 1000 * (error.retryAfter ?? 1));
  }
}

begin();
