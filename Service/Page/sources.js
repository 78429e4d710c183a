// Where numbers and rules come from: a basis, and citations that open below it.

import { capital, make } from "./words.js";

const addresses = [
  [/^PMID:(\d+)$/, (id) => `https://pubmed.ncbi.nlm.nih.gov/${id}/`],
  [/^PMC(\d+)$/, (id) => `https://www.ncbi.nlm.nih.gov/pmc/articles/PMC${id}/`],
  [/^DOI:(.+)$/, (id) => `https://doi.org/${id}`],
  [/^(https?:\/\/.+)$/, (id) => id],
];
const bases = {
  published: "published",
  derived: "derived from published numbers",
  assumed: "assumed: a judgement",
  background: "not studied with this cause: taken as in everybody",
};

/** A basis in words; of a number that is what others leave of one, theirs. */
function words(basis) {
  const rest = basis.match(/^rest of (.*)$/);
  return rest ? `what is left of one by numbers that are ${bases[rest[1]] ?? rest[1]}` : bases[basis] ?? basis;
}

/** The sources of the model, asked for when first needed. */
export class Sources {
  #service;
  #loading = null;

  constructor(service) { this.#service = service; }

  #load() {
    this.#loading ??= this.#service.get("/v1/sources").then(
      ({ sources }) => new Map(sources.map((source) => [source.key, source])),
      (error) => { this.#loading = null; throw error; });
    return this.#loading;
  }

  /** A line that opens to the citations of some keys; `of` says which number they are of. */
  list(keys, basis, of = "") {
    const word = basis ? `basis: ${words(basis)}` : "";
    const line = capital(`${of}${of && word ? ", " : ""}${word}`);
    if (keys.length === 0) {
      return make("p", { className: "minor sourceless", "data-of": of }, line ? `${line}; no source.` : "No source.");
    }
    const items = make("ul", {}, make("li", {}, "…"));
    const element = make("details", { className: "sources screen", "data-of": of },
      make("summary", {}, `${line ? `${line}. ` : ""}${keys.length === 1 ? "Source" : `${keys.length} sources`}`),
      items);
    element.addEventListener("toggle", async () => {
      if (!element.open) return;
      try {
        const known = await this.#load();
        items.replaceChildren(...keys.map((key) => citation(known.get(key), key)));
      } catch (error) {
        items.replaceChildren(make("li", {}, `${error.message} Close and open to try again.`));
      }
    });
    return element;
  }
}

function citation(source, key) {
  if (!source) return make("li", {}, key);
  const links = source.identifier.split(";").map((part) => part.trim()).filter(Boolean).map((part) => {
    for (const [pattern, address] of addresses) {
      const match = part.match(pattern);
      if (match) {
        return make("a", { href: address(match[1]), target: "_blank", rel: "noopener noreferrer" }, part);
      }
    }
    return part;
  });
  return make("li", {}, source.citation, ...links.flatMap((link) => [" ", link]));
}
