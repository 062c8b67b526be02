// Small helps on every page; everything works without them.
(() => {
  "use strict";

  // After a refused form the summary takes the focus, so that it is read first.
  document.querySelector("[data-focus]")?.focus();

  // An open menu closes on Escape and on a tap elsewhere.
  const closeMenus = (except) => {
    for (const menu of document.querySelectorAll("details[data-menu][open]")) {
      if (menu !== except) menu.open = false;
    }
  };
  document.addEventListener("click", (event) => closeMenus(event.target.closest("details[data-menu]")));
  document.addEventListener("keydown", (event) => {
    const menu = event.key === "Escape" && document.querySelector("details[data-menu][open]");
    if (!menu) return;
    menu.open = false;
    menu.querySelector("summary").focus();
  });

  // A form is sent once, however often the button is tapped on a slow network.
  const reopen = (form) => {
    delete form.dataset.sent;
    form.querySelector("[aria-busy]")?.removeAttribute("aria-busy");
  };
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || form.method !== "post" || form.closest("[hx-post]")) return;
    if (form.dataset.sent) return event.preventDefault();
    form.dataset.sent = "1";
    event.submitter?.setAttribute("aria-busy", "true");
    setTimeout(() => reopen(form), 8000); // the answer may be a file, which leaves the page as it is
  });
  window.addEventListener("pageshow", (event) => {
    if (!event.persisted) return;
    for (const form of document.querySelectorAll("form[data-sent]")) reopen(form);
  });

  // A password can be looked at.
  for (const input of document.querySelectorAll('input[type="password"]')) {
    const wrap = document.createElement("div");
    const button = document.createElement("button");
    wrap.className = "password";
    button.type = "button";
    button.textContent = "Lihat sandi";
    input.replaceWith(wrap);
    wrap.append(input, button);
    button.addEventListener("click", () => {
      const shown = input.type === "password";
      input.type = shown ? "text" : "password";
      button.textContent = shown ? "Tutup sandi" : "Lihat sandi";
    });
  }

  // Time left, counted down from the server's figure; the server decides when it is over.
  for (const timer of document.querySelectorAll("[data-countdown]")) {
    const end = performance.now() + Number(timer.dataset.countdown) * 1000;
    const text = timer.querySelector("[data-countdown-text]") || timer;
    const tick = () => {
      const left = Math.max(0, Math.round((end - performance.now()) / 1000));
      const parts = [Math.floor(left / 3600), Math.floor(left / 60) % 60, left % 60];
      text.textContent = parts.slice(parts[0] ? 0 : 1).map((part) => String(part).padStart(2, "0")).join(".");
      timer.classList.toggle("is-soon", left <= 300);
      if (left > 0) return;
      clearInterval(clock);
      timer.dispatchEvent(new CustomEvent("countdown:over", { bubbles: true }));
    };
    const clock = setInterval(tick, 1000);
    tick();
  }

  // A request that found no network says so, once, where messages stand.
  const complain = () => {
    const place = document.getElementById("messages");
    if (!place || place.querySelector("[data-offline]")) return;
    const note = document.createElement("div");
    note.className = "callout callout--soon";
    note.dataset.offline = "";
    note.textContent = "Belum tersimpan: jaringan terputus atau server sibuk. Periksa sinyal, lalu coba lagi.";
    place.append(note);
  };
  document.addEventListener("htmx:sendError", complain);
  document.addEventListener("htmx:responseError", complain);
  document.addEventListener("htmx:afterRequest", (event) => {
    if (event.detail.successful) document.querySelector("[data-offline]")?.remove();
  });
})();
