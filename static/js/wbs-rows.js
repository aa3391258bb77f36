// The WBS table's window: draws what is seen, forgets what is far, and speaks with the server.
// Knows no rule of planning; wbs.js edits and moves. Others use itdo.wbs.
(() => {
  const root = document.getElementById("wbs");
  if (!root) return;

  const SECTION = 40; // rows that are fetched and forgotten as one
  const AHEAD = 20; // rows drawn beyond the edge of what is seen
  const KEPT = 120; // rows beyond the edge after which a section is emptied again

  const scroller = root.querySelector(".table-scroll");
  const table = scroller.querySelector("table");
  const parser = new DOMParser();
  const state = { total: Number(root.dataset.total), revision: Number(root.dataset.revision) };
  const rowHeight = table.tBodies[0].rows[0].getBoundingClientRect().height;
  let headHeight = table.tHead.offsetHeight;
  let sections = [];
  layOut(new Map([...table.tBodies].map((body) => [Number(body.dataset.from), body])));

  function layOut(drawn) {
    sections = [];
    for (let from = 0; from < state.total; from += SECTION) {
      const count = Math.min(SECTION, state.total - from);
      const body = drawn.get(from);
      const fits = body?.rows.length === count;
      sections.push({ from, count, body: fits ? body : emptyBody(count), isDrawn: fits, isStale: false, request: null });
    }
    for (const body of [...table.tBodies]) body.remove();
    table.append(...sections.map((section) => section.body));
    table.setAttribute("aria-rowcount", String(state.total + 1));
  }
  function emptyBody(count) {
    const body = document.createElement("tbody");
    body.dataset.waiting = "";
    body.setAttribute("aria-hidden", "true");
    const cell = body.insertRow().insertCell();
    cell.colSpan = columns();
    cell.style.height = `${count * rowHeight}px`;
    return body;
  }

  // A narrow screen hides columns; a placeholder that is wider than the table would make room for them.
  function columns() {
    return [...table.tHead.rows[0].cells].filter((cell) => cell.offsetWidth).length;
  }
  function resized() {
    const count = columns();
    headHeight = table.tHead.offsetHeight;
    table.querySelectorAll("[data-waiting] td").forEach((cell) => { cell.colSpan = count; });
    drawSeen();
  }

  // ── what is seen ──
  function seen() {
    const first = Math.floor(scroller.scrollTop / rowHeight);
    const last = Math.ceil((scroller.scrollTop + scroller.clientHeight - headHeight) / rowHeight);
    return { first: Math.max(first, 0), last: Math.min(last, state.total) };
  }
  const isWithin = (section, first, last) => section.from < last && section.from + section.count > first;

  function drawSeen() {
    const { first, last } = seen();
    for (const section of sections) {
      if (isWithin(section, first - AHEAD, last + AHEAD)) draw(section);
      else if (!isWithin(section, first - KEPT, last + KEPT)) forget(section);
      else section.request?.abort();
    }
  }
  function draw(section) {
    if (section.request) return section.request.done;
    if (section.isDrawn && (!section.isStale || isTyped(section))) return Promise.resolve();
    const control = new AbortController();
    section.request = control;
    control.done = ask(`${root.dataset.rowsUrl}?first=${section.from}&count=${section.count}`, { signal: control.signal })
      .then((answer) => {
        section.request = null;
        if (answer?.part) apply(answer.part, { isOwn: false });
      })
      .finally(() => { section.request = null; });
    return control.done;
  }
  // Nobody's half-typed text is drawn over; what waited for it is drawn when it is done.
  const isTyped = (section) => Boolean(section.body.querySelector(".cell--edit"));
  function forget(section) {
    section.request?.abort();
    if (!section.isDrawn || section.body.contains(document.activeElement)) return;
    swap(section, emptyBody(section.count));
    section.isDrawn = false;
  }
  function swap(section, body) {
    section.body.replaceWith(body);
    section.body = body;
  }

  // ── asking and telling ──
  async function ask(url, options = {}) {
    let response, words;
    try {
      response = await fetch(url, { ...options, headers: { "HX-Request": "true", ...options.headers } });
      words = await response.text(); // within: it may be given up in the middle of its body, too
    } catch (error) {
      if (error.name === "AbortError") return null;
      return { refusal: document.body.dataset.offline };
    }
    if (itdo.leaves(response)) return null;
    const page = parser.parseFromString(words, "text/html");
    const part = page.getElementById("wbs-part");
    if (response.ok && part) {
      // What the answer has to say besides: that somebody has too much now.
      document.getElementById("toasts").append(...page.querySelectorAll("#toasts > *"));
      document.querySelectorAll("#toasts [data-toast]").forEach((toast) => htmx.trigger(toast, "htmx:oobAfterSwap"));
      return { part };
    }
    const refused = page.getElementById("wbs-refusal");
    const said = refused ?? page.querySelector("[data-toast] span");
    const { forbidden, gone, failed } = document.body.dataset;
    return {
      refusal: said?.textContent ?? { 403: forbidden, 404: gone }[response.status] ?? failed,
      current: refused?.dataset.current,
    };
  }
  // What the page holds around the place that is seen: the server answers with what changed in it.
  function shown() {
    const { first, last } = seen();
    const near = sections.filter((section) => section.isDrawn && isWithin(section, first - AHEAD, last + AHEAD));
    if (!near.length) return { first: Math.floor(first / SECTION) * SECTION, count: SECTION };
    const end = near[near.length - 1];
    return { first: near[0].from, count: end.from + end.count - near[0].from };
  }
  async function post(url, fields) {
    const { first, count } = shown();
    // Room for rows that a change brings into sight.
    const body = new URLSearchParams({ ...fields, first, count: Math.min(count + SECTION, 10 * SECTION) });
    const answer = await ask(url, { method: "POST", body, headers: { "X-CSRFToken": itdo.csrf() } });
    if (answer?.part) {
      apply(answer.part, { isOwn: true });
      say(answer.part.dataset.message);
    }
    return answer;
  }
  function say(message) {
    if (!message) return;
    itdo.announce(message);
    document.getElementById("wbs-saved").textContent =
      `${root.dataset.saved} ${new Date().toLocaleTimeString(document.documentElement.lang, { hour: "numeric", minute: "2-digit", hourCycle: "h23" })}`;
  }

  // ── putting an answer into the table ──
  function apply(part, { isOwn }) {
    const place = focusedPlace();
    const total = Number(part.dataset.total);
    const revision = Number(part.dataset.revision);
    if (total === 0) return location.reload();
    if (!isOwn && total !== state.total && table.querySelector(".cell--edit")) {
      sections.forEach((section) => { section.isStale = true; });
      return;
    }
    const bodies = [...part.tBodies];
    const isWhole = bodies.some((body) => body.dataset.from !== undefined);
    // Others' changes, or rows that moved: all that is drawn elsewhere is drawn again when it is seen.
    const isStrange = revision !== state.revision && !(isOwn && revision === state.revision + 1);
    for (const section of sections) {
      if (isStrange || (isOwn && (isWhole || !isNear(section)))) section.isStale = true;
    }
    state.revision = revision;
    document.getElementById("wbs-count").textContent = part.dataset.count;
    const isMoved = total !== state.total;
    if (isMoved) {
      state.total = total;
      layOut(new Map());
    }
    if (isWhole) bodies.forEach((body) => placeBody(body, isOwn));
    else bodies.flatMap((body) => [...body.rows]).forEach(placeRow);
    root.dispatchEvent(new CustomEvent("wbs:drawn"));
    restore(place);
    setTimeout(drawSeen);
  }
  function isNear(section) {
    const { first, last } = seen();
    return isWithin(section, first - AHEAD, last + AHEAD);
  }
  function placeBody(body, isOwn) {
    const section = sections[Number(body.dataset.from) / SECTION];
    if (!section || body.rows.length !== section.count || (!isOwn && isTyped(section))) return;
    swap(section, document.adoptNode(body));
    section.isDrawn = true;
    section.isStale = false;
  }
  function placeRow(row) {
    const old = document.getElementById(row.id);
    if (!old || !table.contains(old)) return;
    const fresh = document.adoptNode(row);
    [...fresh.cells].forEach((cell, index) => {
      if (cell.textContent !== old.cells[index]?.textContent) cell.classList.add("cell--changed");
    });
    old.replaceWith(fresh);
  }
  function focusedPlace() {
    const cell = document.activeElement?.closest?.("#wbs tbody td, #wbs tbody th");
    return cell ? { id: cell.parentElement.id, column: cell.cellIndex } : null;
  }
  function restore(place) {
    if (place && !table.contains(document.activeElement)) itdo.wbs.focusCell?.(document.getElementById(place.id), place.column);
  }

  // ── rows by their place ──
  async function rowAt(place) {
    const at = Math.min(Math.max(place, 0), state.total - 1);
    const section = sections[Math.floor(at / SECTION)];
    if (!section.isDrawn) {
      // Only what is seen is kept while it is fetched.
      scrollTo(at);
      await draw(section);
    }
    return sections[Math.floor(at / SECTION)]?.body.rows[at % SECTION];
  }
  const placeOf = (row) => Number(row.getAttribute("aria-rowindex")) - 2;
  function scrollTo(place) {
    const room = scroller.clientHeight - headHeight;
    const top = place * rowHeight;
    if (top < scroller.scrollTop) scroller.scrollTop = top;
    else if (top + rowHeight > scroller.scrollTop + room) scroller.scrollTop = top + rowHeight - room;
  }
  function refresh() {
    sections.forEach((section) => { section.isStale = true; });
    drawSeen();
  }

  let waiting = 0;
  scroller.addEventListener("scroll", () => {
    if (!waiting) waiting = requestAnimationFrame(() => { waiting = 0; drawSeen(); });
  }, { passive: true });
  addEventListener("resize", resized);
  document.body.addEventListener("plan-changed", refresh);

  // ── the place is in the address, so that it can be linked to ──
  let later = 0;
  scroller.addEventListener("scroll", () => { clearTimeout(later); later = setTimeout(rememberPlace, 250); }, { passive: true });
  function rememberPlace() {
    const { first } = seen();
    const section = sections[Math.floor(first / SECTION)];
    // Rows that are still on their way have no number yet.
    if (section && !section.isDrawn) root.addEventListener("wbs:drawn", rememberPlace, { once: true });
    const row = section?.body.rows[first % SECTION];
    const number = row?.querySelector("[data-column='number']");
    if (number) remember({ row: number.textContent });
  }
  function remember(fields) {
    const address = new URL(location.href);
    for (const [key, value] of Object.entries(fields)) {
      if (value) address.searchParams.set(key, value);
      else address.searchParams.delete(key);
    }
    history.replaceState(history.state, "", address);
  }

  window.itdo.wbs = { root, table, scroller, state, post, rowAt, placeOf, scrollTo, refresh, remember, drawSeen, rowHeight };
  document.getElementById("wbs-pages").hidden = true;
  const place = Number(root.dataset.place);
  if (place) scroller.scrollTop = Math.max(place - (root.dataset.opened ? 3 : 0), 0) * rowHeight;
  drawSeen();
})();
