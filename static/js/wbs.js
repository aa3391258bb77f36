// The WBS under the hands: keys, marking, typing into cells, adding, moving, the drawer.
// Posts what was done; the server decides, and answers with what looks different.
(() => {
  const wbs = window.itdo?.wbs;
  if (!wbs) return;
  const { root, table, scroller } = wbs;

  // The head of a column says its name, and whether its cells are typed into.
  const heads = [...table.tHead.rows[0].cells];
  const NAME = heads.findIndex((head) => head.dataset.column === "name");
  const fieldOf = (column) => (heads[column]?.hasAttribute("data-editable") ? heads[column].dataset.column : "");
  const OF_LEAVES = new Set(["progress", "start", "finish", "duration", "work"]);
  const canPlan = root.dataset.edits === "plan";
  const idOf = (row) => row.id.slice(4);
  const rowOf = (id) => document.getElementById(`row-${id}`);
  const isSummary = (row) => row.hasAttribute("aria-expanded");
  const fill = (pattern, values) => pattern.replace(/\{(\w+)\}/g, (_whole, key) => values[key]);
  const refused = (answer) => { if (answer?.refusal) itdo.toast(answer.refusal, { late: true }); };

  // ── focus: one cell takes the Tab key, arrows move it ──
  let current = null; // { id, column }
  let tabCell = null;
  function focusCell(row, column, { quiet = false } = {}) {
    if (!row?.id) return;
    if (tabCell) tabCell.tabIndex = -1;
    const cell = row.cells[column] ?? row.cells[NAME];
    cell.tabIndex = 0;
    tabCell = cell;
    current = { id: idOf(row), column: cell.cellIndex };
    if (quiet) return;
    wbs.scrollTo(wbs.placeOf(row));
    cell.focus({ preventScroll: true });
    cell.scrollIntoView({ block: "nearest", inline: "nearest" });
  }
  wbs.focusCell = focusCell;
  async function focusAt(place, column) {
    const row = await wbs.rowAt(place);
    focusCell(row, column);
    return row;
  }

  // ── marking ──
  const marked = new Set();
  let anchor = null;
  function mark(row, { toggles = false, extends: extend = false } = {}) {
    const id = idOf(row);
    if (extend && anchor && rowOf(anchor)) {
      const rows = [...table.querySelectorAll("tbody tr[id^='row-']")];
      const [from, to] = [rows.indexOf(rowOf(anchor)), rows.indexOf(row)].sort((a, b) => a - b);
      marked.clear();
      rows.slice(from, to + 1).forEach((each) => marked.add(idOf(each)));
    } else {
      if (!toggles) marked.clear();
      if (toggles && marked.has(id)) marked.delete(id);
      else marked.add(id);
      anchor = id;
    }
    showMarked();
  }
  function showMarked() {
    table.querySelectorAll("tbody tr[id^='row-']").forEach((row) => row.setAttribute("aria-selected", String(marked.has(idOf(row)))));
    const words = marked.size ? fill(root.dataset.selected, { count: marked.size }) : "";
    const note = document.getElementById("wbs-selected");
    note.textContent = words && note.dataset.separator + words;
    document.querySelectorAll("#wbs-tools [data-act]").forEach((button) => { button.disabled = !marked.size; });
    if (marked.size > 1) itdo.announce(words);
  }
  const chosen = () => (marked.size ? [...marked] : current ? [current.id] : []);

  // ── what is drawn gets its manners ──
  function wire() {
    for (const row of table.querySelectorAll("tbody tr[id^='row-']:not([data-wired])")) {
      row.dataset.wired = "";
      for (const cell of row.cells) {
        cell.tabIndex = -1;
        if (canEdit(row, cell.cellIndex)) cell.classList.add("cell--editable");
      }
      row.querySelectorAll("a").forEach((link) => { link.tabIndex = -1; });
      row.setAttribute("aria-selected", String(marked.has(idOf(row))));
      const number = row.querySelector("[data-column='number']");
      if (canPlan && number) number.draggable = true;
    }
    if (tabCell?.isConnected) return;
    const held = current && rowOf(current.id);
    focusCell(held ?? table.querySelector("tbody tr[id^='row-']"), held ? current.column : NAME, { quiet: true });
  }
  root.addEventListener("wbs:drawn", wire);
  table.addEventListener("pointerover", (event) => {
    const text = event.target.closest(".cut, .person");
    if (text && !text.title && text.scrollWidth > text.clientWidth) text.title = text.textContent;
  });

  // ── typing into a cell ──
  function canEdit(row, column) {
    const field = fieldOf(column);
    if (!field) return false;
    if (OF_LEAVES.has(field) && isSummary(row)) return false;
    if (field === "duration" && row.hasAttribute("data-point")) return false;
    if (field === "progress" && root.dataset.edits === "progress") return row.hasAttribute("data-mine");
    return canPlan;
  }
  function textOf(cell) {
    const part = cell.querySelector("a:not(.wbs__why), .meter > span, .person > span:last-child");
    return (part ?? cell).textContent.trim();
  }
  let editing = null; // { cell, id, column, was, input, isBusy }

  function edit(row, column) {
    if (editing || !canEdit(row, column)) return;
    const cell = row.cells[column];
    focusCell(row, column, { quiet: true });
    const input = document.createElement("input");
    input.className = "input";
    input.value = textOf(cell);
    input.maxLength = 5000;
    const head = heads[column];
    input.setAttribute("aria-label", fill(root.dataset.editName, { column: head.querySelector("abbr")?.title ?? head.textContent.trim() }));
    if (fieldOf(column) === "assignees") offerPeople(input);
    cell.classList.add("cell--edit");
    cell.append(input);
    editing = { cell, id: idOf(row), column, was: input.value, input, isBusy: false };
    input.addEventListener("keydown", typed);
    input.addEventListener("blur", () => { if (editing?.input === input && !editing.isBusy && !input.hasAttribute("aria-invalid")) save(); });
    input.focus();
    input.select();
  }
  function typed(event) {
    event.stopPropagation();
    // While a Japanese input method composes, Enter and Esc belong to it.
    if (event.isComposing) return;
    if (event.key === "Escape") close({ returnsFocus: true });
    else if (event.key === "Enter") save({ returnsFocus: true });
    else if (event.key === "Tab") save({ steps: event.shiftKey ? -1 : 1 });
    else return;
    event.preventDefault();
  }
  function close({ returnsFocus = false } = {}) {
    if (!editing) return;
    const { cell, id, column, input } = editing;
    editing = null;
    input.remove();
    cell.querySelector(".wbs__error")?.remove();
    cell.classList.remove("cell--edit");
    if (returnsFocus) focusCell(rowOf(id), column);
    setTimeout(wbs.drawSeen);
  }
  async function save({ returnsFocus = false, steps = 0 } = {}) {
    const session = editing;
    if (!session || session.isBusy) return;
    const { id, column, was, input, cell } = session;
    if (input.value.trim() !== was) {
      session.isBusy = true;
      cell.dataset.busy = "";
      const answer = await wbs.post(`/tasks/${id}/cell`, { column: fieldOf(column), text: input.value, was });
      session.isBusy = false;
      delete cell.dataset.busy;
      if (!answer || answer.refusal) return showRefusal(session, answer);
    }
    close({ returnsFocus });
    if (returnsFocus) focusCell(rowOf(id), column);
    if (steps) editNext(rowOf(id), column, steps);
    refreshDrawer(id);
  }
  function showRefusal(session, answer) {
    const { cell, input } = session;
    cell.querySelector(".wbs__error")?.remove();
    const words = document.createElement("span");
    words.className = "wbs__error";
    words.id = "wbs-error";
    words.setAttribute("role", "alert");
    words.textContent = answer?.refusal ?? document.body.dataset.failed;
    cell.append(words);
    input.setAttribute("aria-invalid", "true");
    input.setAttribute("aria-describedby", "wbs-error");
    // Both versions are on the screen now: the next Enter overwrites knowingly.
    if (answer?.current !== undefined) session.was = answer.current;
    input.focus();
  }
  function editNext(row, column, steps) {
    if (!row) return;
    for (let next = column + steps; next > 0 && next < row.cells.length; next += steps) {
      if (canEdit(row, next)) return edit(row, next);
    }
    focusCell(row, column);
  }
  async function offerPeople(input) {
    input.setAttribute("list", "people");
    if (document.getElementById("people") || !root.dataset.peopleUrl) return;
    const response = await fetch(root.dataset.peopleUrl, { headers: { "HX-Request": "true" } });
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    const list = page.getElementById("people");
    if (list && !document.getElementById("people")) document.body.append(list);
  }

  // ── a new row: typed where it will stand ──
  async function add() {
    if (!canPlan || document.getElementById("wbs-new")) return;
    const after = marked.size ? [...marked].pop() : current?.id;
    const above = (after && rowOf(after)) || (await wbs.rowAt(wbs.state.total - 1));
    if (!above) return;
    const row = document.createElement("tr");
    row.id = "wbs-new";
    row.setAttribute("aria-level", above.getAttribute("aria-level"));
    for (const head of heads) {
      const place = row.appendChild(document.createElement(head.dataset.column === "name" ? "th" : "td"));
      place.dataset.column = head.dataset.column;
    }
    const cell = row.cells[NAME];
    cell.scope = "row";
    cell.className = "cell--edit";
    const input = document.createElement("input");
    input.className = "input";
    input.maxLength = 500;
    input.placeholder = root.dataset.newName;
    input.setAttribute("aria-label", root.dataset.newName);
    cell.append(input);
    above.after(row);
    const leave = () => { row.remove(); focusCell(above, NAME); setTimeout(wbs.drawSeen); };
    const put = async () => {
      if (!input.value.trim()) return leave();
      const answer = await wbs.post(root.dataset.addUrl, { name: input.value, after: idOf(above) });
      if (!answer || answer.refusal) return showRefusal({ cell, input }, answer);
      row.remove();
      await arrive(answer.part.dataset.focus);
    };
    input.addEventListener("keydown", (event) => {
      event.stopPropagation();
      if (event.isComposing) return;
      if (event.key === "Enter") put();
      else if (event.key === "Escape") leave();
      else return;
      event.preventDefault();
    });
    input.addEventListener("blur", () => { if (row.isConnected && !input.value.trim()) row.remove(); });
    input.focus();
    row.scrollIntoView({ block: "nearest" });
  }
  async function arrive(id) {
    const row = id && rowOf(id);
    if (!row) return;
    mark(row);
    focusCell(row, NAME);
  }

  // ── moving in the tree ──
  async function act(what) {
    const ids = chosen();
    if (!canPlan || !ids.length) return;
    const column = current?.column ?? NAME;
    if (what === "delete") return askToDelete(ids);
    const id = current && ids.includes(current.id) ? current.id : ids[0];
    const isShift = what === "up" || what === "down";
    const answer = isShift
      ? await wbs.post(`/tasks/${id}/shift`, { direction: what })
      : await wbs.post(root.dataset[`${what}Url`], { tasks: ids.join(",") });
    refused(answer);
    if (answer?.part && rowOf(id)) focusCell(rowOf(id), column);
  }
  function askToDelete(ids) {
    htmx.ajax("GET", `${root.dataset.deleteUrl}?tasks=${ids.join(",")}`, { target: "#dialog", swap: "innerHTML" });
  }
  document.addEventListener("submit", async (event) => {
    if (!event.target.matches("form[data-delete]")) return;
    event.preventDefault();
    event.stopPropagation();
    const form = event.target;
    const place = current && rowOf(current.id) ? wbs.placeOf(rowOf(current.id)) : 0;
    form.querySelector("button").disabled = true;
    const answer = await wbs.post(form.action, { tasks: form.elements.tasks.value });
    form.closest("dialog").close();
    if (answer?.refusal) return refused(answer);
    if (form.elements.tasks.value.split(",").includes(drawer().dataset.task)) closeDrawer();
    marked.clear();
    itdo.toast(answer.part.dataset.message);
    await focusAt(place, NAME);
    showMarked();
  }, true);
  async function fold(row) {
    const column = current?.column ?? NAME;
    const id = idOf(row);
    refused(await wbs.post(root.dataset.foldUrl, { task: id }));
    focusCell(rowOf(id), column);
  }

  // ── dragging a row by its number ──
  let dragged = null;
  const clearDrop = () => table.querySelectorAll(".is-above, .is-under").forEach((row) => row.classList.remove("is-above", "is-under"));
  const isUpper = (event, row) => event.clientY < row.getBoundingClientRect().top + wbs.rowHeight / 2;
  table.addEventListener("dragstart", (event) => {
    const row = event.target.closest?.("tr[id^='row-']");
    if (!canPlan || !row) return;
    dragged = idOf(row);
    row.classList.add("is-dragged");
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", row.cells[NAME].textContent);
  });
  scroller.addEventListener("dragover", (event) => {
    if (!dragged) return;
    event.preventDefault();
    clearDrop();
    const row = event.target.closest("tbody tr[id^='row-']");
    if (row && idOf(row) !== dragged) row.classList.add(isUpper(event, row) ? "is-above" : "is-under");
  });
  scroller.addEventListener("drop", async (event) => {
    if (!dragged) return;
    event.preventDefault();
    const id = dragged;
    const row = event.target.closest("tbody tr[id^='row-']");
    endDrag();
    if (row && idOf(row) === id) return;
    const fields = row ? { target: idOf(row), as_child: isUpper(event, row) ? "" : "1" } : {};
    const answer = await wbs.post(`/tasks/${id}/place`, fields);
    refused(answer);
    if (answer?.part) await arrive(id);
  });
  table.addEventListener("dragend", () => endDrag());
  function endDrag() {
    dragged = null;
    clearDrop();
    table.querySelector(".is-dragged")?.classList.remove("is-dragged");
  }

  // ── the drawer beside the table ──
  const drawer = () => document.getElementById("task-drawer");
  const isOpen = () => !drawer().hidden;
  let asked = null;
  // With `why` (start or finish) it shows the reasons of the task's dates.
  function openDrawer(id, why = "") {
    const url = `/tasks/${id}/${why && `why/?end=${why}`}`;
    if (asked === url) return undefined;
    asked = url;
    wbs.remember({ task: id, row: "" });
    return htmx.ajax("GET", url, { target: "#task-drawer", swap: "outerHTML" }).finally(() => { asked = null; });
  }
  wbs.openDrawer = openDrawer;
  function refreshDrawer(id) {
    if (isOpen() && drawer().dataset.task === String(id)) openDrawer(id, drawer().dataset.why);
  }
  function closeDrawer() {
    const empty = document.createElement("aside");
    empty.className = "drawer";
    empty.id = "task-drawer";
    empty.hidden = true;
    drawer().replaceWith(empty);
    wbs.remember({ task: "" });
    if (current) focusCell(rowOf(current.id), current.column);
  }
  root.addEventListener("click", (event) => {
    if (!event.target.closest("#task-drawer") || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const link = event.target.closest("a[data-close], a[data-task], a[href^='/tasks/']:not([data-page])");
    if (!link) return;
    event.preventDefault();
    if (link.hasAttribute("data-close")) return closeDrawer();
    const { pathname, searchParams } = new URL(link.href);
    const id = link.dataset.task ?? pathname.split("/")[2];
    const row = rowOf(id);
    if (row) {
      mark(row);
      focusCell(row, NAME, { quiet: true });
      wbs.scrollTo(wbs.placeOf(row));
    }
    const why = pathname.endsWith("/why/") ? (searchParams.get("end") ?? "start") : "";
    openDrawer(id, why)?.then(() => document.getElementById("task-drawer-title")?.focus());
  });

  // ── the mouse ──
  table.addEventListener("click", (event) => {
    const row = event.target.closest("tbody tr[id^='row-']");
    if (!row || event.target.closest(".input")) return;
    const toggle = event.target.closest(".tree__toggle");
    if (toggle) return void fold(row);
    const link = event.target.closest("a.cut");
    const isPlain = !event.ctrlKey && !event.metaKey && !event.shiftKey;
    // A date is a link for those without scripts; here a click is for its cell, and the mark beside it is the link.
    if (event.target.closest("a")) event.preventDefault();
    const cell = event.target.closest("td, th");
    focusCell(row, cell.cellIndex);
    mark(row, { toggles: event.ctrlKey || event.metaKey, extends: event.shiftKey });
    if (isPlain && (link || isOpen())) openDrawer(idOf(row));
  });
  table.addEventListener("mousedown", (event) => { if (event.shiftKey && !event.target.closest(".input")) event.preventDefault(); });
  table.addEventListener("dblclick", (event) => {
    const cell = event.target.closest("tbody tr[id^='row-'] > *");
    if (cell && !event.target.closest(".input, .tree__toggle")) edit(cell.parentElement, cell.cellIndex);
  });
  document.getElementById("wbs-tools")?.addEventListener("click", (event) => {
    const button = event.target.closest("[data-act]");
    if (button) act(button.dataset.act);
  });
  document.getElementById("wbs-add")?.addEventListener("click", (event) => {
    event.preventDefault();
    add();
  });

  // ── the keys ──
  const TREE_KEYS = { ArrowUp: "up", ArrowDown: "down" };
  const LEVEL_KEYS = { ArrowLeft: "outdent", ArrowRight: "indent" };
  table.addEventListener("keydown", (event) => {
    const cell = event.target.closest("tbody tr[id^='row-'] > *");
    if (!cell || event.target.closest("input")) return;
    const row = cell.parentElement;
    if (event.altKey) {
      const what = event.shiftKey ? LEVEL_KEYS[event.key] : TREE_KEYS[event.key];
      if (!what) return;
      event.preventDefault();
      if (!marked.has(idOf(row))) mark(row);
      return void act(what);
    }
    const move = moves(event, row, cell.cellIndex) ?? deeds[event.key];
    if (!move || (event.ctrlKey && !["Home", "End"].includes(event.key))) return;
    event.preventDefault();
    move(row, cell.cellIndex);
  });
  const page = () => Math.max(Math.floor(scroller.clientHeight / wbs.rowHeight) - 2, 1);
  function moves(event, row, column) {
    const place = wbs.placeOf(row);
    const steps = { ArrowUp: -1, ArrowDown: 1, PageUp: -page(), PageDown: page() }[event.key];
    if (steps) return () => go(place + steps, column, event.shiftKey);
    const far = { Home: 0, End: wbs.state.total - 1 }[event.key];
    if (far === undefined) return null;
    if (event.ctrlKey) return () => go(far, column, false);
    return () => focusCell(row, event.key === "Home" ? NAME : row.cells.length - 1);
  }
  async function go(place, column, extend) {
    const row = await focusAt(place, column);
    if (!row) return;
    if (extend) mark(row, { extends: true });
    else if (isOpen()) { mark(row); later(() => openDrawer(idOf(row))); }
  }
  let timer = 0;
  function later(work) {
    clearTimeout(timer);
    timer = setTimeout(work, 200);
  }
  const deeds = {
    ArrowRight: (row, column) => {
      if (column === NAME && row.getAttribute("aria-expanded") === "false") return fold(row);
      focusCell(row, Math.min(column + 1, row.cells.length - 1));
    },
    ArrowLeft: async (row, column) => {
      if (column !== NAME) return focusCell(row, Math.max(column - 1, 0));
      if (row.getAttribute("aria-expanded") === "true") return fold(row);
      const level = Number(row.getAttribute("aria-level"));
      for (let place = wbs.placeOf(row) - 1; level > 1 && place >= 0; place -= 1) {
        const above = await wbs.rowAt(place);
        if (Number(above.getAttribute("aria-level")) < level) return focusCell(above, NAME);
      }
    },
    F2: (row, column) => (canEdit(row, column) ? edit(row, column) : edit(row, NAME)),
    Enter: (row) => { mark(row); openDrawer(idOf(row)); },
    " ": (row) => mark(row, { toggles: true }),
    Insert: () => add(),
    Delete: (row) => { if (!marked.size) mark(row); act("delete"); },
    Escape: () => { if (isOpen()) closeDrawer(); else { marked.clear(); showMarked(); } },
  };
  document.addEventListener("keydown", (event) => {
    const inside = event.target.closest?.("#task-drawer");
    if (event.key === "Escape" && inside && !event.target.closest("input, textarea")) closeDrawer();
  });

  if (canPlan) {
    document.getElementById("wbs-tools").hidden = false;
    table.classList.add("wbs--edits");
  }
  wire();
  showMarked();
  const opened = root.dataset.opened && rowOf(root.dataset.opened);
  if (opened) {
    mark(opened);
    focusCell(opened, NAME, { quiet: true });
  }
})();
