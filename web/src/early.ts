// Inlined in the page and run before the bundle arrives: asks at once for the two byte ranges that
// the first frame needs. `net/bytes.ts` picks the answers up. It must stay tiny and must not fail.
import { rangeKey } from './media/playlist'
import { mediaUrl, startPlan } from './media/start'
import { playback } from './media/support'
import type { Boot } from './types'

export interface EarlyFetch { startedAt: number; bytes: Promise<ArrayBuffer> }
declare global { interface Window { __early?: Record<string, EarlyFetch> } }

try {
  const boot = JSON.parse(document.getElementById('boot')?.textContent ?? 'null') as Boot | null
  const item = boot?.feed?.items[0]
  if (item && !item.locked && item.base && playback() === 'mse') {
    const { video, audio } = startPlan(item)
    const early: Record<string, EarlyFetch> = (window.__early = {})
    for (const part of [video, audio]) {
      if (!part) continue
      const url = mediaUrl(item, part.uri)
      const bytes = fetch(url, { headers: { Range: `bytes=${part.start}-${part.end - 1}` } })
        .then((reply) => (reply.status === 206 ? reply.arrayBuffer() : Promise.reject(reply.status)))
      bytes.catch(() => {})
      early[rangeKey(url, part.start, part.end)] = { startedAt: performance.now(), bytes }
    }
  }
} catch {
  // The bundle asks again and reports what is wrong.
}
