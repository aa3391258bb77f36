// What a bar says, in a tip beside the pointer; and the whole of a name that was cut.
(() => {
  const gantt = window.itdo?.gantt;
  if (!gantt?.edit) return;
  const { edit, root } = gantt;

  const tip = document.createElement("div");
  tip.className = "gantt__tip";
  tip.hidden = true;
  tip.setAttribute("aria-hidden", "true"); // the bar itself is called so
  root.append(tip);

  let shown = null;
  root.addEventListener("pointerover", (event) => {
    const name = event.target.closest("a.cut");
    if (name && name.scrollWidth > name.clientWidth) name.title = name.textContent;
    const bar = event.pointerType === "mouse" ? event.target.closest(".gantt-bar") : null;
    if (bar !== shown) show(bar, event);
  });
  root.addEventListener("pointerleave", () => show(null));
  root.addEventListener("pointerdown", () => show(null));
  root.addEventListener("scroll", () => show(null), { passive: true });

  function show(bar, event) {
    shown = bar;
    tip.hidden = !bar || Boolean(edit.held());
    if (tip.hidden) return;
    const label = bar.getAttribute("aria-label");
    const name = edit.titleOf(bar);
    const end = label.indexOf(name) + name.length;
    const title = document.createElement("b");
    title.textContent = label.slice(0, end);
    const rest = document.createElement("span");
    rest.textContent = label.slice(end).replace(/^[、,\s]+/, "");
    tip.replaceChildren(title, rest);
    const place = bar.getBoundingClientRect();
    const { width, height } = tip.getBoundingClientRect();
    tip.style.left = `${Math.min(event.clientX + 12, innerWidth - width - 8)}px`;
    tip.style.top = `${place.bottom + height + 16 > innerHeight ? place.top - height - 8 : place.bottom + 8}px`;
  }
})();
