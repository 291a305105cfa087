// A short sentence above the controls, gone after a moment, read out as well.
import { createStore } from '../app/store'
import { announce } from './announce'

const SHOWN_MS = 2600
export const toasts = createStore<{ message: string }>({ message: '' })
let timer = 0

export function toast(message: string): void {
  toasts.set({ message })
  announce(message)
  clearTimeout(timer)
  timer = window.setTimeout(() => toasts.set({ message: '' }), SHOWN_MS)
}
