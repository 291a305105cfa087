// A request whose states are drawn: loading, failed (offline or not), there.
import { useEffect, useState } from 'preact/hooks'
import { ApiError } from '../net/api'

export interface Loaded<T> { value: T | null; error: ApiError | null; retry: () => void }

export function useLoad<T>(load: () => Promise<T>, keys: unknown[], initial: T | null = null): Loaded<T> {
  const [state, setState] = useState<{ value: T | null; error: ApiError | null }>({ value: initial, error: null })
  const [attempt, setAttempt] = useState(0)
  useEffect(() => {
    if (initial !== null && attempt === 0) return setState({ value: initial, error: null })
    let isCurrent = true
    setState((old) => ({ value: old.value, error: null }))
    load().then(
      (value) => isCurrent && setState({ value, error: null }),
      (error) => isCurrent && setState({ value: null, error: error instanceof ApiError ? error : new ApiError(0, String(error)) }))
    return () => { isCurrent = false }
  }, [...keys, attempt])
  useEffect(() => {
    const again = () => setAttempt((n) => n + 1)
    if (state.error?.status === 0) addEventListener('online', again)
    return () => removeEventListener('online', again)
  }, [state.error])
  return { ...state, retry: () => setAttempt((n) => n + 1) }
}
