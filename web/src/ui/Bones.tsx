// Skeletons in the shape of what is coming.
import { useText } from '../i18n'

export function Bones({ kind }: { kind: 'grid' | 'rows' | 'series' }) {
  const t = useText()
  const count = kind === 'series' ? 1 : 6
  return (
    <div class={`bones bones-${kind}`} aria-busy="true" aria-label={t.loading} role="status">
      {Array.from({ length: count }, (_, i) => <span class="bone" key={i} />)}
    </div>
  )
}
