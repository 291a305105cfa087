// One episode: picture, captions, words, controls. The picture is the slot's own <video>, put into place;
// behind it the poster, behind that its tiny preview, so that there is never nothing.
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks'
import { useText } from '../i18n'
import { previewUrl } from '../media/thumbhash'
import { slotOf } from '../media/player'
import type { SheetName } from '../sheets/FeedSheets'
import type { Item } from '../types'
import { Icon } from '../ui/Icon'
import { Notice } from '../ui/Notice'
import { CaptionLayer } from './CaptionLayer'
import { EndCard } from './EndCard'
import { Meta } from './Meta'
import { NextUpCard } from './NextUpCard'
import { Progress } from './Progress'
import { Rail } from './Rail'
import { usePlayState } from './usePlayState'
import type { NextUp } from './useNextUp'
import type { Feed } from './useFeed'

/** A neighbour whose first frame is this late gets its poster after all. */
const POSTER_AFTER_MS = 1200

interface Props {
  feed: Feed; index: number; item: Item; isCurrent: boolean
  nextUp: NextUp | null; open: (sheet: SheetName) => void; onNext: () => void
}

/** A picture close to the stage's shape fills it; another is shown whole. */
const isWhole = (item: Item) => item.fit === 'keep' || item.width / item.height > 0.7

export function Card({ feed, index, item, isCurrent, nextUp, open, onNext }: Props) {
  const t = useText()
  const media = useRef<HTMLDivElement>(null)
  const slot = feed.player.slots[slotOf(index)]!
  const state = usePlayState(feed.player, slot, isCurrent)
  const [isLate, setLate] = useState(false)

  useLayoutEffect(() => { media.current?.append(slot.video) }, [slot])
  useEffect(() => {
    setLate(false)
    const timer = setTimeout(() => setLate(true), POSTER_AFTER_MS)
    return () => clearTimeout(timer)
  }, [item.episode])

  const hasPoster = !!item.poster && !slot.hasFrame && (isCurrent || isLate)
  return (
    <article class={isCurrent ? 'card current' : 'card'} style={{ top: `${index * 100}%` }} aria-hidden={!isCurrent}
      inert={!isCurrent} aria-label={t.nowPlaying(item.series_title, item.number)} data-episode={item.episode}>
      <div class={isWhole(item) ? 'media whole' : 'media'} ref={media} style={{ backgroundImage: previewUrl(item.preview) }}>
        {hasPoster && <img class="poster" src={item.base + item.poster} alt="" />}
      </div>
      <div class="shade" aria-hidden="true" />
      {isCurrent && state.isStalled && <div class="stall" role="status"><span class="sr-only">{t.buffering}</span></div>}
      {isCurrent && state.isPaused && !state.isEnded && !state.isFailed && (
        <span class="big-play" aria-hidden="true"><Icon name="play" size={56} filled /></span>
      )}
      {isCurrent && state.isBlocked && item.audio_codecs && (
        <button class="chip sound-chip" onClick={() => feed.player.setMuted(false)}><Icon name="muted" size={20} />{t.unmute}</button>
      )}
      {isCurrent && <CaptionLayer item={item} video={slot.video} isMuted={state.isMuted} />}
      {isCurrent && state.isFailed && (
        <div class="panel"><Notice icon="cloudOff" title={navigator.onLine ? t.playFailed : t.offline} hint={t.skipIt} action={t.retry} onAction={feed.retry} /></div>
      )}
      {item.locked && <div class="panel"><Notice icon="lock" title={t.locked} /></div>}
      <div class="overlay">
        {nextUp && nextUp.leftS !== null && <NextUpCard nextUp={nextUp} onNow={onNext} />}
        <div class="overlay-row">
          <Meta item={item} open={open} />
          <Rail feed={feed} item={item} state={state} open={open} />
        </div>
        <Progress item={item} slot={slot} isCurrent={isCurrent} />
      </div>
      {isCurrent && state.isEnded && !item.locked && nextUp && nextUp.leftS === null && (
        <EndCard item={item} feed={feed} onNext={nextUp.playNext} />
      )}
    </article>
  )
}
