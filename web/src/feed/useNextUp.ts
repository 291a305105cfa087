// The series plays on: near the end the next episode is fetched and put below the current one, a countdown
// shows, and at the end the feed moves. The viewer can refuse for this episode.
import { useEffect, useRef, useState } from 'preact/hooks'
import { settings } from '../app/settings'
import { text } from '../i18n'
import { api } from '../net/api'
import type { Item } from '../types'
import { announce } from '../ui/announce'
import { sleep } from './sleep'
import type { Feed } from './useFeed'

const FETCH_LEFT_S = 12
const COUNTDOWN_S = 5

export interface NextUp { item: Item | null; leftS: number | null; cancel: () => void; playNext: () => void }

export function useNextUp(feed: Feed, isShown: boolean): NextUp {
  const { item, player, queue, index } = feed
  const [leftS, setLeft] = useState<number | null>(null)
  const [next, setNext] = useState<Item | null>(null)
  const isRefused = useRef(false)
  const live = useRef(feed)
  live.current = feed

  useEffect(() => {
    isRefused.current = false
    setLeft(null)
    setNext(null)
    if (!item?.next || !isShown) return
    const { video } = player.current
    let isAsked = false, isGone = false
    let found: Item | null = null

    // Puts the next episode below, unless the list has it there already.
    const place = () => {
      if (isGone || !found || queue.at(index + 1)?.episode === found.episode) return
      queue.insertAfter(index, found)
      player.refresh()
    }
    const fetchNext = async () => {
      isAsked = true
      const below = queue.at(index + 1)
      found = below?.episode === item.next ? below! : await api.play(item.next!).catch(() => null)
      if (!isGone) setNext(found)
    }
    const tick = () => {
      const left = item.duration_us / 1e6 - video.currentTime
      const mayMove = settings.get().autoNext && !isRefused.current && !sleep.get().afterEpisode
      if (!isAsked && mayMove && left < FETCH_LEFT_S && video.currentTime > 0) void fetchNext()
      const isCounting = mayMove && !!found && !found.locked && left <= COUNTDOWN_S && video.currentTime > 0 && !video.seeking
      if (isCounting) place()
      setLeft(isCounting ? Math.max(0, Math.ceil(left)) : null)
    }
    const ended = () => {
      if (sleep.get().afterEpisode) return sleep.stop(player)
      if (settings.get().autoNext && !isRefused.current && found && !found.locked) { place(); live.current.move(1) }
    }
    video.addEventListener('timeupdate', tick)
    video.addEventListener('ended', ended)
    return () => {
      isGone = true
      video.removeEventListener('timeupdate', tick)
      video.removeEventListener('ended', ended)
    }
  }, [item?.episode, queue, index, isShown])

  return {
    item: next, leftS,
    cancel() {
      isRefused.current = true
      setLeft(null)
      if (queue.kind === 'feed' && next && queue.at(index + 1)?.episode === next.episode) {
        queue.removeAfter(index)
        player.refresh()
      }
      announce(text().stayHere)
    },
    async playNext() {
      const found = next ?? (item?.next ? await api.play(item.next).catch(() => null) : null)
      if (!found) return
      if (queue.at(index + 1)?.episode !== found.episode) queue.insertAfter(index, found)
      live.current.move(1)
    },
  }
}
