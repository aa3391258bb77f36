// From a bar or a date of the chart to the reasons of its dates, in a drawer beside it: "?", the button above, or the date.
(() => {
  const gantt = window.itdo?.gantt;
  const button = document.getElementById("gantt-why");
  if (!gantt?.edit || !button) return;
  const { edit, root } = gantt;
  const drawer = () => document.getElementById("task-drawer");

  let back = null; // what is focused again when the drawer closes
  async function open(url, from) {
    back = from;
    await htmx.ajax("GET", url, { target: "#task-drawer", swap: "outerHTML" });
    resized();
    document.getElementById("task-drawer-title")?.focus();
  }
  const urlOf = (id, end = "start") => `${button.dataset.url.replace("/0/", `/${id}/`)}?end=${end}`;
  function close() {
    const empty = document.createElement("aside");
    Object.assign(empty, { className: "drawer", id: "task-drawer", hidden: true });
    drawer().replaceWith(empty);
    resized();
    // A row may have been drawn anew meanwhile.
    (back?.isConnected ? back : document.querySelector('.gantt-bar[tabindex="0"]'))?.focus({ preventScroll: true });
  }
  // The chart has more or less room now; the bar that was asked about stays in sight.
  function resized() {
    gantt.drawSeen();
    if (!back?.matches(".gantt-bar") || !back.isConnected) return;
    const box = edit.boxOf(back);
    if (box.left > root.scrollLeft + gantt.room() - 40) root.scrollLeft = box.left - 80;
  }

  root.addEventListener("keydown", (event) => {
    const from = event.target.closest(".gantt-bar, tbody a");
    if (event.key !== "?" || !from || edit.held() || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    open(urlOf(from.matches(".gantt-bar") ? edit.idOf(from) : from.closest("tr").id.slice(4)), from);
  });
  button.addEventListener("click", () => {
    const bar = edit.chosen();
    if (bar) open(urlOf(edit.idOf(bar)), bar);
    else itdo.toast(button.dataset.sayChoose);
  });
  root.addEventListener("click", (event) => {
    const link = event.target.closest("tbody td > a");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    open(link.getAttribute("href"), link);
  });

  // Inside the drawer: a task of the chain is shown in the chart, everything else is a link.
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("#task-drawer a");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    if (!link.hasAttribute("data-close") && !link.dataset.task) return;
    event.preventDefault();
    if (link.hasAttribute("data-close")) close();
    else reveal(link.dataset.task);
  });
  // In the chart Esc first lets go of a bar that is carried.
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || drawer().hidden || edit.held()) return;
    if (event.target.closest?.("#task-drawer, #gantt")) close();
  }, true);
  function reveal(id) {
    const bar = document.querySelector(`#bar-${id} .gantt-bar`);
    if (bar) {
      back = bar;
      edit.show(bar);
      bar.focus({ preventScroll: true });
      return;
    }
    // It lies outside of what is drawn, or in a closed branch: the page opens there.
    const url = new URL(location);
    url.searchParams.set("task", id);
    ["row", "date"].forEach((name) => url.searchParams.delete(name));
    location.assign(url);
  }
})();
