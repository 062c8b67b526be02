// Keeps the page that verifies without the network, and answers with it under /verifikasi/ where there is none.
"use strict";

const FILES = {{ files|safe }};
const KEYS = {{ kids|safe }}; // not used here: another key makes another text, and so another worker
const CACHE = "verifikasi";

// Without cookies: what is kept is the page that a stranger sees.
const keep = async () => {
  const cache = await caches.open(CACHE);
  await cache.addAll(FILES.map((file) => new Request(file, { credentials: "omit", cache: "no-cache" })));
};

self.addEventListener("install", (event) => event.waitUntil(keep().then(() => self.skipWaiting())));

self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const { pathname } = new URL(request.url);
  if (request.method !== "GET") return;
  if (request.mode === "navigate") {
    event.respondWith(fetch(request).catch(() => caches.match(FILES[0])));
  } else if (FILES.includes(pathname)) {
    event.respondWith(fetch(request).catch(() => caches.match(pathname)));
  }
});

// The page asks when it was opened with a network: what is kept is then as new as what was seen.
self.addEventListener("message", (event) => {
  if (event.data === "keep") event.waitUntil(keep());
});
