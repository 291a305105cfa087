// The pool of three slots and the rules of who plays and who fetches. Knows indices and items, nothing of
// gestures or pages. Components subscribe to it and draw what it says.
import { bytesPerSecond, roundTripS } from '../net/bandwidth'
import { acquire, hasBytes, release, type Transfer } from '../net/bytes'
import { settings } from '../app/settings'
import type { Item } from '../types'
import { plan } from './budget'
import { emptyDwell, learn } from './hazard'
import { mediaUrl, startPlan } from './start'
import { Slot, type SlotEvent } from './slot'
import { playback } from './support'
import { wasteSoFar } from './waste'

const SLOTS = 3
const PLAN_EVERY_MS = 250
/** The pool is turned only after the new episode has its frame: decoding comes before preparing. */
const TURN_LATEST_MS = 600
/** Without a frame by then, something else than decoding is slow: load on. */
const FRAME_LATEST_MS = 4000
const SETTLE_MS = 120
const SETTLED_S = 4
/** A card that is held half-way plays no further than this. */
const PRIME_MS = 700

export type PlayerEvent = 'state' | 'frame' | 'ended' | 'error' | 'expired' | 'blocked'
type Listener = (what: PlayerEvent, slot: Slot) => void

export const slotOf = (index: number) => ((index % SLOTS) + SLOTS) % SLOTS

export class Player {
  readonly slots: Slot[]
  index = 0
  isBlocked = false
  private itemAt: (index: number) => Item | undefined = () => undefined
  private readonly dwell = emptyDwell()
  private readonly listeners = new Set<Listener>()
  private held = new Map<string, Transfer>()
  private wantsPlay = true
  private watchedS = 0
  private lastTime = 0
  private turnTimer = 0
  private stalledSince = 0
  private primedIndex: number | null = null
  private primeTimer = 0
  private isOn = false

  constructor() {
    const kind = playback()
    this.slots = Array.from({ length: SLOTS }, () => new Slot(kind === 'native' ? 'native' : 'mse', this.onSlot))
    setInterval(() => this.replan(), PLAN_EVERY_MS)
    document.addEventListener('visibilitychange', () => this.onVisibility())
  }

  on(listener: Listener): () => void {
    this.listeners.add(listener)
    return () => this.listeners.delete(listener)
  }

  /** Names the list that indices refer to. */
  use(itemAt: (index: number) => Item | undefined): void {
    this.itemAt = itemAt
  }

  get current(): Slot { return this.slots[slotOf(this.index)]! }

  /** Shows the item at `index`: called in the finger-up handler itself, before any animation. */
  show(index: number): void {
    const before = this.current
    this.index = index
    this.fill(index)
    const slot = this.current
    if (slot.failed) slot.retry()
    if (slot.item) {
      slot.activate()
      this.play()
    }
    if (before !== slot) this.leave(before)
    this.watchedS = 0
    this.lastTime = -1
    this.turnAfterFrame(slot)
  }

  private leave(slot: Slot): void {
    if (!slot.item) return
    learn(this.dwell, this.watchedS, !slot.video.ended)
    slot.park()
  }

  /** A finger pulls the card at `index` in (null: it went back). A rest ends the head start. */
  prime(index: number | null): void {
    if (index === this.primedIndex) return
    if (this.primedIndex !== null) this.slots[slotOf(this.primedIndex)]!.unprime()
    clearTimeout(this.primeTimer)
    this.primedIndex = index
    if (index === null || !this.itemAt(index)) return
    const slot = this.slots[slotOf(index)]!
    slot.prime()
    this.primeTimer = window.setTimeout(() => slot.unprime(), PRIME_MS)
  }

  /** The neighbours are prepared when the new episode moves: decoding it comes first. */
  private turnAfterFrame(slot: Slot): void {
    clearTimeout(this.primeTimer)
    clearTimeout(this.turnTimer)
    this.primedIndex = null
    let isDone = false
    const turn = () => {
      if (isDone || slot !== this.current) return
      isDone = true
      slot.goOn()
      this.turnTimer = window.setTimeout(() => this.turn(), SETTLE_MS)
    }
    if (slot.hasFrame && 'requestVideoFrameCallback' in slot.video) slot.video.requestVideoFrameCallback(turn)
    this.turnTimer = window.setTimeout(turn, slot.hasFrame ? TURN_LATEST_MS : FRAME_LATEST_MS)
  }

  play(): void {
    this.wantsPlay = this.isOn = true
    const { video } = this.current
    const isMuted = settings.get().muted || !mayMakeSound()
    if (video.muted !== isMuted) video.muted = isMuted
    this.isBlocked = video.muted && !settings.get().muted
    this.emit('state', this.current)
    video.play()?.catch((error: DOMException) => {
      if (error.name !== 'NotAllowedError' || video.muted) return
      this.isBlocked = true
      video.muted = true
      video.play()?.catch(() => {})
      this.emit('blocked', this.current)
    })
  }

  pause(): void {
    this.wantsPlay = false
    this.current.video.pause()
    this.emit('state', this.current)
  }

  get isPaused() { return !this.wantsPlay }

  /** For how long the current episode should have moved and did not. */
  stalledMs(): number {
    const { video } = this.current
    const isMoving = !this.wantsPlay || video.readyState >= 3 || !this.current.item
    if (isMoving) this.stalledSince = 0
    else this.stalledSince ||= performance.now()
    return this.stalledSince ? performance.now() - this.stalledSince : 0
  }

