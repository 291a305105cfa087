// The drawer of all episodes of the series on screen.
import { go } from '../app/router'
import type { Feed } from '../feed/useFeed'
import { useText } from '../i18n'
import { api } from '../net/api'
import type { Item } from '../types'
import { EpisodeGrid } from '../pages/EpisodeGrid'
import { Failed } from '../ui/Failed'
import { Sheet } from '../ui/Sheet'
import { Bones } from '../ui/Bones'
import { useLoad } from '../ui/useLoad'

export function EpisodesSheet({ item, feed, onClose }: { item: Item; feed: Feed; onClose: () => void }) {
  const t = useText()
  const page = useLoad(() => api.series(item.series), [item.series])
  const choose = (episode: string) => {
    onClose()
    if (feed.queue.kind === 'series') feed.jumpTo(episode)
    if (episode !== item.episode) go(`/e/${episode}`)
  }
  return (
    <Sheet title={item.series_title} onClose={onClose} tall>
      <p class="sheet-note">{t.episodesCount(item.episodes)}</p>
      {page.error ? <Failed error={page.error} onRetry={page.retry} />
        : page.value ? <EpisodeGrid seasons={page.value.seasons} current={item.episode} isFollowed onChoose={choose} />
          : <Bones kind="rows" />}
    </Sheet>
  )
}
