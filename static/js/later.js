// What is loaded when it is first used is as checked as what comes with the page: its links wait in the head, with the hash
// that each file must have, and become preloads before it is imported.

/**
 * Before a file is imported: its links are looked at.
 * @param {string} name  of the file, "find"
 */
export function expect(name) {
  for (const link of /** @type {NodeListOf<HTMLLinkElement>} */ (
    document.querySelectorAll(`link[rel=later][data-with~="${name}"]`)
  )) {
    link.rel = "modulepreload";
  }
}