  /** Sound by the viewer's own hand: allowed on all three elements from this gesture on. */
  setMuted(muted: boolean): void {
    settings.set({ muted, soundChosen: true })
    this.isBlocked = false
    for (const slot of this.slots) slot.video.muted = muted
    this.emit('state', this.current)
  }

  /** Back on screen after `stop`. */
  resume(): void {
    this.current.activate()
    if (this.current.hasFrame) this.current.goOn()
    this.play()
  }

  /** Leaves the feed: nothing plays, nothing is fetched. */
  stop(): void {
    this.isOn = false
    this.pause()
    this.current.park()
    this.dropHeld(new Set())
  }

  /** The list changed around the current index (a page arrived, an episode was put in). */
  refresh(): void {
    this.turn()
  }

  /** Puts a fresh copy of an item (new signature) in place and goes on where it was. */
  replace(slot: Slot, item: Item): void {
    const at = slot.video.currentTime
    slot.load({ ...item, position_us: at * 1e6, watched: false }, this.levelCap())
    if (slot === this.current) {
      slot.activate()
      if (this.wantsPlay) this.play()
    }
  }

  /** Out of sight nothing plays on, unless in a window of its own. */
  private onVisibility(): void {
    const { video } = this.current
    if (document.hidden && document.pictureInPictureElement !== video) video.pause()
    else if (!document.hidden && this.wantsPlay && this.isOn) this.play()
  }

  private readonly onSlot = (slot: Slot, what: SlotEvent) => {
    if (what === 'frame' && slot === this.current) this.turnAfterFrame(slot)
    if (slot === this.current) this.stalledMs()
    this.emit(what, slot)
  }

  private emit(what: PlayerEvent, slot: Slot) {
    for (const listener of this.listeners) listener(what, slot)
  }

  /** hls.js levels are the item's variants sorted by bandwidth. */
  private levelCap(): number {
    return settings.get().dataSaver ? 0 : -1
  }

  private fill(index: number): void {
    const slot = this.slots[slotOf(index)]!
    const item = this.itemAt(index)
    if (!item) return slot.item ? slot.unload() : undefined
    if (slot.item?.episode !== item.episode) slot.load(item, this.levelCap())
  }

  private turn(): void {
    this.fill(this.index + 1)
    this.fill(this.index - 1)
    this.replan()
    this.emit('state', this.current)
  }

  private watchTick(video: HTMLVideoElement): void {
    const step = video.currentTime - this.lastTime
    if (this.lastTime >= 0 && step > 0 && step < 1) this.watchedS += step
    this.lastTime = video.currentTime
  }

  private replan(): void {
    const slot = this.current
    const { item, video } = slot
    // Until the first frame there is nothing but its one request for picture and one for sound.
    if (!item || item.locked || document.hidden || !slot.hasFrame) return
    this.watchTick(video)
    const durationS = item.duration_us / 1e6
    const last = slot.fetchedParts[slot.fetchedParts.length - 1]
    const variant = item.variants.find((v) => v.name === item.start) ?? item.variants[0]
    const segmentS = Math.max(2, last?.duration ?? 2)
    const coming = [1, 2].map((step) => this.itemAt(this.index + step)).filter((i): i is Item => !!i && !i.locked)
    const result = plan({
      dwell: this.dwell,
      watchedS: this.watchedS,
      bufferedS: slot.bufferedS(),
      leftS: durationS - video.currentTime,
      bytesPerS: bytesPerSecond(), roundTripS: roundTripS(),
      segmentS, segmentBytes: ((variant?.bandwidth ?? 1e6) / 8) * segmentS,
      neighbourBytes: coming.map(firstBytes),
      waste: wasteSoFar(),
      saver: settings.get().dataSaver,
    })
    slot.setAhead(result.aheadS)
    // Another rendition costs a playlist and an init segment first: not for somebody who may be gone in a
    // moment, unless this one is more than the network carries.
    const isTooMuch = ((variant?.bandwidth ?? 0) / 8) * 1.3 > bytesPerSecond()
    if (this.watchedS > SETTLED_S || isTooMuch) slot.chooseFreely()
    this.prefetch(coming.slice(0, result.neighbours))
  }

  private prefetch(items: Item[]): void {
    const [next, ...later] = items
    if (next) {
      const slot = this.slots[slotOf(this.index + 1)]!
      if (slot.item?.episode === next.episode) slot.warm()
    }
    if (!items.length) return
    const wanted = new Set<string>()
    for (const item of later) {
      const { video, audio } = startPlan(item)
      for (const part of [video, audio]) {
        if (!part) continue
        const url = mediaUrl(item, part.uri)
        const key = `${url}@${part.start}`
        wanted.add(key)
        if (!this.held.has(key) && !hasBytes(url, part.start, part.end)) {
          const transfer = acquire(url, part.start, part.end, false)
          transfer.promise.catch(() => this.held.delete(key))
          this.held.set(key, transfer)
        }
      }
    }
    this.dropHeld(wanted)
  }

  private dropHeld(keep: Set<string>): void {
    for (const [key, transfer] of this.held) {
      if (keep.has(key)) continue
      release(transfer)
      this.held.delete(key)
    }
  }
}

function firstBytes(item: Item): number {
  const { video, audio } = startPlan(item)
  return [video, audio].reduce((sum, part) => sum + (part ? part.end - part.start : 0), 0)
}

/** Before any gesture on the page, sound would be refused and cost the start. */
function mayMakeSound(): boolean {
  const activation = (navigator as { userActivation?: { hasBeenActive: boolean } }).userActivation
  return activation ? activation.hasBeenActive : true
}
