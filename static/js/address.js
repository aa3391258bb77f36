// The place is in the address, so that it can be linked to and come back to.

/**
 * Keep some fields in the address; empty ones leave it.
 * @param {Record<string, string | number>} fields
 */
export function keepInAddress(fields) {
  const address = new URL(location.href);
  for (const [name, value] of Object.entries(fields)) {
    if (value === "") address.searchParams.delete(name);
    else address.searchParams.set(name, String(value));
  }
  history.replaceState(history.state, "", address);
  return address;
}

/**
 * The tab of another face of the plan leads to the place that is seen in this one.
 * @param {"wbs" | "gantt"} face
 * @param {Record<string, string>} place  fields of its address
 */
export function leadTo(face, place) {
  const link = /** @type {HTMLAnchorElement | null} */ (document.querySelector(`.tabs a[href*="/${face}/"]`));
  if (link) link.href = `${link.pathname}?${new URLSearchParams(place)}`;
}
