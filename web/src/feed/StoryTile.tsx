// The storyboard's picture for a time: one tile of the sprite.
import type { Item } from '../types'

export function StoryTile({ item, seconds }: { item: Item; seconds: number }) {
  const board = item.storyboard
  if (!board) return null
  const total = Math.max(1, Math.ceil(item.duration_us / board.interval_us))
  const n = Math.max(0, Math.min(total - 1, Math.floor((seconds * 1e6) / board.interval_us)))
  const x = (n % board.columns) * board.tile_width, y = Math.floor(n / board.columns) * board.tile_height
  return (
    <div class="story-tile" style={{
      width: `${board.tile_width}px`, height: `${board.tile_height}px`,
      backgroundImage: `url("${item.base}${board.file}")`, backgroundPosition: `-${x}px -${y}px`,
    }} />
  )
}
