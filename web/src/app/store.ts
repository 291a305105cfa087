// The smallest store that components can listen to.
import { useEffect, useState } from 'preact/hooks'

export interface Store<T> {
  get(): T
  set(change: Partial<T>): void
  on(listener: (value: T) => void): () => void
}

export function createStore<T extends object>(initial: T, onChange?: (value: T) => void): Store<T> {
  let value = initial
  const listeners = new Set<(value: T) => void>()
  return {
    get: () => value,
    set(change) {
      value = { ...value, ...change }
      onChange?.(value)
      for (const listener of [...listeners]) listener(value)
    },
    on(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}

export function useStore<T extends object>(store: Store<T>): T {
  const [value, setValue] = useState(store.get())
  useEffect(() => {
    setValue(store.get())
    return store.on(setValue)
  }, [store])
  return value
}
