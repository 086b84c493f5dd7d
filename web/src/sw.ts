/* The service worker: keeps the shell of one version, so that Whet opens without a connection.
 * It never touches the interface under /api; what the server knows is asked from the server, or from the page's own cache. */
declare const VERSION: string;
declare const SHELL: string[];

const worker = self as unknown as ServiceWorkerGlobalScope;
const NAME = `whet-${VERSION}`;
const PATIENCE_MS = 3_000; /* on a connection that is there but says nothing, the kept page is better than a white one */

worker.addEventListener('install', (event) => {
  event.waitUntil(
    caches
      .open(NAME)
      .then((cache) => cache.addAll(SHELL.map((path) => new Request(path, { cache: 'reload' }))))
      .then(() => worker.skipWaiting()),
  );
});

worker.addEventListener('activate', (event) => {
  event.waitUntil(
    caches
      .keys()
      .then((names) => Promise.all(names.filter((name) => name.startsWith('whet-') && name !== NAME).map((name) => caches.delete(name))))
      .then(() => worker.clients.claim()),
  );
});

/* Not through `open`, which would make the cache again that a newer worker has just removed. */
const kept = (path: string) => caches.match(path, { cacheName: NAME });

async function page(request: Request): Promise<Response> {
  const fallback = () => kept('/');
  const network = fetch(request);
  network.catch(() => undefined); /* handled below; without this a late failure would be reported as unhandled */
  const patience = new Promise<undefined>((resolve) => setTimeout(resolve, PATIENCE_MS, undefined));
  try {
    const response = await Promise.race([network, patience]);
    if (response && response.status < 500) return response;
    return (await fallback()) ?? (await network);
  } catch {
    return (await fallback()) ?? Response.error();
  }
}

worker.addEventListener('fetch', (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== 'GET' || origin !== worker.location.origin) return;
  if (/^\/(api|docs)(\/|$)/.test(pathname)) return;
  if (request.mode === 'navigate') event.respondWith(page(request));
  else if (SHELL.includes(pathname)) event.respondWith(kept(pathname).then((response) => response ?? fetch(request)));
});
