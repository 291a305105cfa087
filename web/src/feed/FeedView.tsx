// The stage: three cards around the current index on one strip, and what listens to fingers and keys.
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks'
import { isMotionReduced } from '../app/settings'
import { useText } from '../i18n'
import { slotOf } from '../media/player'
import { Logo } from '../ui/Logo'
import { Notice } from '../ui/Notice'
import { toast } from '../ui/toasts'
import type { SheetName } from '../sheets/FeedSheets'
import { Card } from './Card'
import { attachGestures } from './gestures'
import { createTrack, type Track } from './track'
import { togglePlay, useKeys } from './useKeys'
import type { NextUp } from './useNextUp'
import type { Feed } from './useFeed'

interface Props { feed: Feed; nextUp: NextUp; isShown: boolean; open: (sheet: SheetName) => void; isSheetOpen: boolean }
interface Heart { id: number; x: number; y: number }

const HEART_MS = 900
/** A drag this long means it. */
const PRIME_PX = 10
let hearts = 0

export function FeedView({ feed, nextUp, isShown, open, isSheetOpen }: Props) {
  const t = useText()
  const stage = useRef<HTMLDivElement>(null)
  const strip = useRef<HTMLDivElement>(null)
  const track = useRef<Track | null>(null)
  const live = useRef(feed)
  live.current = feed
  const [isFast, setFast] = useState(false)
  const [heart, setHeart] = useState<Heart | null>(null)

  const step = (direction: 1 | -1, velocity = 0) => {
    const now = live.current
    const isMoved = now.move(direction)
    track.current?.settle(now.queue.position, velocity)
    if (!isMoved && direction === 1 && now.queue.state === 'ended') toast(t.feedEnd)
  }
  const stepRef = useRef(step)
  stepRef.current = step

  useEffect(() => {
    const el = stage.current!
    const made = (track.current = createTrack(strip.current!, () => el.clientHeight,
      (s) => live.current.canMove(s), isMotionReduced))
    made.jump(live.current.index)
    return attachGestures(el, {
      drag(dy) {
        made.drag(dy)
        const { player, queue } = live.current
        player.prime(Math.abs(dy) > PRIME_PX ? queue.position + (dy < 0 ? 1 : -1) : null)
      },
      release(dy, velocity) {
        const direction = made.decide(dy, velocity)
        if (direction) return stepRef.current(direction, velocity)
        live.current.player.prime(null)
        made.settle(live.current.queue.position, velocity)
      },
      tap: () => togglePlay(live.current.player),
      doubleTap(x, y) {
        const box = el.getBoundingClientRect()
        const mine = { id: ++hearts, x: x - box.left, y: y - box.top }
        setHeart(mine)
        setTimeout(() => setHeart((now) => (now?.id === mine.id ? null : now)), HEART_MS)
        live.current.like(true)
      },
      longPress(isHeld) {
        const { video } = live.current.player.current
        video.playbackRate = isHeld ? 2 : 1
        setFast(isHeld)
      },
      wheel: (direction) => stepRef.current(direction),
    })
  }, [])

  // Jumps that no finger made (a drawer's choice, a new list, the countdown).
  const shownIndex = useRef(feed.index)
  useLayoutEffect(() => {
    const distance = Math.abs(feed.index - shownIndex.current)
    shownIndex.current = feed.index
    if (distance === 1) track.current?.settle(feed.index, 0)
    else track.current?.jump(feed.index)
  }, [feed.index, feed.queue])

  useKeys(feed, isShown && !isSheetOpen, (direction) => step(direction), open)

  const indices = [feed.index - 1, feed.index, feed.index + 1].filter((i) => feed.queue.at(i))
  return (
    <section class="stage" ref={stage} aria-label={t.home} data-state={feed.queue.state}>
      <div class="strip" ref={strip}>
        {indices.map((i) => (
          <Card key={slotOf(i)} feed={feed} index={i} item={feed.queue.at(i)!} isCurrent={i === feed.index}
            nextUp={i === feed.index ? nextUp : null} open={open} onNext={() => step(1)} />
        ))}
      </div>
      <span class="stage-brand" aria-hidden="true"><Logo /></span>
      {!feed.item && <Waiting feed={feed} />}
      {heart && <span class="heart" key={heart.id} style={{ left: `${heart.x}px`, top: `${heart.y}px` }} aria-hidden="true">♥</span>}
      {isFast && <span class="chip top-chip">{t.twoTimes}</span>}
      <div class="desk-arrows">
        <button class="round" aria-label={t.previousItem} disabled={!feed.canMove(-1)} onClick={() => step(-1)}><Arrow d="M5 14.5 12 7.5l7 7" /></button>
        <button class="round" aria-label={t.nextItem} disabled={!feed.canMove(1)} onClick={() => step(1)}><Arrow d="M5 9.5 12 16.5l7-7" /></button>
      </div>
    </section>
  )
}

const Arrow = ({ d }: { d: string }) => (
  <svg class="icon" width="24" height="24" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="1.8" aria-hidden="true"><path d={d} /></svg>
)

/** Before the first item: loading, failed or nothing published yet. */
function Waiting({ feed }: { feed: Feed }) {
  const t = useText()
  const { state } = feed.queue
  if (state === 'failed')
    return navigator.onLine
      ? <Notice icon="cloudOff" title={t.loadFailed} action={t.retry} onAction={feed.retry} />
      : <Notice icon="cloudOff" title={t.offline} hint={t.offlineHint} action={t.retry} onAction={feed.retry} />
  if (state === 'ended') return <Notice icon="play" title={t.feedEmpty} hint={t.feedEmptyHint} />
  return (
    <div class="card-skeleton" aria-busy="true" aria-label={t.loading}>
      <span class="bone w40" /><span class="bone w60" /><span class="bone w80" />
    </div>
  )
}
