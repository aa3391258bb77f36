// The Gantt chart's window: draws what is seen, forgets what is far, and keeps the place in the address.
// Knows no rule and no date arithmetic beyond "day × pixels"; gantt-edit.js moves bars.
(() => {
  const root = document.getElementById("gantt");
  if (!root) return;

  const ROW = 32;
  const AXIS = 48;
  const AHEAD = 20; // rows drawn beyond the edge of what is seen
  const KEPT = 120; // rows beyond the edge after which a section is emptied again
  const THIRD = 0.34; // the day that the address names lies a third from the left

  const table = root.querySelector(".gantt__table");
  const grid = table.querySelector("table");
  const chart = root.querySelector(".gantt__chart");
  const pictures = root.querySelector(".gantt__sections");
  const state = {
    count: Number(root.dataset.count),
    total: Number(root.dataset.total),
    firstDay: Number(root.dataset.firstDay),
    pixels: Number(root.dataset.pixels),
    revision: root.dataset.revision,
  };
  // A template, not a parser of documents: a document for every section is left behind while one scrolls.
  function parse(html) {
    const template = document.createElement("template");
    template.innerHTML = html;
    return template.content;
  }

  // ── sections: a piece of the table and its picture, side by side ──
  const sections = layOut();

  function layOut() {
    const first = grid.tBodies[0];
    const from = Number(first?.dataset.from ?? 0);
    const offset = from % state.count;
    const starts = [];
    if (offset) starts.push(0);
    for (let start = offset; start < state.total; start += state.count) starts.push(start);
    const drawn = new Map([...grid.tBodies].map((body) => [Number(body.dataset.from), body]));
    const images = new Map([...pictures.children].map((image) => [Number(image.dataset.from), image]));
    const made = starts.map((start, index) => {
      const count = (starts[index + 1] ?? state.total) - start;
      const section = { from: start, count, body: drawn.get(start), image: images.get(start), request: null };
      section.isDrawn = Boolean(section.body);
      section.revision = state.revision;
      section.body ??= emptyBody(count);
      section.image ??= emptyImage(count);
      section.image.style.containIntrinsicBlockSize = `${count * ROW}px`;
      return section;
    });
    grid.append(...made.map((section) => section.body));
    pictures.replaceChildren(...made.map((section) => section.image));
    return made;
  }
  function emptyBody(count) {
    const body = document.createElement("tbody");
    body.dataset.waiting = "";
    const cell = body.insertRow().insertCell();
    cell.colSpan = 5;
    cell.style.height = `${count * ROW}px`;
    return body;
  }
  function emptyImage(count) {
    const image = document.createElement("div");
    image.className = "gantt-section";
    image.dataset.waiting = "";
    image.style.height = `${count * ROW}px`;
    image.style.containIntrinsicBlockSize = `${count * ROW}px`;
    return image;
  }

  // ── what is seen ──
  function seenRows() {
    const first = Math.floor(root.scrollTop / ROW);
    const last = Math.ceil((root.scrollTop + root.clientHeight - AXIS) / ROW);
    return { first: Math.max(first, 0), last: Math.min(last, state.total) };
  }
  function isWithin(section, first, last) {
    return section.from < last && section.from + section.count > first;
  }
  const room = () => root.clientWidth - table.offsetWidth;

  function drawSeen() {
    const { first, last } = seenRows();
    for (const section of sections) {
      if (isWithin(section, first - AHEAD, last + AHEAD)) draw(section);
      else if (!isWithin(section, first - KEPT, last + KEPT)) forget(section);
      else section.request?.abort();
    }
    drawAxis();
  }

  async function draw(section) {
    if (section.request || (section.isDrawn && section.revision === state.revision)) return section.request?.done;
    const control = new AbortController();
    section.request = control;
    control.done = fetchPart(rowsUrl(section), control.signal).then((part) => {
      if (part) place(section, part);
    }).finally(() => { section.request = null; });
    return control.done;
  }
  function rowsUrl(section) {
    return `${root.dataset.rowsUrl}${root.dataset.query}&first=${section.from}&count=${section.count}`;
  }
  async function fetchPart(url, signal) {
    let response, words;
    try {
      response = await fetch(url, { signal, headers: { "HX-Request": "true" } });
      words = await response.text(); // within: it may be given up in the middle of its body, too
    } catch (error) {
      if (error.name !== "AbortError") itdo.toast(document.body.dataset.offline, { late: true });
      return null;
    }
    if (itdo.leaves(response)) return null;
    if (response.redirected || !response.ok) {
      if (response.redirected || response.status === 404) location.reload();
      else if (!itdo.tell(parse(words))) itdo.toast(document.body.dataset.failed, { late: true });
      // Scrolled faster than the server lets anybody: what is empty is drawn when it may be.
      const wait = response.status === 429 && Number(response.headers.get("Retry-After"));
      if (wait) setTimeout(drawSeen, wait * 1000);
      return null;
    }
    const part = parse(words);
    return fits(part.getElementById("gantt-part")?.dataset) ? part : null;
  }
  // Somebody else may have changed the plan: what is drawn is then drawn again, piece by piece;
  // only when the frame itself has changed (rows, first day, width) is the page loaded anew.
  function fits(frame, { isOwn = false } = {}) {
    if (!frame) return false;
    if (["total", "firstDay", "days"].some((name) => frame[name] !== root.dataset[name])) {
      reload();
      return false;
    }
    if (frame.revision !== state.revision) {
      // The answer to one's own change holds all that is shown, unless others came in between.
      if (isOwn && frame.before === state.revision) sections.forEach((section) => { section.revision = frame.revision; });
      state.revision = frame.revision;
      setTimeout(drawSeen);
    }
    return true;
  }
  function place(section, part) {
    const body = part.querySelector("tbody");
    const image = part.querySelector(".gantt-section");
    if (!body || !image) return;
    image.style.containIntrinsicBlockSize = `${section.count * ROW}px`;
    const stay = staying(section);
    section.body.replaceWith(body);
    section.image.replaceWith(image);
    Object.assign(section, { body, image, isDrawn: true, revision: state.revision });
    root.dispatchEvent(new CustomEvent("gantt:drawn", { detail: section }));
    stay();
  }
  // Who is on a bar or in a row with the keys is there again when it is drawn again.
  function staying(section) {
    const old = document.activeElement;
    const id = (section.body.contains(old) || section.image.contains(old)) && old.closest("[id]")?.id;
    if (!id) return () => {};
    const links = () => [...document.getElementById(id)?.querySelectorAll("a") ?? []];
    const [place, kind] = [links().indexOf(old), old.matches(".gantt-bar") ? ".gantt-bar" : "a.cut"];
    return () => {
      const link = links()[place];
      if (link?.matches(kind)) {
        root.querySelectorAll(`${kind}[tabindex="0"]`).forEach((other) => { other.tabIndex = -1; });
        link.tabIndex = 0;
      }
      link?.focus({ preventScroll: true });
    };
  }
  function forget(section) {
    section.request?.abort();
    if (!section.isDrawn || section.body.contains(document.activeElement) || section.image.contains(document.activeElement)) return;
    const body = emptyBody(section.count);
    const image = emptyImage(section.count);
    section.body.replaceWith(body);
    section.image.replaceWith(image);
    Object.assign(section, { body, image, isDrawn: false });
  }

  // ── axis and shaded days come in tiles ──
  const axis = document.getElementById("gantt-axis-tiles");
  const ground = document.getElementById("gantt-ground-tiles");
  const tileWidth = Number(root.dataset.tileDays) * state.pixels;
  const tiles = new Set([...axis.children].map((tile) => Number(tile.id.slice(5))));

  function drawAxis() {
    const first = Math.floor((root.scrollLeft - 200) / tileWidth);
    const last = Math.floor((root.scrollLeft + room() + 200) / tileWidth);
    const missing = [];
    for (let tile = Math.max(first, 0); tile <= Math.min(last, root.dataset.tiles - 1); tile += 1) {
      if (!tiles.has(tile)) missing.push(tile);
    }
    if (!missing.length) return;
    missing.forEach((tile) => tiles.add(tile));
    fetchPart(`${root.dataset.axisUrl}${root.dataset.query}&tiles=${missing.join(",")}`).then((part) => {
      if (!part) missing.forEach((tile) => tiles.delete(tile));
      part?.querySelectorAll("[id^=axis-]").forEach((tile) => axis.append(tile));
      part?.querySelectorAll("[id^=ground-]").forEach((tile) => ground.append(tile));
    });
  }

  // ── the place in the address: first row, and the day a third from the left ──
  function rememberPlace() {
    const url = new URL(location);
    const day = state.firstDay + Math.floor((root.scrollLeft + room() * THIRD) / state.pixels);
    url.searchParams.set("row", Math.round(root.scrollTop / ROW) + 1);
    url.searchParams.set("date", isoDay(day));
    url.searchParams.delete("task"); // it only said where to open
    history.replaceState(history.state, "", url);
    for (const name of ["row", "date"]) {
      const value = url.searchParams.get(name);
      for (const link of document.querySelectorAll("a[data-keeps-place]")) {
        const target = new URL(link.href);
        target.searchParams.set(name, value);
        link.href = target;
      }
      const field = document.querySelector(`form[data-keeps-place] [name=${name}]`);
      if (field) field.value = value;
    }
  }
  const isoDay = (day) => new Date(day * 86_400_000).toISOString().slice(0, 10);

  function showDay(day) {
    root.scrollLeft = (day - state.firstDay) * state.pixels - room() * THIRD;
  }
  function showRow(row) {
    root.scrollTop = row * ROW;
  }
  function reload() {
    rememberPlace();
    location.reload();
  }

  // Something is out of date: ask again for all that is drawn.
  function refresh() {
    sections.forEach((section) => { section.revision = null; });
    drawSeen();
  }

  let waiting = 0;
  let resting = 0;
  root.addEventListener("scroll", () => {
    waiting ||= setTimeout(() => { waiting = 0; drawSeen(); }, 60);
    clearTimeout(resting);
    resting = setTimeout(rememberPlace, 300);
  }, { passive: true });
  addEventListener("resize", drawSeen);
  document.querySelector("[data-today-jump]")?.addEventListener("click", (event) => {
    event.preventDefault();
    showDay(Number(root.dataset.today));
  });

  // A branch opens and closes for this person; the rows behind it all move, so the page is asked for again.
  root.addEventListener("click", async (event) => {
    const toggle = event.target.closest("[data-toggle]");
    if (!toggle) return;
    toggle.disabled = true;
    const url = root.dataset.foldUrl.replace("/0/", `/${toggle.dataset.toggle}/`);
    await fetch(url, { method: "POST", headers: { "X-CSRFToken": itdo.csrf(), "HX-Request": "true" } });
    reload();
  });

  document.querySelector(".gantt-pages").hidden = true; // the way through the rows without a script
  showRow(Number(root.dataset.row));
  showDay(Number(root.dataset.openDay));
  drawSeen();

  window.itdo.gantt = { root, state, sections, pictures, chart, ROW, AXIS, draw, drawSeen, fits, refresh, isoDay, parse, reload, room, tileWidth };
})();
