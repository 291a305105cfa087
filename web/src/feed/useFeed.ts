// The feed's state and its verbs, for the components that draw it: where we are, what plays, what was liked.
import { useEffect, useMemo, useReducer } from 'preact/hooks'
import { announce } from '../ui/announce'
import { toast } from '../ui/toasts'
import { text } from '../i18n'
import { api } from '../net/api'
import { Player, slotOf } from '../media/player'
import { resumeUs } from '../media/start'
import { clock } from '../ui/time'
import type { Item, Page } from '../types'
import { FeedQueue, SeriesQueue, type Queue } from './queue'

const PROGRESS_EVERY_MS = 10_000

let shared: Player | null = null
/** One player for the page: its three video elements survive every change of view. */
export const thePlayer = () => (shared ??= new Player())

export interface Feed {
  player: Player
  queue: Queue
  index: number
  item: Item | undefined
  canMove(step: number): boolean
  move(step: 1 | -1): boolean
  like(on: boolean): void
  save(on: boolean): void
  jumpTo(episode: string): void
  retry(): void
}

/** The feed is kept while a series plays; a series starts afresh. */
let keptFeed: Queue | null = null

export function useQueue(make: (changed: () => void) => Queue, key: string): [Queue, number] {
  const [version, bump] = useReducer((n: number) => n + 1, 0)
  const changed = () => bump(undefined as never)
  const queue = useMemo(() => {
    if (key === 'feed' && keptFeed) return keptFeed
    // A list may begin to load while it is made: nothing is to be told then.
    const made = make(() => changed())
    if (key === 'feed') keptFeed = made
    return made
  }, [key])
  return [queue, version]
}

function report(item: Item | undefined, video: HTMLVideoElement) {
  if (!item || !(video.currentTime > 0)) return
  const isDone = video.ended || video.currentTime > video.duration - 2
  item.position_us = isDone ? 0 : video.currentTime * 1e6
  item.watched ||= isDone
  api.progress(item.episode, isDone ? item.duration_us : video.currentTime * 1e6, isDone)
}

export function useFeed(queue: Queue, version: number, isShown: boolean): Feed {
  const player = thePlayer()
  const [, redraw] = useReducer((n: number) => n + 1, 0)
  const index = queue.position
  const moveTo = (to: number) => {
    queue.position = to
    redraw(undefined as never)
  }

  // What is on screen plays, as soon as it is known.
  const item = queue.at(index)
  useEffect(() => {
    if (!isShown) return
    player.use((i) => queue.at(i))
    if (!item) return
    if (player.index !== index || player.current.item?.episode !== item.episode) player.show(index)
    else player.resume()
    return () => report(item, player.slots[slotOf(index)]!.video)
  }, [queue, index, item?.episode, isShown])
  useEffect(() => {
    if (!isShown) return
    player.refresh()
    queue.ensure(index)
  }, [queue, index, version, isShown])
  useEffect(() => { if (!isShown) player.stop() }, [isShown])

  useEffect(() => {
    if (!isShown || !item) return
    announce(text().nowPlaying(item.series_title, item.number))
    const resumedS = resumeUs(item) / 1e6
    if (resumedS > 0) toast(text().resumedAt(clock(resumedS)))
    const tell = () => report(item, player.current.video)
    const hidden = () => document.hidden && tell()
    const timer = setInterval(() => player.isPaused || tell(), PROGRESS_EVERY_MS)
    let wasPaused = false
    const off = player.on((what) => {
      if (what === 'state' && player.isPaused !== wasPaused && (wasPaused = player.isPaused)) tell()
    })
    addEventListener('pagehide', tell)
    document.addEventListener('visibilitychange', hidden)
    return () => {
      off()
      clearInterval(timer)
      removeEventListener('pagehide', tell)
      document.removeEventListener('visibilitychange', hidden)
    }
  }, [item?.episode, isShown])

  // A signature ran out, or the network came back: go on where it was.
  useEffect(() => {
    const off = player.on((what, slot) => {
      if (what === 'expired' && slot.item) void api.play(slot.item.episode).then((fresh) => {
        queue.update(fresh)
        player.replace(slot, fresh)
      }, () => {})
    })
    const online = () => { if (player.current.failed) player.current.retry() }
    addEventListener('online', online)
    return () => { off(); removeEventListener('online', online) }
  }, [queue])

  const canMove = (step: number) => !!queue.at(queue.position + step)
  const move = (step: 1 | -1) => {
    const from = queue.position
    if (!queue.at(from + step)) return false
    player.show(from + step)
    moveTo(from + step)
    return true
  }
  const change = (values: Partial<Item>) => {
    const now = queue.at(queue.position)
    if (now) Object.assign(now, values)
    redraw(undefined as never)
  }
  return {
    player, queue, index, item, canMove, move,
    like(on) {
      const now = queue.at(queue.position)
      if (!now || now.liked === on) return
      const before = { liked: now.liked, likes: now.likes }
      change({ liked: on, likes: Math.max(0, now.likes + (on ? 1 : -1)) })
      api.like(now.episode, on).then(change, () => { change(before); toast(text().notSent) })
    },
    save(on) {
      const now = queue.at(queue.position)
      if (!now) return
      change({ saved: on })
      toast(on ? text().savedToast : text().unsavedToast)
      api.save(now.series, on).catch(() => { change({ saved: !on }); toast(text().notSent) })
    },
    jumpTo(episode) {
      for (let i = queue.first; i <= queue.last; i++)
        if (queue.at(i)?.episode === episode) { player.show(i); return moveTo(i) }
    },
    retry() {
      if (queue.state === 'failed') queue.ensure(queue.last)
      else player.current.retry()
      player.play()
    },
  }
}

export const feedQueue = (initial?: Page<Item>) => (changed: () => void): Queue => new FeedQueue(changed, initial)

async function episodeBefore(item: Item): Promise<string | null> {
  const { seasons } = await api.series(item.series)
  const all = seasons.flatMap((s) => s.episodes).filter((e) => e.state === 'published')
  const at = all.findIndex((e) => e.id === item.episode)
  return all[at - 1]?.id ?? null
}

export const seriesQueue = (episode: string, initial?: Item[]) => (changed: () => void) => {
  const queue = new SeriesQueue(changed, episodeBefore, initial)
  if (!initial?.length) queue.start(episode)
  return queue as Queue
}
