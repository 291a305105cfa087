// The list behind the feed: items by index, loaded in pages, growing at either end. Indices may be negative:
// earlier episodes are put in front without renumbering what is on screen.
import { api } from '../net/api'
import type { Item, Page } from '../types'

const LOAD_WHEN_LEFT = 3

export type QueueState = 'idle' | 'loading' | 'failed' | 'ended'

export interface Queue {
  kind: 'feed' | 'series'
  first: number
  last: number
  /** What is on screen; kept here, so that coming back to a list finds its place. */
  position: number
  state: QueueState
  at(index: number): Item | undefined
  /** Loads what is needed around `index`; calls `changed` when something arrived. */
  ensure(index: number): void
  insertAfter(index: number, item: Item): void
  removeAfter(index: number): void
  update(item: Item): void
}

abstract class Base implements Queue {
  abstract readonly kind: 'feed' | 'series'
  first = 0
  last = -1
  position = 0
  state: QueueState = 'idle'
  protected items = new Map<number, Item>()
  constructor(protected readonly changed: () => void) {}

  at(index: number) { return this.items.get(index) }
  abstract ensure(index: number): void

  protected append(items: Item[]) {
    for (const item of items) this.items.set(++this.last, item)
  }

  insertAfter(index: number, item: Item) {
    for (let i = this.last; i > index; i--) this.items.set(i + 1, this.items.get(i)!)
    this.items.set(index + 1, item)
    this.last++
  }

  removeAfter(index: number) {
    for (let i = index + 1; i < this.last; i++) this.items.set(i, this.items.get(i + 1)!)
    this.items.delete(this.last--)
  }

  update(item: Item) {
    for (const [index, known] of this.items) if (known.episode === item.episode) this.items.set(index, item)
  }

  protected async load(page: () => Promise<Page<Item>>): Promise<string | null> {
    this.state = 'loading'
    this.changed()
    try {
      const { items, next } = await page()
      this.append(items)
      this.state = next === null || !items.length ? 'ended' : 'idle'
      return next
    } catch {
      this.state = 'failed'
      return null
    } finally {
      this.changed()
    }
  }
}

export class FeedQueue extends Base {
  readonly kind = 'feed'
  private cursor: string | null = null

  constructor(changed: () => void, initial?: Page<Item>) {
    super(changed)
    if (!initial) return
    this.append(initial.items)
    this.cursor = initial.next
    if (initial.next === null) this.state = 'ended'
  }

  ensure(index: number) {
    if (this.state === 'loading' || this.state === 'ended' || index < this.last - LOAD_WHEN_LEFT) return
    const cursor = this.cursor
    void this.load(() => api.feed(cursor)).then((next) => {
      if (this.state !== 'failed') this.cursor = next
    })
  }
}

/** The episodes of one series in their order, starting anywhere. */
export class SeriesQueue extends Base {
  readonly kind = 'series'
  private busyBefore = false

  constructor(changed: () => void, private readonly before: (item: Item) => Promise<string | null>, initial?: Item[]) {
    super(changed)
    if (initial) this.append(initial)
  }

  start(episode: string) {
    void this.load(async () => ({ items: [await api.play(episode)], next: episode }))
  }

  ensure(index: number) {
    const last = this.items.get(this.last)
    if (last && this.state !== 'loading' && index >= this.last - 1) {
      if (last.next === null) this.state = 'ended'
      else {
        const from = last.next
        void this.load(() => api.seriesPlay(last.series, from)).then(() => {
          if (this.state === 'ended' && this.items.get(this.last)?.next) this.state = 'idle'
        })
      }
    }
    const first = this.items.get(this.first)
    if (first && first.number > 1 && index === this.first && !this.busyBefore) void this.prepend(first)
  }

  private async prepend(first: Item) {
    this.busyBefore = true
    try {
      const id = await this.before(first)
      if (!id) return
      this.items.set(--this.first, await api.play(id))
      this.busyBefore = false
      this.changed()
    } catch {
      // The way back stays closed until the next visit; forward is what people do.
    }
  }
}
