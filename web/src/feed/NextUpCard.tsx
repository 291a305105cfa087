// The countdown to the next episode: visible, with its two answers.
import { useText } from '../i18n'
import type { NextUp } from './useNextUp'

export function NextUpCard({ nextUp, onNow }: { nextUp: NextUp; onNow: () => void }) {
  const t = useText()
  return (
    <div class="next-up panel" role="group" aria-label={t.nextUp}>
      <span class="next-ring" style={{ '--left': String(nextUp.leftS ?? 0) }} aria-hidden="true">{nextUp.leftS}</span>
      <div class="next-words" dir="auto">
        <span class="sr-only" role="timer">{t.nextIn(nextUp.leftS ?? 0)}</span>
        <span class="next-title" aria-hidden="true">{t.nextUp}</span>
        {nextUp.item && <span class="next-name">{t.episodeN(nextUp.item.number)}{nextUp.item.title ? ` · ${nextUp.item.title}` : ''}</span>}
      </div>
      <button class="text-button" onClick={nextUp.cancel}>{t.stayHere}</button>
      {nextUp.item && <button class="text-button strong" onClick={onNow}>{t.playNow}</button>}
    </div>
  )
}
