// The words over the picture: whose series, which episode, what it is about, and what must be said.
import { useState } from 'preact/hooks'
import { go } from '../app/router'
import { useText } from '../i18n'
import type { SheetName } from '../sheets/FeedSheets'
import type { Item } from '../types'
import { Labels } from './Labels'

export function Meta({ item, open }: { item: Item; open: (sheet: SheetName) => void }) {
  const t = useText()
  const [isOpen, setOpen] = useState(false)
  return (
    <div class="meta" dir="auto">
      <Labels item={item} />
      <a class="meta-series" href={`/s/${item.series}`} onClick={(e) => { e.preventDefault(); go(`/s/${item.series}`) }}>
        {item.series_title}
      </a>
      <button class="meta-episode" onClick={() => open('episodes')}>
        <span class="meta-number">{t.episodeOf(item.number, item.episodes)}</span>
        {item.title && <span dir="auto">{item.title}</span>}
      </button>
      {item.synopsis && (
        <button class={isOpen ? 'meta-synopsis open' : 'meta-synopsis'} aria-expanded={isOpen} dir="auto" onClick={() => setOpen(!isOpen)}>
          {item.synopsis}
        </button>
      )}
    </div>
  )
}
