// Moves the strip of cards: follows the finger one to one, then glides to the nearest card.
// Only `transform` changes; a drag never waits for a render.

const FLICK_PX_PER_MS = 0.35
const SNAP_SHARE = 0.22
const EDGE_RESISTANCE = 0.32

export interface Track {
  drag(dy: number): void
  /** Which way a release goes: -1, 0 or 1 cards. */
  decide(dy: number, velocity: number): -1 | 0 | 1
  settle(index: number, velocity: number): void
  jump(index: number): void
}

export function createTrack(strip: HTMLElement, height: () => number, canMove: (step: 1 | -1) => boolean,
  isStill: () => boolean): Track {
  let index = 0, frame = 0, pending = 0
  const place = (offsetPx: number) => {
    strip.style.transform = `translate3d(0, calc(${-index * 100}% + ${offsetPx}px), 0)`
  }
  return {
    drag(dy) {
      const isEdge = !canMove(dy < 0 ? 1 : -1)
      pending = isEdge ? dy * EDGE_RESISTANCE : dy
      if (frame) return
      frame = requestAnimationFrame(() => {
        frame = 0
        strip.style.transition = 'none'
        place(pending)
      })
    },
    decide(dy, velocity) {
      const isFlick = Math.abs(velocity) > FLICK_PX_PER_MS && Math.sign(velocity) === Math.sign(dy)
      const step = dy < 0 ? 1 : -1
      const isFar = Math.abs(dy) > height() * SNAP_SHARE
      // A finger that turned round before it left wants to stay.
      const turned = Math.abs(velocity) > FLICK_PX_PER_MS && !isFlick
      return (isFlick || (isFar && !turned)) && canMove(step) ? step : 0
    },
    settle(to, velocity) {
      cancelAnimationFrame(frame)
      frame = 0
      index = to
      const speed = Math.min(Math.abs(velocity), 3)
      strip.style.transition = isStill() ? 'none' : `transform ${Math.round(300 - speed * 50)}ms cubic-bezier(.22,.9,.3,1)`
      place(0)
    },
    jump(to) {
      index = to
      strip.style.transition = 'none'
      place(0)
    },
  }
}
