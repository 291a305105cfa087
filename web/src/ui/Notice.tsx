// A state in words: empty, failed, offline, not there; with one thing to do about it.
import { Icon, type IconName } from './Icon'

interface Props { icon?: IconName; title: string; hint?: string; action?: string; onAction?: () => void; compact?: boolean }

export function Notice({ icon, title, hint, action, onAction, compact }: Props) {
  return (
    <div class={compact ? 'notice compact' : 'notice'}>
      {icon && <Icon name={icon} size={32} />}
      <p class="notice-title">{title}</p>
      {hint && <p class="notice-hint">{hint}</p>}
      {action && <button class="button" onClick={onAction}>{action}</button>}
    </div>
  )
}
