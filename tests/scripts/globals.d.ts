// What pages have beside our own modules.

/** htmx, as our scripts use it. */
declare const htmx: {
  ajax(
    method: "GET" | "POST",
    url: string,
    options: { target: string | Element; swap?: string; source?: Element; values?: Record<string, string> },
  ): Promise<void>;
};
