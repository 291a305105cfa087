// What a viewer has a right to know before believing a picture or a voice.
import { useText } from '../i18n'

interface Labelled { is_test_footage: boolean; synthetic_voice: boolean; ai_use: string; rating: string }

export function Labels({ item }: { item: Labelled }) {
  const t = useText()
  const labels: string[] = []
  if (item.is_test_footage) labels.push(t.testFootage)
  if (item.ai_use) labels.push(t.aiMade)
  if (item.synthetic_voice) labels.push(t.syntheticVoice)
  if (item.rating && item.rating !== 'all') labels.push(t.ageRating(item.rating))
  if (!labels.length) return null
  return <p class="labels">{labels.map((l) => <span class="label" key={l}>{l}</span>)}</p>
}
