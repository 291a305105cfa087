// Series as a grid of covers.
import { go } from '../app/router'
import { useText } from '../i18n'
import type { Found } from '../types'
import { Picture } from '../ui/Picture'

export function FoundGrid({ items }: { items: Found[] }) {
  const t = useText()
  const why: Record<string, string> = { episode: t.matchedEpisode, tag: t.matchedTag, creator: t.matchedCreator }
  return (
    <ul class="found-grid">
      {items.map((f) => {
        const href = f.episode ? `/e/${f.episode}` : `/s/${f.series}`
        return (
          <li key={f.series}>
            <a href={href} onClick={(e) => { e.preventDefault(); go(href) }}>
              <Picture src={f.cover ?? f.poster} preview={f.preview} />
              <span class="found-title" dir="auto">{f.title}</span>
              <span class="found-facts">{(f.matched && why[f.matched]) || t.episodesCount(f.episodes_count)}</span>
            </a>
          </li>
        )
      })}
    </ul>
  )
}
