// Shown when an episode has ended and nothing follows by itself.
import { go } from '../app/router'
import { useText } from '../i18n'
import type { Item } from '../types'
import { Icon } from '../ui/Icon'
import type { Feed } from './useFeed'

export function EndCard({ item, feed, onNext }: { item: Item; feed: Feed; onNext: () => void }) {
  const t = useText()
  const again = () => {
    feed.player.current.video.currentTime = 0
    feed.player.play()
  }
  return (
    <div class="end-card panel">
      {!item.next && <p>{t.theEnd}</p>}
      {item.next && <button class="button primary" onClick={onNext}><Icon name="play" size={20} filled />{t.nextUp}</button>}
      <button class="button" onClick={again}><Icon name="replay" size={20} />{t.replay}</button>
      {!item.next && <button class="button" onClick={() => go('/search')}><Icon name="search" size={20} />{t.moreLikeThis}</button>}
    </div>
  )
}
