// "Previously": the last episodes in a picture and a sentence each, for somebody who was away.
import { useText } from '../i18n'
import type { Resume } from '../types'
import { Picture } from '../ui/Picture'

export function PreviouslyStrip({ resume }: { resume: Resume }) {
  const t = useText()
  return (
    <section class="previously">
      <h2>{t.previously}</h2>
      {resume.days_away > 0 && <p class="series-facts">{t.daysAway(resume.days_away)}</p>}
      <ol class="previously-list">
        {resume.previously.map((p) => (
          <li key={p.episode}>
            <Picture src={p.poster} />
            <p dir="auto"><strong>{t.episodeN(p.number)}{p.title ? ` · ${p.title}` : ''}</strong>{p.synopsis}</p>
          </li>
        ))}
      </ol>
    </section>
  )
}
