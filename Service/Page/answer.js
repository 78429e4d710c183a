// What stands beside the ranking: urgency with its reasons, first steps, what would change it.

import { make, percent, plain, sentence, state, unit, urgency, value, when } from "./words.js";

const kinds = { referral: "Referral", test: "Tests", care: "Care", advice: "Advice", come_back: "Come back" };

/** Puts answers into words. `known` has causes, findings and labels by id. */
export class Answer {
  constructor(known, sources) { [this.known, this.sources] = [known, sources]; }

  label(cause) { return this.known.causes.get(cause)?.label ?? plain(cause); }

  urgency(score, warnings) {
    const { red_flags: flags, expected_loss: loss } = score.urgency_reasons;
    const leading = loss.causes.slice(0, 3)
      .map(({ cause, probability }) => `${this.label(cause)} (${percent(probability)})`);
    return [
      make("p", { className: `verdict ${score.urgency}` }, urgency(score.urgency)),
      make("ul", { className: "reasons" },
        ...flags.map((flag) => make("li", {},
          make("b", {}, `Red flag, ${urgency(flag.urgency).toLowerCase()}: `), flag.message,
          this.sources.list(flag.sources))),
        make("li", {}, make("b", {}, `By expected loss, ${urgency(loss.urgency).toLowerCase()}`),
          leading.length ? `: most of all for ${leading.join(", ")}.` : ".",
          make("div", { id: "loss-ground" }))),
      ...warnings.map(({ detail, kind }) => make("p", { className: "notice" },
        `${kind === "impossible" ? "This cannot be" : "Outside of what the model is made for"}: ${detail}`)),
    ];
  }

  /** What the losses behind the urgency rest on. */
  losses({ expected_loss_basis: bases, expected_loss_sources: keys }) {
    // The weakest, where there are several: they are all weighed.
    return this.sources.list(keys, bases.at(-1), "losses");
  }

  steps(steps) {
    const element = make("div", {});
    const groups = Map.groupBy(steps.open, ({ kind, phase }) => (phase === "first" ? kind : phase));
    for (const kind of ["referral", "test", "care", "advice", "come_back"]) {
      if (groups.has(kind)) element.append(this.#group(kinds[kind], groups.get(kind)));
      groups.delete(kind);
    }
    for (const [phase, list] of groups) {
      element.append(this.#group(phase === "if_suspected"
        ? "Where one of these causes is suspected more strongly, or found" : `Later: ${plain(phase)}`, list));
    }
    if (steps.not_for_this_patient.length) {
      element.append(make("details", { className: "screen" },
        make("summary", {}, `Not for this patient (${steps.not_for_this_patient.length})`),
        make("ul", {}, ...steps.not_for_this_patient.map(({ what, because }) =>
          make("li", {}, what, make("span", { className: "minor" }, ` Because: ${this.#conditions(because)}`))))));
    }
    element.append(make("p", { className: "minor" }, steps.disclaimer));
    return element;
  }

  #group(title, steps) {
    return make("div", { className: "group" }, make("h4", {}, title),
      make("ul", {}, ...steps.map((step) => this.#step(step))));
  }

  #step(step) {
    const reasons = [...step.causes.map((cause) => this.label(cause)),
      ...step.rules.map((rule) => `red flag ${plain(rule)}`)];
    const time = step.after_days ? `no better after ${step.after_days} days` : when(step.when);
    const conditions = [
      step.only_if.length ? `If ${this.#conditions(step.only_if)}. ` : "",
      step.make_sure_not.length ? `First make sure that this is not so: ${this.#conditions(step.make_sure_not)}. ` : "",
    ].join("");
    const changes = (step.results ?? []).filter((result) => result.changes_leader || result.changes_urgency)
      .sort((left, right) => right.probability - left.probability).slice(0, 3)
      .map((result) => this.#change(step.finding, result));
    return make("li", {}, make("b", {}, `${time}: `), step.what,
      make("span", { className: "minor" }, ` ${conditions}For ${reasons.join("; ")}.`),
      changes.length ? make("details", { className: "screen" },
        make("summary", {}, "Results that would change the answer"), make("ul", {}, ...changes)) : null,
      this.sources.list(step.sources, step.basis));
  }

  #conditions(conditions) {
    return conditions.map(({ finding: id, states }) => {
      const finding = this.known.findings.get(id);
      return `${finding?.question ?? plain(id)}: ${states.map((one) => state(finding, one)).join(" or ")}`;
    }).join("; ");
  }

  #change(id, change) {
    const finding = this.known.findings.get(id);
    return make("li", {}, make("b", {}, state(finding, change.state)),
      ` (${percent(change.probability)}): ${this.label(change.leading_cause)} first, `,
      `${urgency(change.urgency).toLowerCase()}`);
  }

  /** The findings that are worth asking for, with what their answers would do. */
  changes(suggestions, ask) {
    if (suggestions.length === 0) return [make("p", { className: "minor" }, "Nothing that is left to ask for would.")];
    const none = suggestions.every(({ changes }) => changes.length === 0);
    return [make("p", { className: "minor" }, none
      ? "No single answer would change the leading cause or the urgency. These say most:"
      : "Answers that would change the leading cause or the urgency, with their probability:"),
    make("ul", { className: "changes" }, ...suggestions.map((suggestion) => make("li", {},
      make("span", {}, suggestion.question, suggestion.unit ? ` (${unit(suggestion.unit)})` : ""), " ",
      make("button", { type: "button", className: "screen small", "aria-label": `Ask: ${suggestion.question}`,
        onclick: () => ask(suggestion.finding) }, "Ask"),
      suggestion.changes.length
        ? make("ul", { className: "minor" }, ...suggestion.changes.slice(0, 3)
          .map((change) => this.#change(suggestion.finding, change)))
        : null)))];
  }

  reason({ reason }) { return `${sentence(reason, this.known.labels)}.`; }

  /** The findings that are known, each with a way to it. */
  knownList(shown, go) {
    const list = [...this.known.findings.values()].filter(({ id }) => shown.values[id] !== undefined);
    if (list.length === 0) return [make("li", { className: "minor" }, "Nothing yet.")];
    return list.map((finding) => {
      const link = make("a", { href: "#form", onclick: (event) => {
        event.preventDefault();
        go(finding.id);
      } }, `${finding.question}: `, make("b", {}, value(finding, shown.values[finding.id])));
      return make("li", {}, link);
    });
  }
}
