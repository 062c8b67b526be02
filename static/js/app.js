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
    setTimeout(() => reopen(form), 8000); // the answer may be a file, which leaves the page as it is
    attempt(() => keep(form, event.submitter));
  });
  window.addEventListener("pageshow", (event) => {
    if (!event.persisted) return;
    for (const form of document.querySelectorAll("form[data-sent]")) reopen(form);
  });

  // Forms marked data-keep: what is sent lies in this tab until the next page shows that it was taken. Where the log-in
  // page asks for its address, or the page of a form that came too late stands there, it was not: its writer, and nobody
  // else, may send it again. Files and whatever has a password are not kept.
  const SENT = "sent";
  const HOUR = 3600 * 1000;
  const account = document.body.dataset.account;
  const stored = () => JSON.parse(sessionStorage.getItem(SENT));
  const keep = (form, submitter) => {
    sessionStorage.removeItem(SENT);
    if (!account || !("keep" in form.dataset) || form.querySelector("[type=password], .password")) return;
    const action = submitter?.getAttribute("formaction") ?? form.getAttribute("action") ?? "";
    const url = new URL(action || location.href, location.href);
    const all = [...new FormData(form, submitter)].filter(([name]) => name !== "csrfmiddlewaretoken");
    const fields = all.filter(([, value]) => typeof value === "string");
    const hasFiles = all.some(([, value]) => value instanceof File && value.size);
    if (url.origin !== location.origin) return;
    const sent = { account, address: url.pathname + url.search, fields, hasFiles, at: Date.now() };
    sessionStorage.setItem(SENT, JSON.stringify(sent));
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
    HTMLFormElement.prototype.submit.call(form);
  };
  const offer = (sent) => {
    const note = tell(`Isian yang Anda kirim belum tersimpan.${sent.hasFiles ? " Berkasnya perlu dipilih lagi." : ""}`);
    const row = document.createElement("div");
    row.className = "button-row";
    for (const [text, style, act] of [
      ["Kirim lagi isian tadi", "button", () => sendAgain(sent)],
      ["Buang", "button button--quiet", () => note.parentElement.remove()],
    ]) {
      const button = document.createElement("button");
      Object.assign(button, { type: "button", className: style, textContent: text });
      button.addEventListener("click", () => {
        sessionStorage.removeItem(SENT);
        act();
      }, { once: true });
      row.append(button);
    }
    note.append(row);
  };
  const resume = () => {
    const sent = stored();
    if (!sent) return;
    const isAsked = new URLSearchParams(location.search).get("next") === sent.address;
    sent.isLost ||= document.querySelector("[data-not-taken]") !== null || (!account && isAsked);
    const isOthers = account && account !== sent.account;
    if (!sent.isLost || isOthers || Date.now() - sent.at > HOUR) return sessionStorage.removeItem(SENT);
    sessionStorage.setItem(SENT, JSON.stringify(sent));
    if (account) offer(sent);
    else if (isAsked) tell("Isian Anda belum tersimpan, tetapi masih ada di tab ini. Masuk lagi, lalu kirim sekali lagi.");
  };
  const attempt = (act) => {
    try {
      act();
    } catch {
      // a browser without storage, or one that is full, keeps nothing
    }
  };
  attempt(resume);

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
