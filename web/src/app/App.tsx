// The frame: the feed is always there (paused while a page lies over it), pages, navigation, sheets.
import { useEffect, useRef, useState } from 'preact/hooks'
import { FeedView } from '../feed/FeedView'
import { feedQueue, seriesQueue, thePlayer, useFeed, useQueue } from '../feed/useFeed'
import { useNextUp } from '../feed/useNextUp'
import { currentLang, useText } from '../i18n'
import { playback } from '../media/support'
import { MePage } from '../pages/MePage'
import { SearchPage } from '../pages/SearchPage'
import { SeriesPage } from '../pages/SeriesPage'
import { FeedSheets, type SheetName } from '../sheets/FeedSheets'
import { Notice } from '../ui/Notice'
import { Toast } from '../ui/Toast'
import { boot } from './boot'
import { isMotionReduced } from './settings'
import { Nav } from './Nav'
import { OfflineBar } from './OfflineBar'
import { rename, route, type Route } from './router'
import { SidePanel } from './SidePanel'
import { useStore } from './store'

/** The list that plays: the feed, or the series of the episode in the address. */
function usePlaying(now: Route) {
  const last = useRef<Route>({ page: 'feed' })
  if (now.page === 'feed' || now.page === 'episode') last.current = now
  const playing = last.current
  const known = useRef<Set<string>>(new Set())
  // Moving inside a series renames the address; that must not start its list again.
  const list = useRef('feed')
  if (playing.page === 'feed') list.current = 'feed'
  else if (playing.page === 'episode' && !known.current.has(playing.id)) list.current = `e/${playing.id}`
  return { key: list.current, known: known.current }
}

const given = (kind: 'feed' | 'episode') => (boot.page === kind ? boot.feed : undefined)

export function App() {
  const t = useText()
  const { route: now } = useStore(route)
  const { key, known } = usePlaying(now)
  const isShown = now.page === 'feed' || now.page === 'episode'
  const episode = key.startsWith('e/') ? key.slice(2) : null
  const [queue, version] = useQueue(episode
    ? seriesQueue(episode, given('episode')?.items[0]?.episode === episode ? given('episode')!.items : undefined)
    : feedQueue(given('feed')), key)
  known.clear()
  if (episode) for (let i = queue.first; i <= queue.last; i++) known.add(queue.at(i)!.episode)
  const feed = useFeed(queue, version, isShown)
  const nextUp = useNextUp(feed, isShown)
  const [sheet, setSheet] = useState<SheetName | null>(null)

  useEffect(() => {
    document.documentElement.lang = currentLang()
    document.documentElement.classList.toggle('still', isMotionReduced())
  })
  useEffect(() => { setSheet(null) }, [now])
  useEffect(() => { if (isShown && episode && feed.item) rename(`/e/${feed.item.episode}`) }, [feed.item?.episode, isShown])
  useEffect(() => { if (feed.item && isShown) document.title = `${feed.item.series_title} · ${t.episodeN(feed.item.number)}` })
  useEffect(() => {
    const still = document.getElementById('static')
    if (!still) return
    if (!isShown) return still.remove()
    const off = thePlayer().on((what) => { if (what === 'frame') still.remove() })
    const timer = setTimeout(() => still.remove(), 1500)
    return () => { off(); clearTimeout(timer) }
  }, [])

  if (playback() === 'none') return <main class="page"><Notice icon="play" title={t.unsupported} hint={t.unsupportedHint} /></main>
  return (
    <div class={`app on-${now.page}`}>
      <Nav now={now} />
      <main class="theatre" inert={!isShown} aria-hidden={!isShown}>
        <FeedView feed={feed} nextUp={nextUp} isShown={isShown} open={setSheet} isSheetOpen={sheet !== null} />
        <SidePanel feed={feed} />
      </main>
      {now.page === 'series' && <SeriesPage key={now.id} id={now.id} />}
      {now.page === 'search' && <SearchPage q={now.q} genre={now.genre} />}
      {now.page === 'me' && <MePage />}
      <FeedSheets sheet={sheet} feed={feed} onClose={() => setSheet(null)} />
      <OfflineBar />
      <Toast />
    </div>
  )
}
