// Keeps the page that verifies without the network, and answers with it under /verifikasi/ where there is none.
"use strict";

const FILES = {{ files|safe }};
const KEYS = {{ kids|safe }}; // not used here: another key makes another text, and so another worker
const CACHE = "verifikasi";
const PATIENCE = 8000; // milliseconds: where the signal is too weak to load anything, what is kept answers

// Without cookies: what is kept is the page that a stranger sees.
const keep = async () => {
  const cache = await caches.open(CACHE);
  await cache.addAll(FILES.map((file) => new Request(file, { credentials: "omit", cache: "no-cache" })));
};

// From the network, or what is kept where it fails or takes too long; with nothing kept, the network as long as it takes.
const answer = async (request, file) => {
  const network = fetch(request);
  const late = new Promise((resolve, reject) => setTimeout(reject, PATIENCE));
  try {
    return await Promise.race([network, late]);
  } catch {
    network.catch(() => {}); // nobody waits for it any more
    return (await caches.match(file)) || network;
  }
};

self.addEventListener("install", (event) => event.waitUntil(keep().then(() => self.skipWaiting())));

self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const { pathname } = new URL(request.url);
  if (request.method !== "GET") return;
  if (request.mode === "navigate") {
    event.respondWith(answer(request, FILES[0]));
  } else if (FILES.includes(pathname)) {
    event.respondWith(answer(request, pathname));
  }
});

// The page asks when it was opened with a network: what is kept is then as new as what was seen.
self.addEventListener("message", (event) => {
  if (event.data === "keep") event.waitUntil(keep());
});
