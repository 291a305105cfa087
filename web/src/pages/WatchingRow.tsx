// A row of episodes that one has begun, liked or saved, to be moved sideways.
import { go } from '../app/router'
import { useText } from '../i18n'
import type { Watching } from '../types'
import { Picture } from '../ui/Picture'

export function WatchingRow({ items }: { items: Watching[] }) {
  const t = useText()
  return (
    <ul class="watching-row">
      {items.map((w) => {
        const href = `/e/${w.episode}`
        const done = w.duration_us ? Math.min(1, w.position_us / w.duration_us) : 0
        return (
          <li key={w.episode}>
            <a href={href} onClick={(e) => { e.preventDefault(); go(href) }}>
              <span class="episode-thumb">
                <Picture src={w.poster} preview={w.preview} />
                {done > 0 && <span class="thumb-progress" style={{ '--done': String(done) }} />}
              </span>
              <span class="found-title" dir="auto">{w.series_title}</span>
              <span class="found-facts">{t.episodeOf(w.number, w.episodes)}</span>
            </a>
          </li>
        )
      })}
    </ul>
  )
}
