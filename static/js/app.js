// What every page does by itself: menus, dialogs, toasts, the rail, the search key, and htmx's manners.
// Other scripts use window.itdo: csrf(), toast(text), announce(text), leaves(response), tell(page).
(() => {
  const $ = (selector, root = document) => root.querySelector(selector);
  const TOAST_MILLISECONDS = 5000;

  const csrf = () => document.cookie.match(/(?:^|; )(?:__Host-)?csrftoken=([^;]+)/)?.[1] ?? "";

  // ── toasts and spoken words ──
  function expire(toast) {
    if (!$("form, a, .button", toast)) setTimeout(() => toast.remove(), TOAST_MILLISECONDS);
  }
  function toast(text, { late = false } = {}) {
    const box = document.createElement("div");
    box.className = "toast";
    box.append($("#toast-icons").content.children[late ? 1 : 0].cloneNode(true));
    const words = document.createElement("span");
    words.textContent = text;
    box.append(words);
    $("#toasts").append(box);
    expire(box);
  }
  function announce(text) {
    const live = $("#live");
    live.textContent = "";
    requestAnimationFrame(() => { live.textContent = text; });
  }
  // The session has ended: to the sign-in, which leads back to this page. htmx does that by itself; whoever fetches asks here.
  function leaves(response) {
    const elsewhere = response.headers.get("HX-Redirect");
    if (elsewhere) location.assign(elsewhere);
    return Boolean(elsewhere);
  }

  // What an answer that a script has fetched has to say; the same words stand there once.
  function tell(page) {
    const shown = new Set([...document.querySelectorAll("#toasts > *")].map((box) => box.textContent.trim()));
    const told = [...page.querySelectorAll("#toasts > *")];
    $("#toasts").append(...told.filter((box) => !shown.has(box.textContent.trim())));
    document.querySelectorAll("[data-toast]").forEach(seen);
    return told.length;
  }
  window.itdo = { csrf, toast, announce, leaves, tell };

  document.addEventListener("click", (event) => {
    event.target.closest("[data-toast-close]")?.closest(".toast").remove();
  });

  // ── forms: the token travels in the cookie, so that a cached page never holds an old one ──
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method !== "post" || new URL(form.action).origin !== location.origin) return;
    let field = form.elements.namedItem("csrfmiddlewaretoken");
    if (!field) {
      field = document.createElement("input");
      field.type = "hidden";
      field.name = "csrfmiddlewaretoken";
      form.append(field);
    }
    field.value = csrf() || field.value;
    if (form.hasAttribute("data-fold")) return fold(event, form);
    // After the browser has read the form: a second click finds a busy button.
    if (!event.defaultPrevented) setTimeout(() => setBusy(event.submitter, true));
  });
  function setBusy(button, isBusy) {
    if (!button) return;
    button.disabled = isBusy;
    button.toggleAttribute("data-busy", isBusy);
  }
  // Coming back shows the page as it was left.
  addEventListener("pageshow", () => document.querySelectorAll("[data-busy]").forEach((button) => setBusy(button, false)));
  document.addEventListener("change", (event) => {
    if (event.target.matches("[data-submit-on-change]")) event.target.form.requestSubmit();
    imply(event.target);
  });
  // A choice that implies another one closes its box, and gives it back as it was.
  function imply(field) {
    for (const box of field.form?.querySelectorAll("[data-implied-by]") ?? []) {
      const [name, value] = box.dataset.impliedBy.split("=");
      const isImplied = field.value === value;
      if (name !== field.name || box.disabled === isImplied) continue;
      if (isImplied) box.dataset.was = box.checked;
      box.checked = isImplied || box.dataset.was !== "false";
      box.disabled = isImplied;
    }
  }

  // ── the rail folds at once; the server hears of it and remembers ──
  function fold(event, form) {
    event.preventDefault();
    const folded = $(".app").classList.toggle("app--folded");
    const button = $("button", form);
    button.setAttribute("aria-expanded", String(!folded));
    fetch(form.action, { method: "POST", headers: { "X-CSRFToken": csrf() }, body: new URLSearchParams({ folded: folded ? "1" : "" }) });
  }

  // ── menus and popovers: below their button, kept on the screen ──
  document.addEventListener("beforetoggle", (event) => {
    const box = event.target;
    if (event.newState !== "open" || !box.matches(".menu[popover], .popover[popover]")) return;
    const button = $(`[popovertarget="${box.id}"]`);
    if (!button) return;
    const place = button.getBoundingClientRect();
    const alignsRight = place.left + place.width / 2 > innerWidth / 2;
    Object.assign(box.style, {
      margin: "0",
      inset: "auto",
      top: `${place.bottom + 4}px`,
      ...(alignsRight ? { right: `${Math.max(innerWidth - place.right, 8)}px` } : { left: `${Math.max(place.left, 8)}px` }),
    });
  }, true);
  document.addEventListener("toggle", (event) => {
    const box = event.target;
    if (event.newState !== "open" || !box.matches?.("[popover]")) return;
    const place = box.getBoundingClientRect();
    const button = $(`[popovertarget="${box.id}"]`);
    if (button && place.bottom > innerHeight) box.style.top = `${Math.max(button.getBoundingClientRect().top - place.height - 4, 8)}px`;
    if (box.matches("[role=menu]")) $("[role^=menuitem]", box)?.focus();
  }, true);
  document.addEventListener("keydown", (event) => {
    const menu = event.target.closest?.("[role=menu]");
    if (!menu) return;
    const items = [...menu.querySelectorAll("[role^=menuitem]")];
    const at = items.indexOf(event.target);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: items.length - 1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    items[(to + items.length) % items.length].focus();
  });

  // ── dialogs: one that arrives opens; Esc and method="dialog" close it without us ──
  function openDialogs(root) {
    for (const dialog of root.querySelectorAll("dialog[data-modal]:not([open])")) {
      dialog.showModal();
      dialog.addEventListener("close", () => dialog.remove(), { once: true });
    }
  }

  // ── a day typed as text gets the browser's own calendar beside it ──
  function addCalendar(field) {
    const button = document.createElement("button");
    const picker = document.createElement("input");
    Object.assign(button, { type: "button", className: "button button--icon", title: document.body.dataset.calendar, disabled: field.disabled });
    button.setAttribute("aria-label", document.body.dataset.calendar);
    button.append($("#toast-icons").content.children[2].cloneNode(true));
    Object.assign(picker, { type: "date", tabIndex: -1 });
    picker.setAttribute("aria-hidden", "true");
    button.addEventListener("click", () => {
      picker.value = field.value.replaceAll("/", "-");
      picker.showPicker();
    });
    picker.addEventListener("change", () => {
      field.value = picker.value.replaceAll("-", "/");
      field.dispatchEvent(new Event("change", { bubbles: true }));
      field.focus();
    });
    const box = document.createElement("span");
    box.className = "day";
    field.replaceWith(box);
    box.append(field, button, picker);
  }

  // ── the search key ──
  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest?.("input, textarea, select, [contenteditable]");
    const search = $("[data-search]");
    if (event.key !== "/" || typing || event.ctrlKey || event.metaKey || event.altKey || !search) return;
    event.preventDefault();
    search.focus();
    search.select();
  });

  // ── htmx ──
  document.addEventListener("htmx:configRequest", (event) => {
    if (event.detail.verb !== "get") event.detail.headers["X-CSRFToken"] = csrf();
  });
  document.addEventListener("htmx:responseError", (event) => {
    const { forbidden, gone, failed } = document.body.dataset;
    toast({ 403: forbidden, 404: gone }[event.detail.xhr.status] ?? failed, { late: true });
  });
  document.addEventListener("htmx:sendError", () => toast(document.body.dataset.offline, { late: true }));
  document.addEventListener("htmx:load", (event) => settle(event.detail.elt));
  document.addEventListener("htmx:oobAfterSwap", () => document.querySelectorAll("[data-toast]").forEach(seen));

  function seen(box) {
    delete box.dataset.toast;
    expire(box);
  }
  function settle(root) {
    openDialogs(root.matches?.("dialog") ? root.parentElement : root);
    document.querySelectorAll("[data-toast]").forEach(seen);
    root.querySelectorAll(":not(.day) > [data-day]").forEach(addCalendar);
    const news = root !== document.body && $("[data-announce]", root);
    if (news) announce(news.textContent);
    // A refused form says so first.
    ($("[data-errors]", root) ?? (root.matches?.("[data-errors]") ? root : null))?.focus();
  }
  document.addEventListener("DOMContentLoaded", () => settle(document.body));
})();
