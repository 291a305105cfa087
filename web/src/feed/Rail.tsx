// The column at the thumb: like, episodes, save, share, sound, more.
import { currentLang, useText } from '../i18n'
import type { SheetName } from '../sheets/FeedSheets'
import type { Item } from '../types'
import { Icon, type IconName } from '../ui/Icon'
import { compact } from '../ui/time'
import type { PlayState } from './usePlayState'
import type { Feed } from './useFeed'

interface ButtonProps { icon: IconName; label: string; caption?: string; isOn?: boolean; onClick: () => void }

function RailButton({ icon, label, caption, isOn, onClick }: ButtonProps) {
  return (
    <button class={isOn ? 'rail-button on' : 'rail-button'} aria-label={label} aria-pressed={isOn} onClick={onClick}>
      <Icon name={icon} size={28} filled={isOn} />
      <span aria-hidden="true">{caption ?? ''}</span>
    </button>
  )
}

interface Props { feed: Feed; item: Item; state: PlayState; open: (sheet: SheetName) => void }

export function Rail({ feed, item, state, open }: Props) {
  const t = useText()
  return (
    <div class="rail">
      <RailButton icon="heart" label={t.like} isOn={item.liked} onClick={() => feed.like(!item.liked)}
        caption={item.likes > 0 ? compact(item.likes, currentLang()) : t.like} />
      <RailButton icon="bookmark" label={t.save} isOn={item.saved} onClick={() => feed.save(!item.saved)} caption={item.saved ? t.saved : t.save} />
      <RailButton icon="list" label={t.episodes} onClick={() => open('episodes')} caption={`${item.number}/${item.episodes}`} />
      <RailButton icon="share" label={t.share} onClick={() => open('share')} caption={t.share} />
      <RailButton icon={state.isMuted ? 'muted' : 'sound'} label={state.isMuted ? t.soundOff : t.soundOn}
        onClick={() => feed.player.setMuted(!state.isMuted)} />
      <RailButton icon="more" label={t.more} onClick={() => open('more')} />
    </div>
  )
}
