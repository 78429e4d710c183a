// The ranking: a bar and an interval a cause on one scale from 0 to 100%, and behind each why.

import { capital, interval, make, percent, plain, ratio, state, urgency } from "./words.js";

const usual = 8;

/** The list of causes. Rows stay the same elements, so that open ones stay open. */
export class Ranking {
  #list;
  #sources;
  #rows = new Map();
  #score = null;
  #explained = new Map();
  #known;
  showsAll = false;

  /** `known` has causes and findings by id; `onOpen` is told when a row needs its why. */
  constructor(list, sources, known, onOpen) {
    [this.#list, this.#sources, this.#known, this.onOpen] = [list, sources, known, onOpen];
  }

  get open() { return [...this.#rows.values()].some(({ details }) => details.open); }

  /** How many causes are shown. */
  get count() { return this.showsAll ? this.#known.causes.size : usual; }

  show(score) {
    this.#score = score;
    this.#explained = new Map();
    this.draw();
  }

  draw() {
    if (!this.#score) return;
    const shown = this.#score.ranking.slice(0, this.count);
    const rows = shown.map((ranked) => this.#row(ranked));
    const isSame = rows.length === this.#list.children.length
      && rows.every((row, place) => row === this.#list.children[place]);
    if (!isSame) this.#list.replaceChildren(...rows);
  }

  /** Takes an explanation of the case that is shown. */
  explain({ causes, setting }) {
    this.#explained = new Map(causes.map((cause) => [cause.cause, { ...cause, setting }]));
    for (const [id, row] of this.#rows) if (row.details.open) this.#why(id, row);
  }

  #row({ cause: id, probability, lower, upper }) {
    let row = this.#rows.get(id);
    if (!row) this.#rows.set(id, row = this.#make(id));
    const hasInterval = lower !== undefined;
    row.value.textContent = percent(probability);
    row.range.textContent = hasInterval ? ` (${interval(lower, upper)})` : "";
    row.bar.style.setProperty("--share", `${100 * probability}%`);
    row.whisker.hidden = !hasInterval;
    if (hasInterval) {
      row.bar.style.setProperty("--lower", `${100 * lower}%`);
      row.bar.style.setProperty("--width", `${100 * (upper - lower)}%`);
    }
    if (row.details.open) this.#why(id, row);
    return row.element;
  }

  #make(id) {
    const cause = this.#known.causes.get(id);
    const value = make("span", { className: "value" });
    const range = make("span", { className: "range" });
    const whisker = make("span", { className: "whisker" });
    const bar = make("span", { className: "bar", "aria-hidden": "true" },
      make("span", { className: "share" }), whisker);
    const why = make("div", { className: "why" });
    const details = make("details", {},
      make("summary", {},
        make("span", { className: "name" }, cause?.label ?? capital(plain(id)), " ",
          make("span", { className: `tag ${cause?.urgency ?? ""}` }, cause ? urgency(cause.urgency) : "")),
        make("span", { className: "numbers" }, value, range), bar),
      why);
    const row = { element: make("li", {}, details), details, value, range, bar, whisker, why };
    row.element.dataset.cause = id;
    details.addEventListener("toggle", () => { if (details.open) this.#why(id, row); });
    return row;
  }

  #why(id, row) {
    const explained = this.#explained.get(id);
    if (!explained) {
      row.why.replaceChildren(make("p", { className: "minor" }, "Asking the service why…"));
      this.onOpen();
      return;
    }
    const parts = explained.contributions
      .filter(({ decibans }) => Math.abs(decibans) >= 0.005)
      .sort((left, right) => Math.abs(right.decibans) - Math.abs(left.decibans));
    const silent = explained.contributions.length - parts.length;
    const most = Math.max(1, ...parts.map(({ decibans }) => Math.abs(decibans)));
    const icd = this.#known.causes.get(id)?.icd_10;
    row.why.replaceChildren(
      make("p", {}, `Before any finding: ${percent(explained.prior)} (prior of ${plain(explained.setting)}). `,
        `Each finding makes it more or less probable:`),
      this.#sources.list(explained.prior_sources, explained.prior_basis, "prior"),
      make("ul", { className: "parts" }, ...parts.map((part) => this.#part(part, most))),
      make("p", { className: "minor" },
        silent ? `${silent} known ${silent === 1 ? "finding speaks" : "findings speak"} neither for nor against it. ` : "",
        `With all other causes weighed the same way: ${percent(explained.probability)}.`,
        icd ? ` ICD-10 ${icd}.` : ""));
  }

  #part(part, most) {
    const finding = this.#known.findings.get(part.finding);
    const bar = make("span", { className: `push ${part.decibans > 0 ? "for" : "against"}`, "aria-hidden": "true" },
      make("span", {}));
    bar.style.setProperty("--push", `${50 * Math.abs(part.decibans) / most}%`);
    const discount = part.weight < 1 ? `; weight ${part.weight}, since findings like it say the same` : "";
    return make("li", {},
      make("span", { className: "name" }, `${part.question}: `, make("b", {}, state(finding, part.state))),
      make("span", { className: "numbers" }, `${part.decibans > 0 ? "for" : "against"}, ratio ${ratio(part.likelihood_ratio)}`),
      bar,
      make("p", { className: "minor" },
        `in ${percent(part.likelihood)} with this cause, ${percent(part.background)} of all${discount}`),
      this.#sources.list(part.sources, part.basis, "with this cause"),
      this.#sources.list(part.background_sources, part.background_basis, "of all"));
  }
}
