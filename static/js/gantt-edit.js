// Bars: choose one, drag it with mouse or finger, or carry it with the keys. The server decides what a
// move means and answers with every row that changed; until then only an outline moves.
(() => {
  const gantt = window.itdo?.gantt;
  if (!gantt) return;
  const { root, state, sections, ROW } = gantt;

  const EDGE = 6; // px at the end of a bar that take hold of its finish
  const SLOP = 4; // px a pointer may tremble before it drags
  const snap = Number(root.dataset.snap);
  const canEdit = root.dataset.moveUrl !== undefined && snap > 0;
  const svg = (name, attributes) => {
    const element = document.createElementNS("http://www.w3.org/2000/svg", name);
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
    return element;
  };
  const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);

  // ── what a bar is ──
  const groupOf = (bar) => bar.closest("[id^=bar-]");
  const idOf = (bar) => groupOf(bar).id.slice(4);
  const titleOf = (bar) => document.querySelector(`#row-${idOf(bar)} .cut`)?.textContent ?? "";
  const isMovable = (bar) => canEdit && !bar.classList.contains("gantt-bar--summary");
  const isMilestone = (bar) => bar.classList.contains("gantt-bar--milestone");

  function boxOf(bar) {
    const track = bar.querySelector(".gantt-bar__track").getBBox();
    const half = isMilestone(bar) ? 0 : 0.5;
    return { left: track.x - half, right: track.x + track.width + half };
  }
  // First and last day, read back from the picture; a bar covers its last day.
  function daysOf(bar) {
    const box = boxOf(bar);
    if (isMilestone(bar)) {
      const day = state.firstDay + Math.floor((box.left + box.right) / 2 / state.pixels);
      return { start: day, finish: day };
    }
    const start = state.firstDay + Math.round(box.left / state.pixels);
    const length = Math.max(Math.round((box.right - box.left) / state.pixels), 1);
    return { start, finish: start + length - 1 };
  }

  // ── one bar is chosen, one can be reached with Tab ──
  let chosen = null;
  let press = null;

  function choose(bar) {
    if (chosen === bar) return;
    unchoose();
    chosen = bar;
    bar.classList.add("gantt-bar--selected");
    bar.addEventListener("touchmove", holdStill, { passive: false });
    const id = idOf(bar);
    document.getElementById(`row-${id}`)?.setAttribute("aria-selected", "true");
    const row = rowOf(bar);
    document.getElementById("gantt-selected").setAttribute("y", row * ROW);
    if (isMovable(bar) && !isMilestone(bar)) {
      const box = boxOf(bar);
      bar.append(svg("rect", { class: "gantt-bar__handle", x: box.right - 3, y: 10, width: 5, height: 9, rx: 2 }));
    }
  }
  // `touch-action` does not reach the inside of a picture, so the chart is kept from scrolling here.
  function holdStill(event) {
    if (press) event.preventDefault();
  }
  function unchoose() {
    if (!chosen) return;
    chosen.classList.remove("gantt-bar--selected");
    chosen.removeEventListener("touchmove", holdStill);
    chosen.querySelector(".gantt-bar__handle")?.remove();
    document.getElementById(`row-${idOf(chosen)}`)?.removeAttribute("aria-selected");
    document.getElementById("gantt-selected").setAttribute("y", -ROW);
    chosen = null;
  }
  function rowOf(bar) {
    const group = groupOf(bar);
    const section = group.closest(".gantt-section");
    return Number(section.dataset.from) + Math.round(group.transform.baseVal.getItem(0).matrix.f / ROW);
  }
  function prepare(section) {
    if (!section.isDrawn) return;
    const bars = section.image.querySelectorAll(".gantt-bar");
    bars.forEach((bar) => { bar.tabIndex = -1; bar.draggable = false; });
    section.body.querySelectorAll("a").forEach((link) => { link.tabIndex = -1; });
    const again = chosen?.isConnected === false && section.image.querySelector(`#bar-${idOf(chosen)} .gantt-bar`);
    if (again) choose(again);
    keepReachable();
  }
  function keepReachable() {
    for (const selector of [".gantt-bar", "tbody a.cut"]) {
      if (!root.querySelector(`${selector}[tabindex="0"]`)) root.querySelector(selector)?.setAttribute("tabindex", "0");
    }
  }
  root.addEventListener("gantt:drawn", (event) => prepare(event.detail));
  sections.forEach(prepare);

  // ── the outline that moves ──
  let held = null;

  function take(bar, isResize) {
    choose(bar);
    const days = daysOf(bar);
    const group = groupOf(bar);
    const ghost = svg("g", { transform: group.getAttribute("transform") });
    const outline = svg("rect", { class: "gantt-ghost", y: 8.5, height: 12, rx: 3 });
    const dates = svg("text", { class: "gantt-ghost__dates", y: 5 });
    ghost.append(outline, dates);
    group.ownerSVGElement.append(ghost); // over all its neighbours
    bar.classList.add("gantt-bar--held");
    root.classList.add("gantt--held");
    held = { bar, days, isResize, delta: 0, box: boxOf(bar), ghost, outline, dates };
    trace();
  }
  function trace() {
    const { box, delta, isResize, outline, dates } = held;
    const shift = delta * state.pixels;
    const left = isResize ? box.left : box.left + shift;
    const right = Math.max(box.right + shift, left + 3);
    outline.setAttribute("x", left);
    outline.setAttribute("width", right - left);
    dates.setAttribute("x", left);
    dates.textContent = spellHeld();
  }
  function plannedDays() {
    const { days, delta, isResize } = held;
    const start = isResize ? days.start : days.start + delta;
    return { start, finish: Math.max(days.finish + delta, start) };
  }
  function spellHeld() {
    const { start, finish } = plannedDays();
    return start === finish ? spell(start) : fill(root.dataset.sayRange, { start: spell(start), finish: spell(finish) });
  }
  const dayFormat = new Intl.DateTimeFormat(document.documentElement.lang, { month: "numeric", day: "numeric", weekday: "short", timeZone: "UTC" });
  const spell = (day) => dayFormat.format(new Date(day * 86_400_000));

  function carry(days) {
    if (held.isSent) return;
    const step = Math.round(days / snap) * snap;
    const least = held.isResize ? held.days.start - held.days.finish : -Infinity;
    held.delta = Math.max(step, least);
    trace();
  }
  function letGo() {
    if (!held) return;
    held.ghost.remove();
    held.bar.classList.remove("gantt-bar--held");
    root.classList.remove("gantt--held");
    held = null;
  }
  function cancel() {
    if (!held || held.isSent) return;
    itdo.announce(root.dataset.sayCancelled);
    letGo();
  }
  async function drop() {
    const { bar, delta, isResize, isSent } = held;
    if (isSent) return undefined;
    if (!delta) return cancel();
    held.isSent = true;
    const { start, finish } = plannedDays();
    const url = (isResize ? root.dataset.resizeUrl : root.dataset.moveUrl).replace("/0/", `/${idOf(bar)}/`);
    const ghosted = held;
    const { at } = groupOf(bar).dataset;
    const answered = await post(url, { at, ...(isResize ? { finish: gantt.isoDay(finish) } : { start: gantt.isoDay(start) }) });
    // A second bar may have been taken meanwhile.
    if (held === ghosted) letGo();
    else ghosted.ghost.remove();
    if (answered) swap(answered);
    document.querySelector(`#bar-${idOf(bar)} .gantt-bar`)?.focus({ preventScroll: true });
    return undefined;
  }

  // ── asking the server ──
  async function post(url, values) {
    const shown = sections.filter((section) => section.isDrawn).map((section) => `${section.from}-${section.count}`).join(",");
    const body = new URLSearchParams({ ...values, shown });
    let response;
    try {
      response = await fetch(url + root.dataset.query, { method: "POST", body, headers: { "X-CSRFToken": itdo.csrf(), "HX-Request": "true" } });
    } catch {
      itdo.toast(document.body.dataset.offline, { late: true });
      return null;
    }
    if (itdo.leaves(response)) return null;
    const answer = gantt.parse(await response.text());
    const toasts = answer.querySelectorAll("#toasts > *");
    document.getElementById("toasts").append(...toasts);
    document.querySelectorAll("#toasts [data-toast]").forEach((toast) => htmx.trigger(toast, "htmx:oobAfterSwap"));
    if (response.ok) return answer;
    const { forbidden, gone, failed } = document.body.dataset;
    if (!toasts.length) itdo.toast({ 403: forbidden, 404: gone }[response.status] ?? failed, { late: true });
    if (response.status === 409) gantt.refresh();
    return null;
  }
  // Every piece of the answer replaces the one with its id.
  function swap(answer) {
    if (!gantt.fits(answer.getElementById("gantt-part")?.dataset, { isOwn: true })) return;
    const selected = chosen && idOf(chosen);
    unchoose();
    for (const row of answer.querySelectorAll("tr[id]")) {
      const old = document.getElementById(row.id);
      [...row.cells].forEach((cell, index) => cell.classList.toggle("cell--changed", cell.textContent !== old?.cells[index].textContent));
      old?.replaceWith(row);
    }
    for (const piece of answer.querySelectorAll("#gantt-part svg > [id]")) {
      const old = document.getElementById(piece.id);
      if (old) old.replaceWith(piece);
      else if (piece.id.startsWith("label-")) {
        const bar = document.getElementById(piece.id.replace("label", "bar"));
        bar?.closest("svg").querySelector(".gantt-labels").append(piece);
      }
    }
    sections.forEach(prepare);
    const bar = selected && document.querySelector(`#bar-${selected} .gantt-bar`);
    if (bar) { choose(bar); reach(bar); }
    const { message, along } = answer.getElementById("gantt-part").dataset;
    // What moved along may lie out of sight; a toast is seen, and spoken too.
    if (along > 0) itdo.toast(message);
    else itdo.announce(message);
  }
  function reach(bar) {
    root.querySelectorAll('.gantt-bar[tabindex="0"]').forEach((other) => { other.tabIndex = -1; });
    bar.tabIndex = 0;
  }

  // ── mouse and finger ──
  root.addEventListener("pointerdown", (event) => {
    const bar = event.target.closest(".gantt-bar");
    if (!bar || event.button !== 0 || held) return;
    // A finger first chooses a bar and then drags it; else every swipe over the chart would move a task.
    if (event.pointerType !== "mouse" && bar !== chosen) return;
    press = { bar, x: event.clientX, scroll: root.scrollLeft, pointer: event.pointerId, isResize: isAtEdge(bar, event.clientX), wasChosen: bar === chosen };
    if (event.pointerType === "mouse") event.preventDefault();
    bar.focus({ preventScroll: true });
  });
  addEventListener("pointermove", (event) => {
    if (!press || event.pointerId !== press.pointer) return hover(event);
    const moved = event.clientX - press.x + root.scrollLeft - press.scroll;
    if (!held) {
      // The chart may have been drawn again since: of a bar that is no longer in it nothing can be measured.
      if (!press.bar.isConnected) press.bar = document.querySelector(`#bar-${idOf(press.bar)} .gantt-bar`) ?? press.bar;
      if (Math.abs(moved) < SLOP || !press.bar.isConnected || !isMovable(press.bar)) return undefined;
      root.setPointerCapture(event.pointerId);
      take(press.bar, press.isResize);
    }
    carry(moved / state.pixels);
    scrollAtEdge(event.clientX);
    return undefined;
  });
  addEventListener("pointerup", (event) => {
    if (!press || event.pointerId !== press.pointer) return;
    press = null;
    if (held) drop();
  });
  addEventListener("pointercancel", () => { press = null; cancel(); });

  // A click chooses; a second one opens the task.
  let justDragged = false;
  root.addEventListener("lostpointercapture", () => {
    justDragged = true;
    setTimeout(() => { justDragged = false; });
  });
  root.addEventListener("click", (event) => {
    const bar = event.target.closest(".gantt-bar");
    if (!bar) return;
    const opens = event.detail === 0 || (bar === chosen && !justDragged && event.detail > 1) || event.ctrlKey || event.metaKey;
    const isSecondTap = bar === chosen && !justDragged && event.pointerType !== "mouse";
    if (!opens && !isSecondTap) event.preventDefault();
    choose(bar);
    reach(bar);
  });
  function isAtEdge(bar, x) {
    if (isMilestone(bar)) return false;
    const track = bar.querySelector(".gantt-bar__track").getBoundingClientRect();
    return track.width > EDGE * 3 ? x > track.right - EDGE : bar === chosen && x >= track.right - 2;
  }
  function hover(event) {
    const bar = event.target.closest?.(".gantt-bar");
    root.classList.toggle("gantt--edge", Boolean(bar && isMovable(bar) && isAtEdge(bar, event.clientX)));
  }
  function scrollAtEdge(x) {
    const place = root.getBoundingClientRect();
    const left = place.right - gantt.room();
    if (x > place.right - 40) root.scrollLeft += 12;
    else if (x < left + 40) root.scrollLeft -= 12;
  }

  root.classList.toggle("gantt--edit", canEdit);

  gantt.edit = { boxOf, cancel, carry, choose, chosen: () => chosen, drop, fill, idOf, isMilestone, isMovable, post, reach, rowOf, snap, spellHeld, swap, take, titleOf, held: () => held };
})();
