// What one slot is doing, as the few facts that a card draws.
import { useEffect, useReducer } from 'preact/hooks'
import { settings } from '../app/settings'
import { useStore } from '../app/store'
import type { Player } from '../media/player'
import type { Slot } from '../media/slot'

const STALL_SHOWN_AFTER_MS = 350

export interface PlayState {
  isPaused: boolean; isStalled: boolean; isMuted: boolean; isBlocked: boolean; isEnded: boolean; isFailed: boolean
}

export function usePlayState(player: Player, slot: Slot, isCurrent: boolean): PlayState {
  const [, redraw] = useReducer((n: number) => n + 1, 0)
  const { muted } = useStore(settings)
  useEffect(() => {
    let late = 0
    const off = player.on((_, which) => {
      if (which !== slot) return
      redraw(undefined as never)
      // A stall is shown only when it lasts.
      clearTimeout(late)
      late = window.setTimeout(() => redraw(undefined as never), STALL_SHOWN_AFTER_MS)
    })
    return () => { off(); clearTimeout(late) }
  }, [player, slot])
  const { video } = slot
  return {
    isPaused: isCurrent && player.isPaused,
    isStalled: isCurrent && !player.isPaused && !slot.failed && !video.ended && player.stalledMs() > STALL_SHOWN_AFTER_MS,
    isMuted: muted || video.muted, isBlocked: player.isBlocked, isEnded: video.ended, isFailed: slot.failed,
  }
}
