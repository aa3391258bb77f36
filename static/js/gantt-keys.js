// Keys for the Gantt chart: arrows walk from bar to bar, Space takes one up, arrows carry it, Enter lets it go.
(() => {
  const gantt = window.itdo?.gantt;
  if (!gantt?.edit) return;
  const { edit, root, sections, state, ROW } = gantt;

  const STEPS = { ArrowUp: -1, ArrowDown: 1, PageUp: -10, PageDown: 10 };

  root.addEventListener("keydown", (event) => {
    const bar = event.target.closest(".gantt-bar");
    if (bar) (edit.held() ? keyHeld : keyFree)(event, bar);
    else if (event.target.matches("tbody a.cut")) keyTable(event);
  });
  function keyFree(event, bar) {
    if (event.key === " ") {
      event.preventDefault();
      if (!edit.isMovable(bar)) return itdo.announce(whyFixed());
      edit.take(bar, false);
      return itdo.announce(edit.fill(root.dataset.sayHeld, { name: edit.titleOf(bar) }));
    }
    if (event.key in STEPS) {
      event.preventDefault();
      return step(edit.rowOf(bar) + STEPS[event.key], Math.sign(STEPS[event.key]), (section, row) => barAt(section, row));
    }
    return undefined;
  }
  function whyFixed() {
    if (root.dataset.moveUrl === undefined) return root.dataset.sayReadonly;
    return edit.snap ? root.dataset.sayFixed : root.dataset.sayCoarse;
  }
  function keyHeld(event) {
    const held = edit.held();
    const sign = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (sign) {
      event.preventDefault();
      if (event.shiftKey !== held.isResize && !edit.isMilestone(held.bar)) { held.isResize = event.shiftKey; held.delta = 0; }
      edit.carry(held.delta + sign * edit.snap);
      itdo.announce(edit.spellHeld());
    } else if (event.key === "Enter" || event.key === " ") {
      event.preventDefault();
      edit.drop();
    } else if (event.key === "Escape" || event.key === "Tab") {
      edit.cancel();
    } else if (event.key.startsWith("Arrow")) event.preventDefault();
  }
  function keyTable(event) {
    const line = event.target.closest("tr");
    const folds = { ArrowLeft: "true", ArrowRight: "false" }[event.key];
    if (folds && line.getAttribute("aria-expanded") === folds) {
      event.preventDefault();
      line.querySelector("[data-toggle]").click();
    }
    if (!(event.key in STEPS)) return;
    event.preventDefault();
    const row = Number(line.getAttribute("aria-rowindex")) - 2;
    step(row + STEPS[event.key], Math.sign(STEPS[event.key]), (section, wanted) => section.body.rows[wanted - section.from]?.querySelector("a.cut"));
  }
  function barAt(section, row) {
    const id = section.body.rows[row - section.from]?.id.slice(4);
    return id && section.image.querySelector(`#bar-${id} .gantt-bar`);
  }
  // Rows without a bar at this zoom are passed over.
  async function step(wanted, way, find) {
    const row = Math.min(Math.max(wanted, 0), state.total - 1);
    const section = sections.find((one) => row >= one.from && row < one.from + one.count);
    await gantt.draw(section);
    const target = find(section, row);
    if (!target) return row + way >= 0 && row + way < state.total ? step(row + way, way, find) : undefined;
    root.querySelectorAll(target.matches(".gantt-bar") ? '.gantt-bar[tabindex="0"]' : 'a.cut[tabindex="0"]').forEach((other) => { other.tabIndex = -1; });
    target.tabIndex = 0;
    target.focus({ preventScroll: true });
    show(row, target);
    return undefined;
  }
  edit.show = (bar) => {
    edit.choose(bar);
    edit.reach(bar);
    show(edit.rowOf(bar), bar);
  };
  function show(row, target) {
    const top = row * ROW;
    const height = root.clientHeight - gantt.AXIS;
    if (top < root.scrollTop) root.scrollTop = top;
    else if (top + ROW > root.scrollTop + height) root.scrollTop = top + ROW - height;
    if (!target.matches(".gantt-bar")) return;
    const box = edit.boxOf(target);
    if (box.right < root.scrollLeft || box.left > root.scrollLeft + gantt.room()) root.scrollLeft = box.left - 80;
  }

  // The task that the address names is where the keys begin, as in the WBS.
  const opened = document.querySelector(`#bar-${Number(new URL(location).searchParams.get("task"))} .gantt-bar`);
  if (opened) {
    edit.choose(opened);
    edit.reach(opened);
    opened.focus({ preventScroll: true });
  }
})();
