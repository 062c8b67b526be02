// Small helps on every page; everything works without them.
(() => {
  "use strict";

  // A line where messages stand.
  const tell = (text) => {
    const [note, body, line] = ["div", "div", "p"].map((name) => document.createElement(name));
    note.className = "callout callout--soon";
    body.className = "callout__body";
    line.textContent = text;
    body.append(line);
    note.append(body);
    document.getElementById("messages")?.append(note);
    return body;
  };

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
    keep(form, event.submitter);
    setTimeout(() => reopen(form), 8000); // the answer may be a file, which leaves the page as it is
  });
  window.addEventListener("pageshow", (event) => {
    if (!event.persisted) return;
    for (const form of document.querySelectorAll("form[data-sent]")) reopen(form);
  });

  // What was sent after the session had ended is kept in this tab until its person has logged in again, who may send it
  // once more. Passwords and files are not kept, and reports and quizzes keep theirs themselves.
  const SENT = "sent";
  const HOUR = 3600 * 1000;
  const account = document.body.dataset.account;
  const keep = (form, submitter) => {
    const url = new URL(form.action);
    const all = [...new FormData(form, submitter)].filter(([name]) => name !== "csrfmiddlewaretoken");
    const isMore = all.some(([name]) => name !== submitter?.name); // than a button, which is soon pressed again
    if (!account || !isMore || url.origin !== location.origin || form.matches("[data-draft], [data-question]")) return;
    const fields = all.filter(([name, value]) => typeof value === "string" && form.elements[name]?.type !== "password");
    const sent = { account, address: url.pathname + url.search, fields, at: Date.now() };
    try {
      sessionStorage.setItem(SENT, JSON.stringify({ ...sent, isWhole: fields.length === all.length }));
    } catch {
      // a browser without storage, or one that is full, keeps nothing
    }
  };
  const sendAgain = ({ address, fields }) => {
    const form = document.createElement("form");
    Object.assign(form, { method: "post", action: address, hidden: true });
    const token = JSON.parse(document.body.getAttribute("hx-headers"))["X-CSRFToken"];
    for (const [name, value] of [["csrfmiddlewaretoken", token], ...fields]) {
      const field = document.createElement("textarea");
      Object.assign(field, { name, value });
      form.append(field);
    }
    document.body.append(form);
    form.submit();
  };
  const offer = (sent) => {
    const missing = sent.isWhole ? "" : " Berkas atau kata sandinya perlu diisi lagi.";
    const note = tell(`Isian yang Anda kirim sebelum masuk lagi belum tersimpan.${missing}`);
    const button = document.createElement("button");
    button.type = "button";
    button.className = "button";
    button.textContent = "Kirim lagi isian tadi";
    button.addEventListener("click", () => sendAgain(sent), { once: true });
    note.append(button);
  };
  const resume = () => {
    const sent = JSON.parse(sessionStorage.getItem(SENT));
    sessionStorage.removeItem(SENT);
    if (!sent || Date.now() - sent.at > HOUR) return;
    const isRefused = document.querySelector("[data-not-taken]"); // the page of a form that came too late
    if (!account || isRefused) {
      sessionStorage.setItem(SENT, JSON.stringify({ ...sent, isLost: true }));
      tell("Isian Anda belum tersimpan, tetapi masih ada di tab ini. Masuk lagi, lalu kirim sekali lagi.");
    } else if (sent.isLost && sent.account === account) offer(sent);
  };
  try {
    resume();
  } catch {
    // a browser without storage has kept nothing
  }

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
    if (document.querySelector("[data-offline]")) return;
    const note = tell("Belum tersimpan: jaringan terputus atau server sibuk. Periksa sinyal, lalu coba lagi.");
    note.parentElement.dataset.offline = "";
  };
  document.addEventListener("htmx:sendError", complain);
  document.addEventListener("htmx:responseError", complain);
  document.addEventListener("htmx:afterRequest", (event) => {
    if (event.detail.successful) document.querySelector("[data-offline]")?.remove();
  });
})();
