// Keeps the case outside of the page: a row, JSON, a FHIR response, a link.

import { make } from "./words.js";

const get = (id) => document.getElementById(id);

/** The buttons below the form. */
export class Save {
  /** `findings` are those of the form, `all` have the setting too. */
  constructor(shown, findings, all, model) {
    get("save-csv").addEventListener("click", () =>
      download(`${fileName(shown.id)}.csv`, "text/csv", shown.csv(findings)));
    get("save-json").addEventListener("click", () =>
      download(`${fileName(shown.id)}.json`, "application/json", `${JSON.stringify(shown.json(findings), null, 2)}\n`));
    get("save-fhir").addEventListener("click", () =>
      download(`${fileName(shown.id)}.fhir.json`, "application/fhir+json",
        `${JSON.stringify(shown.fhir(all, model, new Date()), null, 2)}\n`));
    get("save-link").addEventListener("click", async () => {
      const link = `${location.origin}${location.pathname}#${shown.fragment(model)}`;
      get("link-row").hidden = false;
      get("link").value = link;
      get("link").focus();
      get("link").select();
      // Where a page may not copy, the link is selected for the person to do it.
      await navigator.clipboard?.writeText(link).catch(() => {});
    });
    get("case-id").addEventListener("change", () => shown.setId(get("case-id").value.trim()));
    // An older link is no link to the case as it is now.
    shown.addEventListener("change", () => { get("link-row").hidden = true; });
  }
}

const fileName = (id) => id.replace(/[^A-Za-z0-9_-]+/g, "-").slice(0, 60) || "case";

function download(name, type, text) {
  const address = URL.createObjectURL(new Blob([text], { type }));
  make("a", { href: address, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}
