// A quiz on a bad network: every choice is kept on the phone until the server has acknowledged it.
// The server's clock, marks and order of saves decide; without this script each answer is a plain form.
(() => {
  "use strict";

  const root = document.querySelector("[data-quiz]");
  if (!root) return;
  const address = root.dataset.quizUrl;
  const memory = `kuis:${root.dataset.quiz}`;
  const status = root.querySelector("[data-save-status]");
  const forms = [...root.querySelectorAll("[data-question]")];
  const formOf = (position) => forms.find((form) => form.dataset.question === String(position));
  const finished = "finished" in root.dataset;

  // --- what the server has not acknowledged yet: {position: {chosen, sequence}} ------------------
  // Shared by all tabs of this browser, so it is read afresh before each change.
  let ownMemory = null; // where the phone's storage is full or switched off, this page alone remembers
  const load = () => {
    if (ownMemory) return ownMemory;
    try {
      return JSON.parse(localStorage.getItem(memory)) || { waiting: {}, sequences: {} };
    } catch {
      return (ownMemory = { waiting: {}, sequences: {} });
    }
  };
  const change = (edit) => {
    const kept = load();
    edit(kept);
    try {
      localStorage.setItem(memory, JSON.stringify(kept));
    } catch {
      ownMemory = kept;
    }
  };
  const waiting = () => Object.entries(load().waiting);
  const forget = (position, sequence) =>
    change((kept) => {
      if (kept.waiting[position]?.sequence === sequence) delete kept.waiting[position];
    });

  const say = (text, tone = "") => {
    status.textContent = text;
    status.classList.toggle("is-saved", tone === "saved");
    status.classList.toggle("is-waiting", tone === "waiting");
  };
  const notice = root.querySelector("[data-quiz-notice]");
  const warn = (text, about = "") => {
    if (!notice) return say(text, "waiting");
    notice.dataset.about = about;
    notice.querySelector("[data-quiz-notice-text]").textContent = text;
    notice.querySelector("[data-quiz-login]").hidden = about !== "login";
    notice.hidden = false;
  };

  // --- the page ----------------------------------------------------------------------------------
  const chosenIn = (form) => [...form.querySelectorAll("[name=chosen]:checked")].map((input) => input.value);
  const show = (position, chosen) => {
    const form = formOf(position);
    if (form) for (const input of form.querySelectorAll("[name=chosen]")) input.checked = chosen.includes(input.value);
    mark(position, chosen.length > 0);
  };
  const mark = (position, isAnswered) => {
    const link = root.querySelector(`[data-map="${position}"]`);
    if (!link) return;
    link.classList.toggle("is-answered", isAnswered);
    link.querySelector("[data-map-state]").textContent = isAnswered ? "sudah dijawab" : "belum dijawab";
    const count = root.querySelector("[data-answered]");
    if (count) count.textContent = root.querySelectorAll("[data-map].is-answered").length;
  };

  // --- sending -----------------------------------------------------------------------------------
  const token = () => root.querySelector("[name=csrfmiddlewaretoken]")?.value || "";
  let sending = null;
  let pause = 0;
  let retry = 0;

  const post = async (position, { chosen, sequence }) => {
    const body = new URLSearchParams([["sequence", sequence], ["csrfmiddlewaretoken", token()]]);
    for (const id of chosen) body.append("chosen", id);
    const limit = new AbortController();
    const timer = setTimeout(() => limit.abort(), 15000);
    try {
      const headers = { Accept: "application/json" };
      const response = await fetch(`${address}${position}/`, { method: "POST", body, headers, signal: limit.signal });
      const isJson = response.headers.get("Content-Type")?.startsWith("application/json");
      return { code: response.status, elsewhere: response.redirected, reply: isJson ? await response.json() : null };
    } finally {
      clearTimeout(timer);
    }
  };

  // Returns whether to go on with the next answer at once.
  const settle = (position, sent, { code, elsewhere, reply }) => {
    if (reply?.now) setClock(Number(reply.now));
    if (reply?.state === "saved") {
      forget(position, sent.sequence);
      say(`Tersimpan ${reply.saved}`, "saved");
    } else if (reply?.state === "stale") {
      change((kept) => {
        if (kept.waiting[position]?.sequence === sent.sequence) delete kept.waiting[position];
        kept.sequences[position] = Math.max(kept.sequences[position] || 0, reply.sequence);
      });
      if (!load().waiting[position]) show(position, reply.chosen);
      warn(`Soal ${position}: ${reply.message} Pilih lagi kalau ingin mengubahnya.`);
    } else if (reply?.state === "over") {
      forget(position, sent.sequence);
      isOver = true;
      say(reply.message, "waiting");
    } else if (reply?.state === "bad") {
      forget(position, sent.sequence);
      warn(reply.message);
    } else if (elsewhere || code === 403 || code === 404) {
      say(`Belum tersimpan (${waiting().length} jawaban). Jawaban aman di HP ini.`, "waiting");
      warn("Anda perlu masuk lagi dengan akun Anda. Jawaban aman di HP ini dan dikirim begitu kuis ini terbuka lagi.", "login");
      return false;
    } else {
      throw new Error(`HTTP ${code}`);
    }
    return true;
  };

  const sendAll = async () => {
    for (let [next] = waiting(); next; [next] = waiting()) {
      const [position, answer] = next;
      if (!finished) say("Menyimpan…", "waiting");
      if (!settle(position, answer, await post(position, answer))) return false;
      pause = 0;
    }
    return true;
  };

  // One sender at a time; resolves to whether everything is with the server.
  const flush = () => {
    clearTimeout(retry);
    sending ||= sendAll()
      .catch(() => {
        pause = Math.min(30000, pause * 2 || 1000);
        retry = setTimeout(flush, pause * (0.75 + Math.random() / 2));
        const count = waiting().length;
        say(`Belum tersimpan (${count} jawaban), mencoba lagi. Jawaban aman di HP ini.`, "waiting");
        return false;
      })
      .then((done) => {
        sending = null;
        if (done && ["network", "login"].includes(notice?.dataset.about)) notice.hidden = true;
        if (done && isOver && !waiting().length) leave(address);
        return done;
      });
    return sending;
  };

  const leave = (url) => {
    if (finished) return;
    if (navigator.onLine) return location.assign(url);
    say("Menunggu jaringan. Jawaban aman di HP ini.", "waiting");
    window.addEventListener("online", () => location.assign(url), { once: true });
  };

  // --- choosing ----------------------------------------------------------------------------------
  const keep = (form) => {
    if (notice) notice.hidden = true;
    const position = form.dataset.question;
    const chosen = chosenIn(form);
    change((kept) => {
      const sequence = Math.max(kept.sequences[position] || 0, Number(form.dataset.sequence) - 1) + 1;
      kept.sequences[position] = sequence;
      kept.waiting[position] = { chosen, sequence };
    });
    mark(position, chosen.length > 0);
    flush();
  };

  const turnTo = (position, isNew = true) => {
    const form = formOf(position);
    if (!form) return false;
    for (const other of forms) other.hidden = other !== form;
    for (const link of root.querySelectorAll("[data-map]")) {
      if (link.dataset.map === String(position)) link.setAttribute("aria-current", "step");
      else link.removeAttribute("aria-current");
    }
    document.title = form.dataset.title;
    if (isNew) history.pushState({ position }, "", `${address}${position}/`);
    window.scrollTo(0, 0);
    form.querySelector("h1").focus({ preventScroll: true });
    return true;
  };

  // Leaving this page waits until nothing is on the phone only.
  const leaveWhenSaved = async (button, go) => {
    button?.setAttribute("aria-busy", "true");
    if (!waiting().length || (await flush())) return go();
    button?.removeAttribute("aria-busy");
    if (notice?.dataset.about === "login" && !notice.hidden) return undefined;
    return warn(
      "Belum semua jawaban tersimpan: jaringan terputus. Jawaban aman di HP ini dan dikirim begitu ada sinyal.",
      "network",
    );
  };

  root.addEventListener("change", (event) => {
    const form = event.target.closest("[data-question]");
    if (form) keep(form);
  });

  root.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.matches("[data-question]")) {
      event.preventDefault();
      event.stopPropagation();
      const go = event.submitter?.value || "periksa";
      if (!turnTo(go)) leaveWhenSaved(event.submitter, () => leave(`${address}periksa/`));
    } else if (form.matches("[data-submit]") && waiting().length) {
      event.preventDefault();
      event.stopPropagation();
      leaveWhenSaved(event.submitter, () => form.submit());
    }
  });

  root.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    const place = event.target.closest("[data-map]");
    const exit = event.target.closest("[data-leave]");
    if (place && turnTo(place.dataset.map)) event.preventDefault();
    else if (exit) {
      event.preventDefault();
      leaveWhenSaved(exit, () => leave(exit.href));
    }
  });

  window.addEventListener("popstate", () => {
    const place = location.pathname.slice(address.length).replace("/", "");
    if (!turnTo(place, false)) location.reload();
  });
  window.addEventListener("online", () => waiting().length && flush());
  window.addEventListener("pageshow", (event) => event.persisted && location.reload());
  document.addEventListener("visibilitychange", () => !document.hidden && waiting().length && flush());

  // --- the clock: the server's, whatever the phone's says ------------------------------------------
  let isOver = false;
  let ahead = 0; // server minus phone, in milliseconds
  const setClock = (now) => {
    ahead = now - Date.now();
  };
  const deadline = Number(root.dataset.deadline);
  const clock = document.querySelector("[data-clock]");
  const tick = () => {
    const left = Math.max(0, Math.ceil((deadline - Date.now() - ahead) / 1000));
    // Whole minutes as the page itself says them, and each second of the last five; with a point it would read as a time of day.
    clock.querySelector("[data-clock-text]").textContent =
      left > 300 ? `${Math.ceil(left / 60)} menit` : `${left < 60 ? "" : `${Math.floor(left / 60)} mnt `}${left % 60} dtk`;
    clock.classList.toggle("is-soon", left <= 300);
    if (left === 300 || left === 60) say(`Sisa waktu ${left / 60} menit.`);
    if (left) return;
    clearInterval(ticking);
    warn("Waktu habis. Jawaban yang tersimpan sedang dinilai.");
    flush();
    // The server keeps the attempt open for a moment of grace; after it, its page is the result.
    setTimeout(async () => {
      isOver = true;
      if (await flush()) leave(address);
    }, Number(root.dataset.closes) - deadline + 1000);
  };
  let ticking = 0;
  if (clock && deadline) {
    setClock(Number(root.dataset.now));
    say("Setiap jawaban langsung disimpan.");
    ticking = setInterval(tick, 1000);
    tick();
  }

  // --- what an earlier visit could not send ----------------------------------------------------------
  for (const [position, { chosen }] of waiting()) show(position, chosen);
  if (waiting().length) {
    flush().then((done) => {
      if (!done) return;
      if (finished) location.reload();
    });
  } else if (finished && !ownMemory) {
    localStorage.removeItem(memory);
  }
})();
