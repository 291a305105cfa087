// The sleep timer: pauses at a time or at the end of the episode.
import { createStore } from '../app/store'
import { text } from '../i18n'
import type { Player } from '../media/player'
import { toast } from '../ui/toasts'

const store = createStore<{ minutes: number; afterEpisode: boolean }>({ minutes: 0, afterEpisode: false })
let timer = 0

export const sleep = {
  ...store,
  start(player: Player, minutes: number, afterEpisode: boolean) {
    clearTimeout(timer)
    store.set({ minutes, afterEpisode })
    if (minutes > 0) timer = window.setTimeout(() => sleep.stop(player), minutes * 60_000)
    if (minutes > 0 || afterEpisode) toast(text().sleepSet)
  },
  stop(player: Player) {
    store.set({ minutes: 0, afterEpisode: false })
    player.pause()
    toast(text().sleepStopped)
  },
}
