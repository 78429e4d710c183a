// The case: what is known, each step back, and its forms as a row, as JSON and as a link.

const storageKey = "dorsal-case";
const empty = () => ({ id: "case", setting: "", values: {}, skipped: [] });

/** A case that tells of its changes by the event `change`. */
export class Case extends EventTarget {
  #state = empty();
  #past = [];
  #last = { key: null, time: 0 };

  /** The case that a tab had before a reload, or an empty one. */
  constructor(kept = null) {
    super();
    if (kept) this.#state = { ...empty(), ...kept };
  }

  get id() { return this.#state.id; }
  get setting() { return this.#state.setting; }
  get values() { return this.#state.values; }
  get skipped() { return this.#state.skipped; }
  get isEmpty() { return !this.setting && Object.keys(this.values).length === 0; }

  /** What `undo` would take back, in words; null where there is nothing. */
  get lastStep() { return this.#past.at(-1)?.label ?? null; }

  /** Sets findings ("" is unknown). Digits typed one after the other are one step. */
  set(values, label, typed = false) {
    const next = structuredClone(this.#state);
    for (const [finding, value] of Object.entries(values)) {
      if (value === "") delete next.values[finding];
      else next.values[finding] = value;
    }
    const key = typed ? Object.keys(values).join() : null;
    const goesOn = key !== null && key === this.#last.key && performance.now() - this.#last.time < 2000;
    this.#step(next, label, goesOn);
    this.#last = { key, time: performance.now() };
  }

  setSetting(setting) { this.#step({ ...structuredClone(this.#state), setting }, "setting"); }

  setId(id) { this.#step({ ...structuredClone(this.#state), id: id || "case" }, "name of the case"); }

  /** Was asked for and is not known: not to be asked for again. */
  skip(finding, label) {
    const next = structuredClone(this.#state);
    if (!next.skipped.includes(finding)) next.skipped.push(finding);
    this.#step(next, label);
  }

  /** Another case in its place; `undo` has the one before. */
  replace(state, label) { this.#step({ ...empty(), ...structuredClone(state) }, label); }

  startAnew() { this.#step(empty(), "start anew"); }

  undo() {
    const step = this.#past.pop();
    if (!step) return;
    this.#state = step.state;
    this.#last.key = null;
    this.#changed();
  }

  #step(next, label, goesOn = false) {
    if (JSON.stringify(next) === JSON.stringify(this.#state)) return;
    if (!goesOn) this.#past.push({ state: this.#state, label });
    this.#last.key = null;
    this.#state = next;
    this.#changed();
  }

  #changed() {
    try {
      sessionStorage.setItem(storageKey, JSON.stringify(this.#state));
    } catch { /* A browser without storage: a reload starts anew. */ }
    this.dispatchEvent(new Event("change"));
  }

  /** The case that this tab had before a reload. */
  static kept() {
    try {
      const state = JSON.parse(sessionStorage.getItem(storageKey) ?? "null");
      return state && typeof state.values === "object" ? { ...empty(), ...state } : null;
    } catch { return null; }
  }

  /** As the service and case files take it. */
  json(findings) {
    const result = { id: this.id };
    if (this.setting) result.setting = this.setting;
    result.findings = {};
    for (const finding of findings) {
      const value = this.values[finding.id];
      if (value === undefined) continue;
      // What is no plain number goes as it was typed, and the service says what it expected.
      const number = Number(value);
      result.findings[finding.id] =
        finding.kind === "number" && value.trim() !== "" && Number.isFinite(number) ? number : value;
    }
    return result;
  }

  /** A header and a row, as `dorsal score` reads them. */
  csv(findings) {
    const known = findings.filter(({ id }) => this.values[id] !== undefined);
    const cell = (text) => (/[",\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
    const header = ["id", "setting", ...known.map(({ id }) => id)];
    const row = [this.id, this.setting, ...known.map(({ id }) => this.values[id])];
    return `${header.map(cell).join()}\n${row.map(cell).join()}\n`;
  }

  /**
   * As a QuestionnaireResponse (FHIR R4) to the questionnaire of the service; `findings` are all of the
   * model, the setting among them. What was asked for in vain has no answer.
   */
  fhir(findings, model, time) {
    const answer = ({ id, kind }) => {
      const value = id === "setting" ? this.setting : this.values[id];
      if (!value) return {};
      if (kind === "binary") return { answer: [{ valueBoolean: value === "present" }] };
      if (kind === "category") return { answer: [{ valueCoding: { system: "urn:dorsal:state", code: value } }] };
      // What is no plain number goes as it was typed, and the service says what it expected.
      const number = Number(value);
      return { answer: [Number.isFinite(number) ? { valueDecimal: number } : { valueString: value }] };
    };
    const items = (list) => list
      .map((finding) => ({ linkId: finding.id, text: finding.question, ...answer(finding) }))
      .filter((item) => item.answer || this.skipped.includes(item.linkId));
    const sections = Map.groupBy(findings, ({ section }) => section);
    return {
      resourceType: "QuestionnaireResponse",
      // An id of FHIR has few characters; the name of the case stands whole in its identifier.
      id: this.id.replace(/[^A-Za-z0-9.-]/g, "-").slice(0, 64),
      identifier: { value: this.id },
      questionnaire: `urn:dorsal:questionnaire:${model.name}|${model.version}`,
      status: "completed",
      authored: time.toISOString(),
      item: [...sections].map(([name, list]) => ({ linkId: `section-${name}`, item: items(list) }))
        .filter(({ item }) => item.length > 0),
    };
  }

  /** What stands behind the # of a link. */
  fragment(model) {
    const parts = new URLSearchParams({ id: this.id });
    if (this.setting) parts.set("setting", this.setting);
    for (const [finding, value] of Object.entries(this.values)) parts.set(finding, value);
    if (this.skipped.length) parts.set("_skip", this.skipped.join());
    parts.set("_model", `${model.name} ${model.version}`);
    return `case?${parts}`;
  }

  /** The case of a link, with what could not be taken of it; null where it has none. */
  static read(fragment, findings, settings, model) {
    if (!fragment.startsWith("#case?")) return null;
    const state = empty();
    const refused = [];
    const byId = new Map(findings.map((finding) => [finding.id, finding]));
    for (const [name, value] of new URLSearchParams(fragment.slice(6))) {
      const finding = byId.get(name);
      if (name === "id") state.id = value || "case";
      else if (name === "_model") {
        const own = `${model.name} ${model.version}`;
        if (value !== own) refused.push(`It was made with ${value}; this is ${own}.`);
      } else if (name === "_skip") state.skipped = value.split(",").filter((id) => byId.has(id));
      else if (name === "setting") {
        if (settings.includes(value)) state.setting = value;
        else refused.push(`setting: ${value} is none of ${settings.join(", ")}.`);
      } else if (!finding) refused.push(`${name}: the model has no such finding.`);
      else if (finding.kind !== "number" && !finding.states.includes(value)) {
        refused.push(`${name}: ${value} is none of ${finding.states.join(", ")}.`);
      } else if (value !== "") state.values[name] = value;
    }
    return { state, refused };
  }
}
