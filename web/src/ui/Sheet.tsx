// A sheet from the bottom (a dialog beside the stage on wide screens): keeps the focus inside, closes by
// Escape, by its button, by the backdrop and by pulling it down; gives the focus back.
import type { ComponentChildren } from 'preact'
import { useEffect, useRef } from 'preact/hooks'
import { useText } from '../i18n'
import { Icon } from './Icon'

const FOCUSABLE = 'button:not([disabled]), a[href], input, select, [tabindex="0"]'
const PULL_TO_CLOSE_PX = 80

interface Props { title: string; onClose: () => void; children: ComponentChildren; tall?: boolean }

export function Sheet({ title, onClose, children, tall }: Props) {
  const t = useText()
  const panel = useRef<HTMLDivElement>(null)
  const close = useRef(onClose)
  close.current = onClose

  useEffect(() => {
    const before = document.activeElement as HTMLElement | null
    panel.current?.focus()
    const keys = (e: KeyboardEvent) => {
      if (e.key === 'Escape') { e.stopPropagation(); close.current() }
      if (e.key !== 'Tab' || !panel.current) return
      const all = [...panel.current.querySelectorAll<HTMLElement>(FOCUSABLE)]
      const edge = e.shiftKey ? all[0] : all[all.length - 1]
      if (document.activeElement !== edge && document.activeElement !== panel.current) return
      e.preventDefault()
      ;(e.shiftKey ? all[all.length - 1] : all[0])?.focus()
    }
    addEventListener('keydown', keys, true)
    return () => {
      removeEventListener('keydown', keys, true)
      before?.focus()
    }
  }, [])

  const pull = useRef(0)
  const onDown = (e: PointerEvent) => {
    pull.current = e.clientY
    ;(e.currentTarget as HTMLElement).setPointerCapture(e.pointerId)
  }
  const onUp = (e: PointerEvent) => { if (e.clientY - pull.current > PULL_TO_CLOSE_PX) onClose() }

  return (
    <div class="sheet-layer">
      <div class="backdrop" onClick={onClose} />
      <div class={tall ? 'sheet tall' : 'sheet'} role="dialog" aria-modal="true" aria-label={title} tabIndex={-1} ref={panel}>
        <header class="sheet-head" onPointerDown={onDown} onPointerUp={onUp}>
          <h2>{title}</h2>
          <button class="icon-button" aria-label={t.close} onClick={onClose} onPointerDown={(e) => e.stopPropagation()}>
            <Icon name="close" />
          </button>
        </header>
        <div class="sheet-body" tabIndex={0} role="group" aria-label={title}>{children}</div>
      </div>
    </div>
  )
}
