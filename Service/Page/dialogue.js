// The next question: one finding at a time, which stays until its answer is settled.

import { make } from "./words.js";

/** The card of the next question. `enter` on its buttons settles the answer and goes on. */
export class Dialogue {
  #card;
  #body;
  #why;
  #go;
  #fields;
  #case;
  #answer;
  #findings;
  #made = null;
  #wanted = null;
  #suggestions = [];
  #isWaiting = false;

  constructor({ card, body, why, go }, fields, shown, answer, findings) {
    [this.#card, this.#body, this.#why, this.#go] = [card, body, why, go];
    [this.#fields, this.#case, this.#answer, this.#findings] = [fields, shown, answer, findings];
    card.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#next();
    });
  }

  /** Takes what the service suggests; a question that is being answered stays. */
  take({ suggestions, should_stop: stop }) {
    this.#suggestions = suggestions;
    this.stop = stop;
    const isBusy = this.#made
      && (this.#isKnown || this.#wanted || this.#card.contains(document.activeElement));
    if (this.#isWaiting || !isBusy) {
      const focuses = this.#isWaiting;
      this.#isWaiting = false;
      this.#show(suggestions[0]?.finding ?? null, focuses);
    }
    this.#explain();
  }

  /** Asks for a finding that a person has chosen. */
  ask(finding) {
    this.#wanted = finding;
    this.#show(finding, true);
  }

  sync() { this.#go.textContent = this.#isKnown || !this.#made ? "Next question" : "Not known: next question"; }

  get #isKnown() { return this.#made && this.#case.values[this.#made.finding.id] !== undefined; }

  #next() {
    const last = this.#made?.finding;
    this.#wanted = null;
    // A number that was typed a moment ago has to be in the case.
    if (this.#card.contains(document.activeElement)) document.activeElement.dispatchEvent(new Event("change"));
    if (last && !this.#isKnown) {
      this.#isWaiting = true;
      this.#case.skip(last.id, `not known: ${last.question}`);
      return;
    }
    const following = this.#suggestions.find(({ finding }) =>
      finding !== last?.id && this.#case.values[finding] === undefined);
    this.#show(following?.finding ?? null, true);
  }

  #show(id, focuses) {
    if (this.#made?.finding.id !== id) {
      if (this.#made) this.#fields.remove(this.#made);
      const finding = this.#findings.get(id);
      this.#made = finding ? this.#fields.add(finding) : null;
      this.#body.replaceChildren(this.#made?.element
        ?? make("p", {}, "Nothing is left that the service would ask for."));
    }
    this.sync();
    this.#explain();
    if (focuses) (this.#made ?? this.#go).focus();
  }

  #explain() {
    const suggestion = this.#suggestions.find(({ finding }) => finding === this.#made?.finding.id);
    const lines = [];
    if (this.stop?.value) lines.push(`You may stop: ${this.#answer.reason(this.stop)}`);
    if (suggestion) lines.push(`Why this: ${this.#answer.reason(suggestion)}`);
    this.#why.replaceChildren(...lines.map((line) => make("span", { className: "line" }, line)));
  }
}
