// Addresses: `/`, `/s/:series`, `/e/:episode`, `/search`, `/me`. Everything else belongs to the server.
import { createStore } from './store'

export type Route =
  | { page: 'feed' } | { page: 'series'; id: string } | { page: 'episode'; id: string }
  | { page: 'search'; q: string; genre: string } | { page: 'me' }

function parse(location: Location): Route {
  const [, first, id] = location.pathname.split('/')
  const query = new URLSearchParams(location.search)
  if (first === 's' && id) return { page: 'series', id }
  if (first === 'e' && id) return { page: 'episode', id }
  if (first === 'search') return { page: 'search', q: query.get('q') ?? '', genre: query.get('genre') ?? '' }
  if (first === 'me') return { page: 'me' }
  return { page: 'feed' }
}

export const route = createStore<{ route: Route; depth: number }>({ route: parse(location), depth: 0 })

addEventListener('popstate', () => route.set({ route: parse(location), depth: Math.max(0, route.get().depth - 1) }))

export function go(path: string): void {
  history.pushState(null, '', path)
  route.set({ route: parse(location), depth: route.get().depth + 1 })
}

/** Changes the address without a step in the history: the feed names what is on screen. */
export function rename(path: string): void {
  if (location.pathname + location.search === path) return
  history.replaceState(history.state, '', path)
  if (route.get().route.page !== 'feed') return
}

/** One step back inside the client, or to the feed when the visit began here. */
export function back(): void {
  if (route.get().depth > 0) history.back()
  else go('/')
}
