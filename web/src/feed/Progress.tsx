// The thin line at the bottom; a finger on it scrubs, with the storyboard's picture above. Also a slider
// for the keyboard. It moves by itself from the video's clock, without rendering.
import { useEffect, useRef, useState } from 'preact/hooks'
import { useText } from '../i18n'
import type { Slot } from '../media/slot'
import type { Item } from '../types'
import { clock } from '../ui/time'
import { StoryTile } from './StoryTile'

const KEY_STEP_S = 5

export function Progress({ item, slot, isCurrent }: { item: Item; slot: Slot; isCurrent: boolean }) {
  const t = useText()
  const line = useRef<HTMLDivElement>(null)
  const fill = useRef<HTMLDivElement>(null)
  const [scrubS, setScrub] = useState<number | null>(null)
  const durationS = item.duration_us / 1e6
  const { video } = slot

  useEffect(() => {
    if (!isCurrent) return
    let frame = 0, told = -1
    const draw = () => {
      const at = scrubS ?? video.currentTime
      if (fill.current) fill.current.style.transform = `scaleX(${durationS ? Math.min(1, at / durationS) : 0})`
      if (Math.floor(at) !== told) {
        told = Math.floor(at)
        line.current?.setAttribute('aria-valuenow', String(told))
        line.current?.setAttribute('aria-valuetext', `${clock(at)} / ${clock(durationS)}`)
      }
      frame = requestAnimationFrame(draw)
    }
    draw()
    return () => cancelAnimationFrame(frame)
  }, [isCurrent, video, durationS, scrubS])

  const timeAt = (e: PointerEvent) => {
    const box = line.current!.getBoundingClientRect()
    const share = Math.max(0, Math.min(1, (e.clientX - box.left) / box.width))
    return (getComputedStyle(line.current!).direction === 'rtl' ? 1 - share : share) * durationS
  }
  const seek = (to: number) => { video.currentTime = Math.max(0, Math.min(durationS - 0.1, to)) }
  const down = (e: PointerEvent) => {
    line.current!.setPointerCapture(e.pointerId)
    setScrub(timeAt(e))
  }
  const move = (e: PointerEvent) => { if (scrubS !== null) setScrub(timeAt(e)) }
  const up = (e: PointerEvent) => {
    if (scrubS === null) return
    if (e.type === 'pointerup') seek(timeAt(e))
    setScrub(null)
  }
  const key = (e: KeyboardEvent) => {
    const step = { ArrowRight: KEY_STEP_S, ArrowLeft: -KEY_STEP_S, Home: -Infinity, End: Infinity }[e.key]
    if (step === undefined) return
    e.preventDefault()
    e.stopPropagation()
    seek(video.currentTime + step)
  }

  return (
    <div class={scrubS === null ? 'progress' : 'progress scrubbing'}>
      {scrubS !== null && (
        <div class="scrub-preview" style={{ '--at': String(scrubS / durationS) }}>
          <StoryTile item={item} seconds={scrubS} />
          <span>{clock(scrubS)} / {clock(durationS)}</span>
        </div>
      )}
      <div class="progress-hit" ref={line} role="slider" tabIndex={isCurrent ? 0 : -1} aria-label={t.seek} aria-valuemin={0}
        aria-valuemax={Math.floor(durationS)} aria-valuenow={0} onPointerDown={down} onPointerMove={move} onPointerUp={up}
        onPointerCancel={up} onKeyDown={key}>
        <div class="progress-line"><div class="progress-fill" ref={fill} /></div>
      </div>
    </div>
  )
}
