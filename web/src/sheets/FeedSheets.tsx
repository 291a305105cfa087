// Which sheet is open over the feed.
import type { Feed } from '../feed/useFeed'
import { EpisodesSheet } from './EpisodesSheet'
import { MoreSheet } from './MoreSheet'
import { ShareSheet } from './ShareSheet'

export type SheetName = 'episodes' | 'share' | 'more'
interface Props { sheet: SheetName | null; feed: Feed; onClose: () => void }

export function FeedSheets({ sheet, feed, onClose }: Props) {
  const { item } = feed
  if (!item || !sheet) return null
  if (sheet === 'episodes') return <EpisodesSheet item={item} feed={feed} onClose={onClose} />
  if (sheet === 'share') return <ShareSheet item={item} onClose={onClose} />
  return <MoreSheet item={item} player={feed.player} onClose={onClose} />
}
