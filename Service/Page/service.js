// Calls of the service: with a time limit, with problems as errors that say what is wrong.

const patience = 30_000;

/** The service refused, cannot be reached, or is too slow. */
export class ServiceError extends Error {
  constructor(message, status = 0, faults = [], retryAfter = null) {
    super(message);
    Object.assign(this, { status, faults, retryAfter });
  }
}

/** The service that has sent this page. */
export class Service {
  /** Kept in this page alone, where the service asks for one. */
  token = "";

  get(path) { return this.#call(path, {}); }

  post(path, body, signal) {
    return this.#call(path, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(body),
    }, signal);
  }

  async #call(path, options, signal) {
    const limit = AbortSignal.timeout(patience);
    const headers = { Accept: "application/json", ...options.headers };
    if (this.token) headers.Authorization = `Bearer ${this.token}`;
    let response, text;
    try {
      response = await fetch(path, {
        ...options, headers, cache: "no-store", credentials: "omit",
        signal: signal ? AbortSignal.any([signal, limit]) : limit,
      });
      text = await response.text();
    } catch (error) {
      if (signal?.aborted) throw signal.reason;
      throw new ServiceError(limit.aborted
        ? `The service has not answered within ${patience / 1000} seconds.`
        : "The service cannot be reached.");
    }
    let answer = null;
    try { answer = JSON.parse(text); } catch { /* told below */ }
    if (response.ok && answer !== null) return answer;
    const retryAfter = Number(response.headers.get("Retry-After")) || null;
    throw new ServiceError(
      answer?.detail ?? `The service answered with status ${response.status}, and not with JSON.`,
      response.status, answer?.faults ?? [], retryAfter);
  }
}
