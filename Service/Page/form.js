// The fields of the form: states as buttons, numbers with unit and range, unknown always at hand.

import { make, plain, state, unit } from "./words.js";

let count = 0;

/**
 * A field of a finding. `element` is what the form shows; `sync` takes the value of the case;
 * `fault` shows what the service said of it; `focus` goes to it.
 */
export function field(finding, onChange) {
  count += 1;
  const name = `f${count}-${finding.id}`;
  const fault = make("p", { className: "fault", id: `${name}-fault` });
  const made = finding.kind === "number"
    ? numberField(finding, name, fault, onChange) : stateField(finding, name, fault, onChange);
  made.element.dataset.finding = finding.id;
  made.element.append(fault);
  return {
    ...made,
    finding,
    fault(text) {
      fault.textContent = text ?? "";
      made.mark(Boolean(text));
    },
  };
}

function stateField(finding, name, fault, onChange) {
  const inputs = [["", finding.unknownLabel ?? "Unknown"],
    ...finding.states.map((id) => [id, state(finding, id)])]
    .map(([value, label]) => {
      const input = make("input", {
        type: "radio", name, value, id: `${name}-${value}`, checked: value === "",
        onchange: () => onChange(value, false),
      });
      return { input, label: make("label", { className: value === "" ? "state none" : "state" },
        input, make("span", {}, label)) };
    });
  const element = make("fieldset", { className: "field", "aria-describedby": fault.id },
    make("legend", {}, finding.question),
    make("div", { className: "states" }, ...inputs.map(({ label }) => label)));
  const find = (value) => inputs.find(({ input }) => input.value === value)?.input;
  return {
    element,
    sync(value) {
      const input = find(value ?? "");
      if (input) input.checked = true;
      element.classList.toggle("known", Boolean(value));
    },
    mark(isWrong) { element.classList.toggle("wrong", isWrong); },
    focus() { inputs.find(({ input }) => input.checked)?.input.focus(); },
  };
}

function numberField(finding, name, fault, onChange) {
  const range = finding.minimum !== null && finding.maximum !== null
    ? `${finding.minimum} to ${finding.maximum}` : "a number";
  const hint = make("span", { className: "minor", id: `${name}-hint` },
    `${finding.unit ? unit(finding.unit) : ""} (${range})`.trim());
  const reads = make("span", { className: "minor reads" });
  const input = make("input", {
    id: name, inputMode: "decimal", autocomplete: "off", spellcheck: false, size: 8,
    placeholder: "unknown", "aria-describedby": `${hint.id} ${fault.id}`,
    oninput: () => {
      clearTimeout(input.timer);
      input.timer = setTimeout(() => onChange(input.value.trim(), true), 400);
    },
    onchange: () => {
      clearTimeout(input.timer);
      onChange(input.value.trim(), true);
    },
  });
  const clear = make("button", {
    type: "button", className: "none", "aria-label": `Unknown: ${finding.question}`,
    onclick: () => {
      clearTimeout(input.timer);
      input.value = "";
      onChange("", false);
    },
  }, "Unknown");
  const element = make("div", { className: "field number" },
    make("label", { for: name }, finding.question),
    make("div", { className: "states" }, clear, input, hint, reads));
  return {
    element,
    sync(value) {
      if (input.value.trim() !== (value ?? "")) input.value = value ?? "";
      element.classList.toggle("known", Boolean(value));
      clear.setAttribute("aria-pressed", String(!value));
      reads.textContent = value ? stateOf(finding, value) : "";
    },
    mark(isWrong) {
      element.classList.toggle("wrong", isWrong);
      input.setAttribute("aria-invalid", String(isWrong));
    },
    focus() { input.focus(); },
  };
}

/** The state that a number falls into; one on an edge belongs to the state above it. */
function stateOf(finding, text) {
  const number = Number(text);
  const isOutside = (finding.minimum !== null && number < finding.minimum)
    || (finding.maximum !== null && number > finding.maximum);
  if (!Number.isFinite(number) || isOutside) return "";
  return `= ${plain(finding.states[finding.edges.filter((edge) => number >= edge).length] ?? "")}`;
}

/** All fields of the page, by finding; a finding may have two while it is the next question. */
export class Fields {
  #fields = new Map();
  #case;

  constructor(shown) { this.#case = shown; }

  add(finding) {
    const made = field(finding, (value, typed) =>
      finding.isSetting ? this.#case.setSetting(value)
        : this.#case.set({ [finding.id]: value }, finding.question, typed));
    made.sync(finding.isSetting ? this.#case.setting : this.#case.values[finding.id]);
    const all = this.#fields.get(finding.id) ?? [];
    this.#fields.set(finding.id, [...all, made]);
    return made;
  }

  remove(made) {
    const all = this.#fields.get(made.finding.id) ?? [];
    this.#fields.set(made.finding.id, all.filter((other) => other !== made));
    made.element.remove();
  }

  sync() {
    for (const made of [...this.#fields.values()].flat()) {
      made.sync(made.finding.isSetting ? this.#case.setting : this.#case.values[made.finding.id]);
    }
  }

  /** Shows what is wrong at the fields named; true where all faults have found one. */
  fault(faults) {
    for (const made of [...this.#fields.values()].flat()) made.fault(null);
    let all = true;
    for (const { finding, detail } of faults) {
      const found = this.#fields.get(finding) ?? [];
      found.forEach((made) => made.fault(detail));
      all &&= found.length > 0;
    }
    return all;
  }

  first(finding) { return this.#fields.get(finding)?.[0]; }
}

/** The findings of a section behind one line, which says how many of them are known. */
export function section(name, fields, shown) {
  const tally = make("span", { className: "minor" });
  const element = make("details", { className: "section" },
    make("summary", {}, make("span", {}, name), " ", tally),
    make("div", { className: "fields compact" }, ...fields.map((made) => made.element)));
  return {
    element,
    sync() {
      const known = fields.filter((made) => shown.values[made.finding.id] !== undefined).length;
      tally.textContent = `${known} of ${fields.length} known`;
    },
    /** Shows the fields that have a text in their question or id; how many these are. */
    filter(text) {
      let found = 0;
      for (const made of fields) {
        const isIn = `${made.finding.question} ${plain(made.finding.id)}`.toLowerCase().includes(text);
        made.element.hidden = !isIn;
        found += isIn ? 1 : 0;
      }
      element.hidden = found === 0;
      if (text) element.open = found > 0;
      return found;
    },
  };
}
