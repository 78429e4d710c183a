// How ids, numbers and units are said, and the one way in which elements are made.

const units = {
  score_0_10: "of 10",
  times_upper_limit: "times the upper limit",
  "umol/L": "µmol/L",
  "10^9/L": "10⁹/L",
};
const urgencies = {
  self_care: "Self-care",
  routine: "Routine",
  urgent: "Urgent",
  emergency: "Emergency",
};
const whens = { now: "now", same_day: "same day", days: "within days", weeks: "within weeks" };

/** An element with properties, attributes (names with a hyphen, role, for) and children. */
export function make(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (value === undefined || value === null) continue;
    if (name.includes("-") || name === "role" || name === "for") element.setAttribute(name, value);
    else if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else element[name] = value;
  }
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

export const plain = (id) => id.replaceAll("_", " ");
export const capital = (text) => text.charAt(0).toUpperCase() + text.slice(1);
export const unit = (name) => units[name] ?? plain(name);
export const urgency = (id) => urgencies[id] ?? capital(plain(id));
export const when = (id) => whens[id] ?? plain(id);

/** The state of a finding, in words. */
export function state(finding, id) {
  if (finding?.kind === "binary") {
    if (id === "present") return "Yes";
    if (id === "absent") return "No";
  }
  return capital(plain(id));
}

/** A value of a case, in words: a state, or a number with its unit. */
export function value(finding, given) {
  if (finding.kind !== "number") return state(finding, given);
  if (!finding.unit) return `${given}`;
  const isOne = given === "1" && /^(day|year)s$/.test(finding.unit);
  return `${given} ${isOne ? finding.unit.slice(0, -1) : unit(finding.unit)}`;
}

/** A share of one; what one digit behind the point cannot show is said so. */
export function percent(share) {
  if (share > 0 && share < 0.001) return "under 0.1%";
  if (share < 1 && share > 0.999) return "over 99.9%";
  return `${(100 * share).toFixed(1)}%`;
}

/** Both ends of an interval. */
export const interval = (lower, upper) =>
  `${(100 * lower).toFixed(1)} to ${(100 * upper).toFixed(1)}%`;

/** A ratio with three digits. */
export function ratio(number) {
  if (number >= 1000 || number < 0.001) return number.toExponential(1);
  return number >= 100 ? number.toFixed(0) : number.toPrecision(3);
}

/** Ids of causes, findings and states in a sentence of the service, put as words. */
export function sentence(text, labels) {
  return text.replace(/[a-z0-9]+(?:_[a-z0-9]+)+/g, (id) => labels.get(id) ?? plain(id));
}
