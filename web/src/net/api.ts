// Typed calls to the server. Errors are thrown as ApiError with the HTTP status (0: no answer).
import type { Found, Genre, Item, Page, SeriesPage, Viewer, Watching } from '../types'
import { settings } from '../app/settings'
import { bytesPerSecond } from './bandwidth'

export class ApiError extends Error {
  constructor(readonly status: number, detail: string) { super(detail) }
}

async function call<T>(path: string, init?: RequestInit): Promise<T> {
  let reply: Response
  try {
    reply = await fetch(path, { ...init, headers: { Accept: 'application/json', ...init?.headers } })
  } catch {
    throw new ApiError(0, 'no connection')
  }
  if (!reply.ok) throw new ApiError(reply.status, await reply.text().catch(() => ''))
  return (reply.status === 204 ? undefined : await reply.json()) as T
}

const post = <T>(path: string, body: object) =>
  call<T>(path, { method: 'POST', body: JSON.stringify(body), headers: { 'Content-Type': 'application/json' } })

const query = (values: Record<string, string | number | null | undefined>) => {
  const pairs = Object.entries(values).filter(([, v]) => v !== null && v !== undefined && v !== '')
  return '?' + new URLSearchParams(pairs.map(([k, v]) => [k, String(v)])).toString()
}

/** The rendition whose playlist the server shall inline: what this connection and screen can use. */
export function wantedRendition(): string {
  if (settings.get().dataSaver || bytesPerSecond() < 160_000) return 'v360'
  const width = Math.min(innerWidth, innerHeight * 9 / 16) * devicePixelRatio
  return bytesPerSecond() > 900_000 && width > 600 ? 'v720' : 'v540'
}

export const api = {
  feed: (cursor: string | null) => call<Page<Item>>('/v1/feed' + query({ limit: 10, cursor, r: wantedRendition() })),
  play: (episode: string) => call<Item>(`/v1/episodes/${episode}/play` + query({ r: wantedRendition() })),
  seriesPlay: (series: string, from: string) =>
    call<Page<Item>>(`/v1/series/${series}/play` + query({ from, limit: 5, r: wantedRendition() })),
  series: (id: string) => call<SeriesPage>(`/v1/series/${id}`),
  search: (q: string, cursor?: string | null) => call<Page<Found>>('/v1/search' + query({ q, limit: 24, cursor })),
  browse: (genre: string, sort: string, cursor?: string | null) =>
    call<Page<Found>>('/v1/browse' + query({ genre, sort, cursor })),
  genres: () => call<{ items: Genre[] }>('/v1/genres'),
  list: (name: 'continue' | 'likes' | 'saved') => call<{ items: Watching[] }>(`/v1/${name}`),
  me: () => call<Viewer>('/v1/me'),
  like: (episode: string, on: boolean) => post<{ likes: number; liked: boolean }>(`/v1/episodes/${episode}/like`, { on }),
  save: (series: string, on: boolean) => post<{ saved: boolean }>(`/v1/series/${series}/save`, { on }),
  /** Survives the page going away. */
  progress(episode: string, position_us: number, done: boolean): void {
    const body = JSON.stringify({ episode, position_us: Math.round(position_us), done })
    if (!navigator.sendBeacon?.('/v1/progress', body))
      fetch('/v1/progress', { method: 'POST', body, keepalive: true }).catch(() => {})
  },
}
