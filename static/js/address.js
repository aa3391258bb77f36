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
