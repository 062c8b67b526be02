// The village picker's type-ahead, after the ARIA combobox pattern; without this file the selects do the work.
(() => {
  "use strict";

  const PAUSE = 250; // ms without a key before the server is asked

  const getJson = async (address, signal) => {
    const answer = await fetch(address, { signal, headers: { Accept: "application/json" } });
    if (!answer.ok) throw new Error(answer.status);
    return answer.json();
  };

  class VillagePicker {
    constructor(root) {
      this.root = root;
      this.search = root.querySelector(".village-picker__search");
      this.steps = root.querySelector(".village-picker__steps");
      this.selects = [...root.querySelectorAll("select")];
      [this.code, this.input] = this.search.querySelectorAll("input");
      this.list = this.search.querySelector("[role=listbox]");
      this.status = this.search.querySelector("[role=status]");
      this.answers = new Map();
      this.hits = [];
      this.active = -1;
      this.takeOver();
      this.listen();
      if (this.code.value) this.say("chosen", this.input.value, "is-chosen");
    }

    // The label, the hint and the error belonged to the first select.
    takeOver() {
      const first = this.selects[0];
      const id = first.id;
      first.id = `${id}_1`;
      first.previousElementSibling.htmlFor = first.id;
      this.input.id = id;
      for (const name of ["aria-describedby", "aria-invalid", "autofocus"]) {
        if (!first.hasAttribute(name)) continue;
        this.input.setAttribute(name, first.getAttribute(name));
        first.removeAttribute(name);
      }
      this.steps.querySelector("button").remove(); // else Enter anywhere in the form would press it
      this.mode = document.createElement("button");
      this.mode.type = "button";
      this.mode.className = "village-picker__mode";
      this.root.append(this.mode);
      this.show(this.selects[0].value && !this.code.value ? "list" : "name");
    }

    show(mode) {
      const byName = mode === "name";
      this.search.hidden = !byName;
      this.steps.hidden = byName;
      this.code.disabled = this.input.disabled = !byName;
      for (const select of this.selects) select.disabled = byName || select.options.length < 2;
      this.mode.textContent = this.text(byName ? "byList" : "byName");
      this.current = mode;
    }

    text(name) {
      return this.root.dataset[`text${name[0].toUpperCase()}${name.slice(1)}`];
    }

    say(name, more = "", tone = "") {
      this.status.textContent = name && [this.text(name), more].filter(Boolean).join(" ");
      this.status.className = `village-picker__status ${tone}`;
    }

    listen() {
      this.input.addEventListener("input", () => this.typed());
      this.input.addEventListener("keydown", (event) => this.key(event));
      this.input.addEventListener("focus", () => this.hits.length && !this.code.value && this.open());
      this.input.addEventListener("blur", () => this.left());
      this.list.addEventListener("mousedown", (event) => event.preventDefault()); // the field keeps the focus
      this.list.addEventListener("click", (event) => {
        const option = event.target.closest("[role=option]");
        if (option) this.choose(this.hits[[...this.list.children].indexOf(option)]);
      });
      this.mode.addEventListener("click", () => {
        this.show(this.current === "name" ? "list" : "name");
        (this.current === "name" ? this.input : this.selects[0]).focus();
      });
      this.selects.forEach((select, depth) => select.addEventListener("change", () => this.step(depth)));
    }

    typed() {
      this.code.value = "";
      this.say("");
      clearTimeout(this.timer);
      this.request?.abort();
      const question = this.input.value.trim().replace(/\s+/g, " ").toLowerCase();
      if (question.length < Number(this.root.dataset.shortest)) return this.fill([]);
      this.timer = setTimeout(() => this.ask(question), PAUSE);
    }

    async ask(question) {
      let hits = this.answers.get(question);
      if (!hits) {
        this.request = new AbortController();
        const { signal } = this.request;
        this.say("searching");
        try {
          hits = (await getJson(`${this.root.dataset.search}?q=${encodeURIComponent(question)}`, signal)).results;
        } catch {
          if (!signal.aborted) {
            this.fill([]);
            this.say("offline", "", "is-problem");
          }
          return;
        }
        this.answers.set(question, hits);
      }
      this.fill(hits);
      if (!hits.length) this.say("empty", "", "is-problem");
      else if (hits.length >= Number(this.root.dataset.atMost)) this.say("many");
      else this.status.textContent = `${hits.length} ${this.text("found")}`;
    }

    fill(hits) {
      this.hits = hits;
      this.list.replaceChildren(
        ...hits.map((hit, place) => {
          const option = document.createElement("li");
          const name = document.createElement("b");
          const where = document.createElement("span");
          option.id = `${this.list.id}_${place}`;
          option.setAttribute("role", "option");
          option.setAttribute("aria-selected", "false");
          name.textContent = hit.name;
          where.textContent = hit.place;
          option.append(name, where);
          return option;
        }),
      );
      this.mark(-1);
      if (hits.length && document.activeElement === this.input) this.open();
      else this.close();
    }

    open() {
      this.list.hidden = false;
      this.input.setAttribute("aria-expanded", "true");
    }

    close() {
      this.list.hidden = true;
      this.input.setAttribute("aria-expanded", "false");
      this.mark(-1);
    }

    mark(place) {
      this.active = place;
      [...this.list.children].forEach((option, n) => option.setAttribute("aria-selected", String(n === place)));
      const option = this.list.children[place];
      if (!option) return this.input.removeAttribute("aria-activedescendant");
      this.input.setAttribute("aria-activedescendant", option.id);
      option.scrollIntoView({ block: "nearest" });
    }

    choose(hit) {
      if (!hit) return;
      const fullName = `${hit.name}, ${hit.place}`;
      this.code.value = hit.code;
      this.input.value = fullName;
      this.input.removeAttribute("aria-invalid");
      this.close();
      this.say("chosen", fullName, "is-chosen");
      this.code.dispatchEvent(new Event("change", { bubbles: true }));
    }

    key(event) {
      const open = !this.list.hidden;
      const count = this.hits.length;
      if (event.key === "ArrowDown" || event.key === "ArrowUp") {
        if (!count) return;
        event.preventDefault();
        if (!open) this.open();
        const from = this.active < 0 && event.key === "ArrowUp" ? count : this.active;
        this.mark((from + (event.key === "ArrowDown" ? 1 : -1) + count) % count);
      } else if (event.key === "Enter" && (open || !this.code.value)) {
        if (!this.input.value.trim()) return;
        event.preventDefault(); // the form is sent once a village is chosen
        if (open) this.choose(this.hits[this.active] || (count === 1 && this.hits[0]));
      } else if (event.key === "Escape" && open) {
        event.preventDefault();
        this.close();
      }
    }

    left() {
      this.close();
      if (this.input.value.trim() && !this.code.value) this.say("unpicked", "", "is-problem");
    }

    // With the selects: choosing one fills the next.
    async step(depth) {
      const later = this.selects.slice(depth + 1);
      for (const select of later) {
        select.length = 1;
        select.disabled = true;
        select.parentElement.hidden = true;
      }
      const [next] = later;
      const { value } = this.selects[depth];
      if (!next || !value) return;
      try {
        const address = this.root.dataset.children.replace(/[^/]+\/$/, `${value}/`);
        const { children } = await getJson(address);
        if (this.selects[depth].value !== value) return;
        next.append(...children.map((child) => new Option(child.name, child.code)));
        next.disabled = false;
        next.parentElement.hidden = false;
      } catch {
        this.selects[depth].value = "";
        this.show("name");
        this.say("offline", "", "is-problem");
      }
    }
  }

  for (const root of document.querySelectorAll("[data-village-picker]")) new VillagePicker(root);
})();
