// Words of the page with their gaps filled. Pure.

/**
 * "{count}件を選択" with `{ count: 3 }`: "3件を選択".
 * @param {string | undefined} pattern
 * @param {Record<string, string | number>} values
 */
export const fill = (pattern, values) => (pattern ?? "").replace(/\{(\w+)\}/g, (_gap, name) => String(values[name]));
