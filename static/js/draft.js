// Forms marked data-draft save themselves: to the server while you type, on this device while the server cannot be
// reached. The server's answer names the draft; what lies on the device is dropped once the server has it. A page with
// data-drafts-of shows what still lies here of this person.
(() => {
  "use strict";
  const PREFIX = "draft:";
  const KEEP = 7 * 24 * 3600 * 1000;
  const SKIP = new Set(["csrfmiddlewaretoken", "revision", "draft_key", "village"]);
  const HERE = matchMedia("(pointer: coarse)").matches ? "ponsel ini" : "perangkat ini";

  const read = (name) => {
    try {
      return JSON.parse(localStorage.getItem(name));
    } catch {
      return null;
    }
  };
  const drop = (name) => {
    try {
      localStorage.removeItem(name);
    } catch {
      // a browser without storage has nothing to drop
    }
  };
  const names = () => {
    try {
      return Object.keys(localStorage).filter((name) => name.startsWith(PREFIX));
    } catch {
      return [];
    }
  };

  const store = (name, copy) => {
    try {
      localStorage.setItem(name, JSON.stringify(copy));
      return true;
    } catch {
      return false;
    }
  };

  // Copies that the server has meanwhile, and forgotten ones, go; one that is newer lies under the number of its draft.
  // A copy says from which revision on the server has all of it: after lost answers the next revision may be an older text.
  const shown = new Map([...document.querySelectorAll("[data-draft-key]")].map((at) => [at.dataset.draftKey, at.dataset]));
  for (const name of names()) {
    const copy = read(name);
    const there = copy && shown.get(copy.key);
    const saved = there && Number(there.draftRevision) >= (copy.photos && !copy.all ? Infinity : copy.text);
    const closed = there && "draftClosed" in there; // sent: nothing can be added any more
    if (!copy || saved || closed || Date.now() - copy.at > KEEP) drop(name);
    else if (there?.draftId && !name.endsWith(`:${there.draftId}`)) {
      if (store(`${name.slice(0, name.lastIndexOf(":"))}:${there.draftId}`, copy)) drop(name);
    }
  }

  // What lies here, where reports are listed. It is read and drawn on the device; no page the server sends holds it.
  const list = document.querySelector("[data-drafts-of]");
  const missing = (photos) => `${photos} foto belum ikut tersimpan – pilih lagi.`;
  const address = (what) =>
    what.startsWith("baru-")
      ? `${list.dataset.draftsNew}?desa=${encodeURIComponent(what.slice(5))}`
      : list.dataset.draftsEdit.replace("/0/", `/${what}/`);
  const row = (name) => {
    const copy = read(name);
    const item = list.querySelector("template").content.cloneNode(true);
    item.querySelector("a").href = address(name.slice(name.lastIndexOf(":") + 1));
    const there = shown.has(copy.key) && Number(shown.get(copy.key).draftRevision) >= copy.text;
    const notes = [there ? "Isiannya sudah ada di server." : shown.has(copy.key) && "Isian ini lebih baru daripada draf di server."];
    if (copy.photos) notes.push(missing(copy.photos));
    item.querySelector("[data-drafts-note]").textContent = notes.filter(Boolean).join(" ");
    if (copy.title) item.querySelector("[data-drafts-name]").textContent = copy.title;
    item.querySelector("[data-drafts-at]").textContent = new Date(copy.at).toLocaleString("id-ID", {
      day: "numeric", month: "long", hour: "2-digit", minute: "2-digit",
    });
    item.querySelector("button").addEventListener("click", () => {
      if (!confirm(`Hapus isian ini dari ${HERE}? Isinya tidak dapat dikembalikan.`)) return;
      drop(name);
      draw();
    });
    return item;
  };
  function draw() {
    const mine = names().filter((name) => name.startsWith(`${PREFIX}${list.dataset.draftsOf}:`) && read(name));
    list.hidden = !mine.length;
    list.querySelector("[data-drafts-title]").textContent = mine.some((name) => shown.has(read(name).key))
      ? `${mine.length} isian belum seluruhnya sampai ke server`
      : `${mine.length} laporan belum terkirim – tersimpan di ${HERE}`;
    list.querySelector("ul").replaceChildren(...mine.map(row));
  }
  if (list) {
    draw();
    window.addEventListener("storage", draw); // another tab has sent one
  }

  const form = document.querySelector("form[data-draft]");
  if (!form) return;
  const status = form.querySelector("[data-save-status]");
  const notice = form.querySelector("[data-save-notice]");
  let name = PREFIX + form.dataset.draft;
  let changes = 0;
  let kept = 0; // the changes that the server has for sure
  let posted = -1; // the changes that were sent last
  let lost = 0; // what was sent since and has no answer yet
  let timer = 0;
  let running = null;
  let stopped = false;

  // What is amiss stands at the head, in sight wherever one writes, and is read out there alone.
  const say = (text, late = false) => {
    status.setAttribute("aria-live", late ? "off" : "polite");
    status.textContent = text;
    status.classList.toggle("is-late", late);
    notice.textContent = late ? text : "";
  };
  const hidden = (field, value) => {
    let input = form.querySelector(`input[type="hidden"][name="${field}"]`);
    if (!input) {
      input = document.createElement("input");
      input.type = "hidden";
      input.name = field;
      form.append(input);
    }
    input.value = value;
  };
  const typed = () => [...new FormData(form)].filter(([field, value]) => typeof value === "string" && !SKIP.has(field));

  const keepHere = (isWhole = false) => {
    const { kind, place } = form.elements;
    const title = [kind.value && kind.selectedOptions[0].text, place.value.trim()].filter(Boolean).join(", ");
    const { draftKey: key, draftRevision: revision, photosLeft } = form.dataset;
    const next = Math.max(Number(revision), 1) + lost;
    const text = isWhole || posted === changes ? next : undefined;
    const photos = Number(photosLeft || 0);
    return store(name, { at: Date.now(), key, revision: Number(revision), text, all: isWhole, photos, title, values: typed() });
  };
  // What lies here goes once the server has all of it; photos are too large to lie here, so their number does.
  const settle = () => (changes === kept && !Number(form.dataset.photosLeft || 0) ? drop(name) : keepHere());

  const restore = () => {
    const copy = read(name);
    if (!copy) return;
    const status = form.querySelector("[data-photos-status]");
    if (copy.photos && status) {
      form.dataset.photosLeft = copy.photos;
      status.textContent = missing(copy.photos);
      status.classList.add("is-late");
    }
    if (JSON.stringify(copy.values) === JSON.stringify(typed())) return settle();
    const values = new Map();
    for (const [field, value] of copy.values) values.set(field, [...(values.get(field) || []), value]);
    for (const control of form.elements) {
      if (!control.name || SKIP.has(control.name) || ["hidden", "file", "submit", "button"].includes(control.type)) continue;
      const given = values.get(control.name) || [];
      if (control.type === "checkbox" || control.type === "radio") control.checked = given.includes(control.value);
      else if (given.length) control.value = given[0];
    }
    form.dataset.draftKey = copy.key;
    hidden("draft_key", copy.key);
    if (form.elements.revision) hidden("revision", copy.revision); // what somebody else wrote since is asked about
    say(`Isian yang belum sempat terkirim dipulihkan dari ${HERE}.`, true);
    changes += 1;
    plan(1500); // it has waited long enough
    return undefined;
  };

  const failed = (text) => {
    say(keepHere() ? `${text} Isian disimpan di ${HERE}.` : text, true);
  };

  const accept = (answer, before) => {
    form.action = answer.action;
    form.dataset.photosUrl = answer.photos;
    form.dataset.draftRevision = answer.revision;
    hidden("revision", answer.revision);
    if (!form.dataset.draft.endsWith(`:${answer.id}`)) {
      drop(name);
      form.dataset.draft = `${form.dataset.draft.split(":")[0]}:${answer.id}`;
      name = PREFIX + form.dataset.draft;
      history.replaceState(history.state, "", answer.action);
    }
    kept = before;
    lost = 0;
    settle();
    if (changes === before) say(answer.message);
    else plan();
    form.dispatchEvent(new CustomEvent("draft:saved"));
  };

  const send = async () => {
    const before = changes;
    const body = new FormData(form);
    for (const [field, value] of [...body]) if (value instanceof File) body.delete(field);
    running = new AbortController();
    posted = before;
    lost += 1;
    keepHere();
    try {
      const response = await fetch(form.action, {
        method: "POST",
        body,
        headers: { "X-Draft": "1" },
        redirect: "manual",
        signal: running.signal,
      });
      if (response.ok) {
        accept(await response.json(), before);
        return true;
      }
      if (response.status === 409) {
        stopped = true;
        failed((await response.json()).message);
      } else if (response.type === "opaqueredirect" || response.status === 403) {
        stopped = true;
        failed("Sesi Anda berakhir. Masuk lagi, lalu buka kembali laporan ini.");
      } else failed("Server sibuk, belum tersimpan.");
    } catch (error) {
      if (error.name !== "AbortError") {
        failed("Tidak ada jaringan.");
        plan(20000);
      }
    } finally {
      running = null;
    }
    return false;
  };

  let queue = Promise.resolve(true);
  const save = () => {
    clearTimeout(timer);
    queue = queue.then(() => (stopped ? false : send()));
    return queue;
  };
  function plan(wait = 2500) {
    clearTimeout(timer);
    if (!stopped) timer = setTimeout(save, wait);
  }

  form.addEventListener("input", (event) => {
    if (event.target.type === "file" || !event.target.name) return;
    changes += 1;
    keepHere();
    if (!stopped) say("Menyimpan …");
    plan();
  });
  form.addEventListener("submit", (event) => {
    if (!navigator.onLine) {
      // Going on would lead to the browser's own error page, and look as if everything were lost.
      event.preventDefault();
      failed("Tidak ada jaringan, jadi belum terkirim.");
      return;
    }
    stopped = true;
    clearTimeout(timer);
    running?.abort();
    lost += 1;
    keepHere(true);
  });
  const offline = () => say(`Tidak ada jaringan. Teruslah menulis: isian disimpan di ${HERE}, lalu dikirim saat jaringan kembali.`, true);
  window.addEventListener("offline", offline);
  window.addEventListener("online", () => (changes ? plan(0) : say("")));
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) stopped = false;
  });
  // Others (the photos) ask for a draft on the server: detail.done gets whether there is one.
  form.addEventListener("photos:left", settle);
  form.addEventListener("draft:save", (event) => save().then(event.detail.done));
  document.querySelector("form[data-draft-discard]")?.addEventListener("submit", () => drop(name));

  if (!navigator.onLine) offline();
  restore();
})();
