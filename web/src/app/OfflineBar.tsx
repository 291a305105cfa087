import { useEffect, useState } from 'preact/hooks'
import { useText } from '../i18n'
import { toast } from '../ui/toasts'

/** Says that the connection is gone, and when it is back. */
export function OfflineBar() {
  const t = useText()
  const [isOffline, setOffline] = useState(!navigator.onLine)
  useEffect(() => {
    const off = () => setOffline(true)
    const on = () => { setOffline(false); toast(t.backOnline) }
    addEventListener('offline', off)
    addEventListener('online', on)
    return () => { removeEventListener('offline', off); removeEventListener('online', on) }
  }, [t])
  return isOffline ? <p class="offline-bar" role="status">{t.offline}</p> : null
}
