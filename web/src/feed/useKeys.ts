// The keyboard of the feed.
import { useEffect, useRef } from 'preact/hooks'
import { settings } from '../app/settings'
import { text } from '../i18n'
import type { Player } from '../media/player'
import type { SheetName } from '../sheets/FeedSheets'
import { toast } from '../ui/toasts'
import type { Feed } from './useFeed'

const SEEK_S = 5

export function togglePlay(player: Player): void {
  if (player.isPaused || player.current.video.ended) player.play()
  else player.pause()
}

function toggleCaptions(): void {
  const captions = settings.get().captions === 'on' ? 'off' : 'on'
  settings.set({ captions })
  toast(`${text().captions}: ${captions === 'on' ? text().captionsOn : text().captionsOff}`)
}

function toggleFullscreen(): void {
  if (document.fullscreenElement) void document.exitFullscreen()
  else void document.documentElement.requestFullscreen?.().catch(() => {})
}

type Command = (feed: Feed, step: (d: 1 | -1) => void, open: (sheet: SheetName) => void) => void
const seek = (by: number): Command => ({ player }) => { player.current.video.currentTime += by }
const commands: Record<string, Command> = {
  ArrowDown: (_, step) => step(1), j: (_, step) => step(1), PageDown: (_, step) => step(1),
  ArrowUp: (_, step) => step(-1), k: (_, step) => step(-1), PageUp: (_, step) => step(-1),
  ArrowRight: seek(SEEK_S), ArrowLeft: seek(-SEEK_S),
  ' ': ({ player }) => togglePlay(player),
  m: ({ player }) => player.setMuted(!(settings.get().muted || player.current.video.muted)),
  l: (feed) => feed.like(!feed.item?.liked), c: toggleCaptions, f: toggleFullscreen,
  e: (_, __, open) => open('episodes'), s: (_, __, open) => open('share'),
}

export function useKeys(feed: Feed, isOn: boolean, step: (d: 1 | -1) => void, open: (sheet: SheetName) => void): void {
  const live = useRef({ feed, step, open })
  live.current = { feed, step, open }
  useEffect(() => {
    if (!isOn) return
    const onKey = (e: KeyboardEvent) => {
      const target = e.target as HTMLElement
      if (e.ctrlKey || e.metaKey || e.altKey || /INPUT|SELECT|TEXTAREA/.test(target.tagName)) return
      if (e.key === ' ' && target.closest('button, a')) return
      const command = commands[e.key.length === 1 ? e.key.toLowerCase() : e.key]
      if (!command) return
      e.preventDefault()
      command(live.current.feed, live.current.step, live.current.open)
    }
    addEventListener('keydown', onKey)
    return () => removeEventListener('keydown', onKey)
  }, [isOn])
}
