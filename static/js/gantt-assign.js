// Who works on a task: A on its bar, or the button above, asks; the answer replaces rows as that of a move does.
(() => {
  const gantt = window.itdo?.gantt;
  const button = document.getElementById("gantt-assign");
  if (!gantt?.edit || !button) return;
  const { edit, root } = gantt;

  function ask(bar) {
    if (!bar || bar.classList.contains("gantt-bar--summary")) return itdo.toast(button.dataset.sayChoose);
    const url = button.dataset.url.replace("/0/", `/${edit.idOf(bar)}/`);
    return htmx.ajax("GET", url, { target: "#dialog" });
  }
  button.addEventListener("click", () => ask(edit.chosen()));
  root.addEventListener("keydown", (event) => {
    const bar = event.target.closest(".gantt-bar");
    if (!bar || edit.held() || event.key.toLowerCase() !== "a" || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    ask(bar);
  });

  document.addEventListener("submit", async (event) => {
    const form = event.target.closest("form[data-assign]");
    if (!form) return;
    event.preventDefault();
    event.submitter.disabled = true;
    const { people, was } = form.elements;
    const url = new URL(form.action).pathname;
    const answered = await edit.post(url, { people: people.value, was: was.value });
    event.submitter.disabled = false;
    if (!answered) return refuse(form, people);
    form.closest("dialog").close();
    edit.swap(answered);
    document.querySelector(`#bar-${url.split("/").at(-2)} .gantt-bar`)?.focus({ preventScroll: true });
  }, true); // before the page would take it for a form that leaves it
  // A toast would lie under the question: what it says is said in it.
  function refuse(form, people) {
    const last = document.querySelector("#toasts > :last-child");
    form.closest("dialog").querySelector("[data-refusal]").textContent = last?.querySelector("span").textContent ?? "";
    last?.remove();
    people.focus();
  }
})();
