// What a failed request says: offline and "not there" are told apart from the rest.
import type { ApiError } from '../net/api'
import { useText } from '../i18n'
import { Notice } from './Notice'

export function Failed({ error, onRetry }: { error: ApiError; onRetry: () => void }) {
  const t = useText()
  if (error.status === 404 || error.status === 410) return <Notice icon="search" title={t.notFound} hint={t.notFoundHint} />
  if (error.status === 0) return <Notice icon="cloudOff" title={t.offline} hint={t.offlineHint} action={t.retry} onAction={onRetry} />
  return <Notice icon="cloudOff" title={t.loadFailed} action={t.retry} onAction={onRetry} />
}
