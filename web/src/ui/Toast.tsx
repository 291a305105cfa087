import { useStore } from '../app/store'
import { toasts } from './toasts'

export function Toast() {
  const { message } = useStore(toasts)
  return message ? <div class="toast">{message}</div> : null
}
