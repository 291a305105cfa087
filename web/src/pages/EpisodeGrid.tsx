// All episodes by season: picture, number, title, how far one has come.
import { useEffect, useRef } from 'preact/hooks'
import { useText } from '../i18n'
import type { EpisodeRow, Season } from '../types'
import { Icon } from '../ui/Icon'
import { Picture } from '../ui/Picture'
import { clock } from '../ui/time'

/** `isFollowed`: the list scrolls to the current episode. */
interface Props { seasons: Season[]; current?: string; isFollowed?: boolean; onChoose: (episode: string) => void }

export function EpisodeGrid({ seasons, current, isFollowed, onChoose }: Props) {
  const t = useText()
  return (
    <>
      {seasons.map((season) => (
        <section key={season.number}>
          {seasons.length > 1 && <h3 class="season">{season.title || t.seasonN(season.number)}</h3>}
          <ul class="episode-list">
            {season.episodes.map((e) => <Row key={e.id} episode={e} isCurrent={e.id === current} isFollowed={isFollowed} onChoose={onChoose} />)}
          </ul>
        </section>
      ))}
    </>
  )
}

interface RowProps { episode: EpisodeRow; isCurrent: boolean; isFollowed?: boolean; onChoose: (id: string) => void }

function Row({ episode, isCurrent, isFollowed, onChoose }: RowProps) {
  const t = useText()
  const row = useRef<HTMLLIElement>(null)
  useEffect(() => { if (isCurrent && isFollowed) row.current?.scrollIntoView({ block: 'center' }) }, [isCurrent])
  const isOut = episode.state === 'published'
  const done = episode.watched ? 1 : episode.position_us / episode.duration_us
  const state = !isOut ? t.comingSoon : episode.locked ? t.lockedEpisode : episode.watched ? t.watched : clock(episode.duration_us / 1e6)
  return (
    <li ref={row}>
      <button class={isCurrent ? 'episode-row on' : 'episode-row'} disabled={!isOut} aria-current={isCurrent} onClick={() => onChoose(episode.id)}>
        <span class="episode-thumb">
          <Picture src={episode.poster} preview={episode.preview} />
          {done > 0 && <span class="thumb-progress" style={{ '--done': String(Math.min(1, done)) }} />}
          {episode.locked && <Icon name="lock" size={20} />}
        </span>
        <span class="episode-words" dir="auto">
          <span class="episode-title">{t.episodeN(episode.number)}{episode.title ? ` · ${episode.title}` : ''}</span>
          <span class="episode-state">{state}</span>
        </span>
        {isCurrent && <Icon name="play" size={20} filled />}
      </button>
    </li>
  )
}
