// Beside the stage on a desk: the series and its episodes. Loaded only where it is shown.
import { useEffect, useState } from 'preact/hooks'
import type { Feed } from '../feed/useFeed'
import { genreName, useText } from '../i18n'
import { api } from '../net/api'
import { EpisodeGrid } from '../pages/EpisodeGrid'
import { Bones } from '../ui/Bones'
import { Failed } from '../ui/Failed'
import { useLoad } from '../ui/useLoad'
import { go } from './router'

const WIDE = '(min-width: 1024px)'

function useIsWide(): boolean {
  const [isWide, setWide] = useState(matchMedia(WIDE).matches)
  useEffect(() => {
    const query = matchMedia(WIDE)
    const changed = () => setWide(query.matches)
    query.addEventListener('change', changed)
    return () => query.removeEventListener('change', changed)
  }, [])
  return isWide
}

export function SidePanel({ feed }: { feed: Feed }) {
  return useIsWide() && feed.item ? <Panel feed={feed} /> : null
}

function Panel({ feed }: { feed: Feed }) {
  const t = useText()
  const item = feed.item!
  const page = useLoad(() => api.series(item.series), [item.series])
  const isMine = page.value?.series.id === item.series
  return (
    <aside class="side" aria-label={t.aboutSeries}>
      <h2 dir="auto"><a href={`/s/${item.series}`} onClick={(e) => { e.preventDefault(); go(`/s/${item.series}`) }}>{item.series_title}</a></h2>
      <p class="series-facts">{[t.episodesCount(item.episodes), ...item.genres.map(genreName)].join(' · ')}</p>
      {isMine && <p class="side-synopsis" dir="auto">{page.value!.series.synopsis}</p>}
      <h3 class="season">{t.episodes}</h3>
      <div class="side-list" tabIndex={0} role="group" aria-label={t.episodes}>
        {page.error ? <Failed error={page.error} onRetry={page.retry} /> : isMine
          ? <EpisodeGrid seasons={page.value!.seasons} current={item.episode} isFollowed onChoose={(e) => go(`/e/${e}`)} /> : <Bones kind="rows" />}
      </div>
      <p class="keys-note">{t.keysHelp}</p>
    </aside>
  )
}
