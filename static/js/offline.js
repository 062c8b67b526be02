// Checks the signature in the address of a certificate's QR code, in the browser alone: certificates/proofs.py says how
// it is made. Works without the network once the worker keeps the page.
(() => {
  "use strict";

  const root = document.querySelector("[data-offline]");
  const form = root.querySelector("[data-form]");
  const words = root.querySelector("[data-words]").content;
  const word = (name) => words.querySelector(`[data-word="${name}"]`).textContent;
  const kept = root.querySelector("[data-kept]");

  const ADDRESS = /\/verifikasi\/([A-Za-z0-9_-]{22})\/?(?:\?(?:.*&)?b=([A-Za-z0-9_-]+))?/;
  const DOMAIN = "akademi-linmas:1:";
  const SIZE = 91, FACTS = 27, VERSION = 1;

  const unpack = (text) => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (c) => c.charCodeAt(0));
  const utf8 = (text) => new TextEncoder().encode(text);
  const join = (...parts) => new Uint8Array(parts.flatMap((part) => [...part]));

  const isSigned = async (token, facts, signature) => {
    const method = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };
    for (const { crv, kty, x, y } of JSON.parse(root.dataset.keys)) {
      const key = await crypto.subtle.importKey("jwk", { crv, kty, x, y }, method, false, ["verify"]);
      if (await crypto.subtle.verify(method, key, signature, join(utf8(DOMAIN + token), facts))) return true;
    }
    return false;
  };

  // Letters and digits only: neither case, spaces, accents nor punctuation matter.
  const digest = async (token, kind, text) => {
    const letters = text.normalize("NFKD").toLowerCase().replace(/[^\p{L}\p{N}]/gu, "");
    return new Uint8Array(await crypto.subtle.digest("SHA-256", utf8(`${token}:${kind}:${letters}`)));
  };

  const compare = async (token, kind, text, expected) => {
    if (!text.trim()) return "unasked";
    const found = await digest(token, kind, text);
    return expected.every((byte, at) => byte === found[at]) ? "same" : "other";
  };

  const number = (bytes) => bytes.reduce((sum, byte) => sum * 256 + byte, 0);
  const day = (bytes) =>
    new Date(Date.UTC(1950, 0, 1 + number(bytes))).toLocaleDateString("id-ID", {
      timeZone: "UTC", day: "numeric", month: "long", year: "numeric",
    });

  // What a certificate's address comes to: the key of a verdict, and the facts that its signature vouches for.
  const check = async (address, name, title) => {
    const found = ADDRESS.exec(address);
    if (!found) return { verdict: "unreadable" };
    const [, token, packed] = found;
    if (!packed) return { verdict: "unsigned" };
    let proof;
    try {
      proof = unpack(packed);
    } catch {
      return { verdict: "false" };
    }
    const facts = proof.slice(0, FACTS);
    if (proof.length !== SIZE || facts[0] !== VERSION) return { verdict: "false" };
    if (!(await isSigned(token, facts, proof.slice(FACTS)))) return { verdict: "false" };
    const code = String(number(facts.slice(1, 3))).padStart(4, "0");
    const matches = {
      name: await compare(token, "name", name, facts.slice(13, 19)),
      title: await compare(token, "title", title, facts.slice(19, 27)),
    };
    const answers = Object.values(matches);
    return {
      verdict: answers.includes("other") ? "mismatch" : answers.includes("unasked") ? "code" : "genuine",
      facts: {
        issuer: `${code.slice(0, 2)}.${code.slice(2)}`,
        issued: day(facts.slice(3, 5)),
        sequence: String(number(facts.slice(5, 8))), // bare: how many zeros are printed before it is the issuer's choice
        completed: day(facts.slice(8, 10)),
        hours: `${(number(facts.slice(10, 13)) / 10).toLocaleString("id-ID")} JP`,
        name: word(matches.name),
        title: word(matches.title),
      },
    };
  };

  const show = ({ verdict, facts }) => {
    const result = root.querySelector("[data-result]");
    result.replaceChildren(root.querySelector(`[data-verdict="${verdict}"]`).content.cloneNode(true));
    if (facts) {
      result.append(root.querySelector("[data-facts]").content.cloneNode(true));
      for (const [fact, text] of Object.entries(facts)) result.querySelector(`[data-fact="${fact}"]`).textContent = text;
    }
    root.querySelector("[data-intro]").hidden = true;
  };

  const run = async () => show(await check(form.address.value, form.elements.name.value, form.course.value));

  // The worker keeps the page for the next time.
  const keep = async () => {
    try {
      await navigator.serviceWorker.register(root.dataset.worker, { scope: root.dataset.scope });
      const { active } = await navigator.serviceWorker.ready;
      if (navigator.onLine) active.postMessage("keep");
      kept.textContent = word("kept");
    } catch {
      kept.textContent = word("unkept");
    }
  };

  root.querySelector("[data-idle]").hidden = true;
  if (!window.isSecureContext || !crypto.subtle) {
    kept.textContent = word("insecure");
    return;
  }
  form.hidden = false;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    run().then(() => root.querySelector("[data-result]").scrollIntoView());
  });
  if (ADDRESS.test(location.href)) {
    form.address.value = location.href;
    run();
  }
  keep();
})();
