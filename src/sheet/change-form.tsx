import { useRef, useState } from 'preact/hooks';
import { type ChangeButton, readChange } from './change-entry.ts';
import type { Change } from './press.ts';

/** What is typed in the form of a change, and not sent yet. */
export type Draft = { readonly amount: string; readonly note: string };

/** A form with nothing typed. */
export const emptyDraft: Draft = { amount: '', note: '' };

/** The form that takes and gives hit points. What is typed stays until it is sent. */
export function ChangeForm(props: {
  readonly draft: Draft;
  readonly setDraft: (next: (draft: Draft) => Draft) => void;
  readonly onChange: (change: Change) => void;
}) {
  const { draft, setDraft, onChange } = props;
  const [advice, setAdvice] = useState('');
  const amount = useRef<HTMLInputElement>(null);
  const note = useRef<HTMLInputElement>(null);

  // What was typed right before Enter is in the fields already, and may not be in the draft yet.
  const send = (button: ChangeButton): void => {
    const entry = readChange(amount.current?.value ?? '', button);
    if (entry.type === 'unclear') {
      setAdvice(entry.advice);
      amount.current?.focus();
      return;
    }
    setAdvice('');
    setDraft(() => emptyDraft);
    onChange({ ...entry, note: (note.current?.value ?? '').trim() });
  };

  return (
    <form
      class="panel change"
      aria-labelledby="change-title"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        send('apply');
      }}
    >
      <h2 id="change-title">Change hit points</h2>
      <div class="fields">
        <label class="short">
          Hit points
          <input
            ref={amount}
            type="text"
            autocomplete="off"
            autocapitalize="off"
            value={draft.amount}
            aria-describedby="change-hint change-advice"
            aria-invalid={advice !== ''}
            onInput={(event) => {
              const text = event.currentTarget.value;
              setDraft((typed) => ({ ...typed, amount: text }));
            }}
          />
        </label>
        <label class="wide">
          Note
          <input
            ref={note}
            type="text"
            autocomplete="off"
            value={draft.note}
            onInput={(event) => {
              const text = event.currentTarget.value;
              setDraft((typed) => ({ ...typed, note: text }));
            }}
          />
        </label>
      </div>
      <div class="buttons">
        <button type="button" class="damage" onClick={() => send('damage')}>
          Damage
        </button>
        <button type="button" class="heal" onClick={() => send('heal')}>
          Heal
        </button>
        <button type="submit">Apply</button>
      </div>
      <p class="hint" id="change-hint">
        Type 7 and press Damage or Heal, or type +5 or -7 and press Enter.
      </p>
      <p class="advice" role="alert" id="change-advice">
        {advice}
      </p>
    </form>
  );
}
