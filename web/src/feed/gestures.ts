// Touch, pen, wheel: vertical drags that follow the finger, taps, double taps, long presses. Knows nothing of
// episodes. `touch-action: none` on the stage keeps the browser from scrolling.

export interface GestureHandlers {
  /** dy in pixels since the finger went down; negative is up. */
  drag(dy: number): void
  /** The finger is up: velocity in pixels per ms. Called inside the event: start playing here. */
  release(dy: number, velocity: number): void
  tap(x: number, y: number): void
  doubleTap(x: number, y: number): void
  longPress(isHeld: boolean): void
  wheel(direction: 1 | -1): void
}

const SLOP_PX = 9
const DOUBLE_TAP_MS = 240
const LONG_PRESS_MS = 380
const VELOCITY_WINDOW_MS = 90
const WHEEL_STEP = 30
const WHEEL_QUIET_MS = 140
const WHEEL_LOCK_MS = 420

interface Sample { y: number; t: number }

/** Anything a finger may mean by itself is left alone. */
const isControl = (target: EventTarget | null) =>
  target instanceof Element && !!target.closest('button, a, input, select, [role=slider], [role=dialog], .panel')

export function attachGestures(stage: HTMLElement, on: GestureHandlers): () => void {
  let pointer = -1, startX = 0, startY = 0, mode: 'none' | 'drag' | 'hold' = 'none'
  let samples: Sample[] = []
  let holdTimer = 0, tapTimer = 0

  const down = (e: PointerEvent) => {
    if (pointer !== -1 || (e.pointerType === 'mouse' && e.button !== 0) || isControl(e.target)) return
    pointer = e.pointerId
    startX = e.clientX
    startY = e.clientY
    mode = 'none'
    samples = [{ y: e.clientY, t: e.timeStamp }]
    holdTimer = window.setTimeout(() => {
      mode = 'hold'
      on.longPress(true)
    }, LONG_PRESS_MS)
  }
  const move = (e: PointerEvent) => {
    if (e.pointerId !== pointer || mode === 'hold') return
    const dy = e.clientY - startY
    if (mode === 'none') {
      if (Math.hypot(e.clientX - startX, dy) < SLOP_PX) return
      clearTimeout(holdTimer)
      mode = 'drag'
      stage.setPointerCapture(pointer)
    }
    samples.push({ y: e.clientY, t: e.timeStamp })
    while (samples.length > 2 && e.timeStamp - samples[0]!.t > VELOCITY_WINDOW_MS) samples.shift()
    on.drag(dy)
  }
  const velocity = (now: number) => {
    const from = samples[0]!, to = samples[samples.length - 1]!
    // A finger that rested before it left has no speed.
    if (now - to.t > VELOCITY_WINDOW_MS || to.t === from.t) return 0
    return (to.y - from.y) / (to.t - from.t)
  }
  const tap = (x: number, y: number) => {
    if (tapTimer) {
      clearTimeout(tapTimer)
      tapTimer = 0
      return on.doubleTap(x, y)
    }
    tapTimer = window.setTimeout(() => {
      tapTimer = 0
      on.tap(x, y)
    }, DOUBLE_TAP_MS)
  }
  const up = (e: PointerEvent) => {
    if (e.pointerId !== pointer) return
    clearTimeout(holdTimer)
    pointer = -1
    if (mode === 'hold') on.longPress(false)
    else if (mode === 'drag') on.release(e.clientY - startY, velocity(e.timeStamp))
    else if (e.type === 'pointerup') tap(e.clientX, e.clientY)
  }

  let wheelSum = 0, wheelLast = 0, wheelLockedUntil = 0
  const wheel = (e: WheelEvent) => {
    if (e.ctrlKey || isControl(e.target)) return
    e.preventDefault()
    const quiet = e.timeStamp - wheelLast > WHEEL_QUIET_MS
    wheelLast = e.timeStamp
    // The tail of a trackpad's inertia belongs to the swipe that it began with.
    if (e.timeStamp < wheelLockedUntil && !quiet) return
    if (quiet) wheelSum = 0
    wheelSum += e.deltaMode === 1 ? e.deltaY * 16 : e.deltaY
    if (Math.abs(wheelSum) < WHEEL_STEP) return
    on.wheel(wheelSum > 0 ? 1 : -1)
    wheelSum = 0
    wheelLockedUntil = e.timeStamp + WHEEL_LOCK_MS
  }
  const stopMenu = (e: Event) => { if (!isControl(e.target)) e.preventDefault() }

  const events: [string, EventListener, AddEventListenerOptions?][] = [
    ['pointerdown', down as EventListener], ['pointermove', move as EventListener],
    ['pointerup', up as EventListener], ['pointercancel', up as EventListener],
    ['wheel', wheel as EventListener, { passive: false }], ['contextmenu', stopMenu],
  ]
  for (const [name, fn, options] of events) stage.addEventListener(name, fn, options)
  return () => {
    for (const [name, fn] of events) stage.removeEventListener(name, fn)
    clearTimeout(holdTimer)
    clearTimeout(tapTimer)
  }
}
