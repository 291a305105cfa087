// One of a few: a row of pills that is a radio group.
interface Props<T> { label: string; value: T; options: [T, string][]; onChange: (value: T) => void }

export function Choice<T extends string | number | null>({ label, value, options, onChange }: Props<T>) {
  return (
    <fieldset class="choice">
      <legend>{label}</legend>
      <div class="pills" role="radiogroup" aria-label={label}>
        {options.map(([option, name]) => (
          <button key={String(option)} class="pill" role="radio" aria-checked={option === value} onClick={() => onChange(option)}>
            {name}
          </button>
        ))}
      </div>
    </fieldset>
  )
}
