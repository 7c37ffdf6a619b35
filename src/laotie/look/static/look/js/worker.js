/**
 * The service worker: when nobody answers a page's address, the visitor gets a page that says so and
 * tries again, instead of the browser's own error. Nothing else is kept or answered from here. It also
 * shows what is pushed while no page is open.
 */

const KEPT = "no-connection-1";
const PAGE = "/look/no-connection";
const PARTS = [
  ...["tokens", "base", "parts", "states"].map((name) => `/static/look/css/${name}.css`),
  "/static/look/js/come-back.js",
  "/static/look/icons.svg",
  "/static/look/img/icon.svg",
];

addEventListener("install", (event) => {
  event.waitUntil(
    caches
      .open(KEPT)
      .then((kept) => kept.addAll([PAGE, ...PARTS]))
      .then(() => self.skipWaiting()),
  );
});

addEventListener("activate", (event) => {
  event.waitUntil(
    caches
      .keys()
      .then((names) => Promise.all(names.filter((name) => name !== KEPT).map((name) => caches.delete(name))))
      .then(() => self.clients.claim()),
  );
});

addEventListener("fetch", (event) => {
  const { request } = event;
  const isPage = request.mode === "navigate" && request.method === "GET";
  if (!isPage && !isPart(request)) return;
  event.respondWith(
    fetch(request).catch(async (error) => {
      const kept = await caches.match(isPage ? PAGE : request, { ignoreSearch: true });
      if (!kept) throw error;
      return kept;
    }),
  );
});

addEventListener("push", (event) => {
  const { text = "", notice = "" } = event.data?.json() ?? {};
  const shown = { body: text, tag: notice, icon: "/static/look/img/icon-180.png", data: { notice } };
  event.waitUntil(self.registration.showNotification("老铁 Laotie", shown));
});

addEventListener("notificationclick", (event) => {
  event.notification.close();
  const { notice } = event.notification.data ?? {};
  event.waitUntil(self.clients.openWindow(notice ? `/inbox/${notice}` : "/inbox"));
});

/** @param {Request} request */
function isPart(request) {
  const { origin, pathname } = new URL(request.url);
  return origin === location.origin && PARTS.includes(pathname);
}
