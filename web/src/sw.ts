// The service worker: keeps the shell (page and bundle) so that the installed app opens without a network
// and says so in words. Media and API are never touched.
/// <reference lib="webworker" />
declare const __SHELL__: string[]
const worker = self as unknown as ServiceWorkerGlobalScope

const CACHE = 'shell-' + (__SHELL__[0] ?? '')
const OFFLINE_PAGE = '/search'

worker.addEventListener('install', (event) => {
  event.waitUntil(caches.open(CACHE).then((cache) => cache.addAll([...__SHELL__, OFFLINE_PAGE])).then(() => worker.skipWaiting()))
})

worker.addEventListener('activate', (event) => {
  event.waitUntil(caches.keys()
    .then((names) => Promise.all(names.filter((name) => name !== CACHE).map((name) => caches.delete(name))))
    .then(() => worker.clients.claim()))
})

worker.addEventListener('fetch', (event) => {
  const { request } = event
  const url = new URL(request.url)
  if (request.method !== 'GET' || url.origin !== location.origin) return
  if (__SHELL__.includes(url.pathname))
    event.respondWith(caches.match(request).then((hit) => hit ?? fetch(request)))
  else if (request.mode === 'navigate')
    event.respondWith(fetch(request).catch(async () => (await caches.match(OFFLINE_PAGE)) ?? Response.error()))
})
