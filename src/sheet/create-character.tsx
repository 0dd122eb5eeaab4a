import { useRef, useState } from 'preact/hooks';
import { readChange } from './change-entry.ts';
import { slugOf } from './character-id.ts';
import type { Press } from './press.ts';
import { PressReport } from './press-report.tsx';
import { randomKey } from './random-key.ts';
import type { ShownOutbox } from './use-outbox.ts';

/** The form that begins a character, under a given id or one that is made of its name. */
export function CreateCharacter(props: ShownOutbox & { readonly id?: string }) {
  const { outbox, entries, id } = props;
  const [name, setName] = useState(id ?? '');
  const [hitPoints, setHitPoints] = useState('');
  const [advice, setAdvice] = useState('');
  const nameField = useRef<HTMLInputElement>(null);
  const hitPointsField = useRef<HTMLInputElement>(null);

  // What was typed right before Enter is in the fields already, and may not be in the state yet.
  const create = (): void => {
    const typedName = (nameField.current?.value ?? '').trim();
    const entry = readChange(hitPointsField.current?.value ?? '', 'heal');
    if (typedName === '') {
      setAdvice('Give it a name.');
      return;
    }
    if (entry.type === 'unclear') {
      setAdvice('Type its hit points as a whole number, for instance 12.');
      return;
    }
    const what = { type: 'creation', name: typedName, hitPoints: entry.characterHitPoints } as const;
    outbox.press({
      key: randomKey(),
      characterId: id ?? slugOf(typedName),
      seenVersion: -1,
      what: { ...what, anyId: id === undefined },
    });
    setName('');
    setHitPoints('');
    setAdvice('');
  };
  const edit = ({ what }: Press): void => {
    if (what.type !== 'creation') return;
    setName(what.name);
    setHitPoints(String(what.hitPoints));
  };

  return (
    <form
      class="panel create"
      aria-labelledby="create-title"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        create();
      }}
    >
      <h2 id="create-title">New character</h2>
      <div class="fields">
        <label>
          Name
          <input
            ref={nameField}
            type="text"
            autocomplete="off"
            value={name}
            aria-describedby="create-advice"
            onInput={(event) => setName(event.currentTarget.value)}
          />
        </label>
        <label class="short">
          Starting hit points
          <input
            ref={hitPointsField}
            type="text"
            inputMode="numeric"
            autocomplete="off"
            value={hitPoints}
            aria-describedby="create-advice"
            onInput={(event) => setHitPoints(event.currentTarget.value)}
          />
        </label>
        <button type="submit" class="primary">
          Create
        </button>
      </div>
      <p class="advice" role="alert" id="create-advice">
        {advice}
      </p>
      <PressReport label="New characters" entries={entries} outbox={outbox} onEdit={edit} />
    </form>
  );
}
