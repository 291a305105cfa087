interface Props { label: string; hint?: string; isOn: boolean; onChange: (isOn: boolean) => void }

export function Toggle({ label, hint, isOn, onChange }: Props) {
  return (
    <button class="toggle" role="switch" aria-checked={isOn} onClick={() => onChange(!isOn)}>
      <span><span class="toggle-label">{label}</span>{hint && <span class="toggle-hint">{hint}</span>}</span>
      <span class="toggle-knob" aria-hidden="true" />
    </button>
  )
}
