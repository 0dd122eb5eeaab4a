import type { Signal } from '@preact/signals';
import { useState } from 'preact/hooks';
import { readText } from '../drafts.ts';
import { adviceOn, type Failure } from '../failure.ts';
import { readAmount } from '../hit-points.ts';
import { isVisible } from '../names.ts';
import type { Page } from '../page.ts';
import { Notice, Verbatim, Words } from '../words.tsx';
import type { OpenCharacter } from './character-store.ts';

/** What to do where there is no character to show. */
export function AbsentCharacter(props: { readonly page: Page; readonly character: OpenCharacter }) {
  const { page, character } = props;
  const shown = character.shown.value;
  switch (shown.type) {
    case 'failed':
      return (
        <Notice title="The character cannot be shown">
          <Unloaded failure={shown.failure} character={character} />
        </Notice>
      );
    case 'refused':
      return (
        <Notice title="There can be no such character">
          <p>
            <Words>{shown.message}</Words>
          </p>
        </Notice>
      );
    case 'missing':
      return (
        <Notice title="There is no such character yet">
          <p>
            <span>Nothing has happened to </span>
            <strong>
              <Verbatim>{character.id}</Verbatim>
            </strong>
            <span> so far. If someone else creates it, it appears here by itself.</span>
          </p>
          {page.access.mayChange(character.id) && <CreationForm page={page} id={character.id} />}
        </Notice>
      );
    default:
      return (
        <Notice title="Character">
          <p>Loading…</p>
        </Notice>
      );
  }
}

/** Why a character is not loaded, and what to do about it. */
export function Unloaded(props: { readonly failure: Failure; readonly character: OpenCharacter }) {
  const { failure, character } = props;
  return (
    <div class="unloaded">
      <p role="alert">
        <Words>{`${adviceOn(failure)} This page keeps trying.`}</Words>
      </p>
      <button type="button" class="primary" onClick={() => void character.load()}>
        Try again
      </button>
    </div>
  );
}

/** Creates the character of exactly this id. */
function CreationForm({ page, id }: { readonly page: Page; readonly id: string }) {
  const name = page.drafts.draft(`new name ${id}`, '', readText);
  const hitPoints = page.drafts.draft(`new hit points ${id}`, '', readText);
  const [advice, setAdvice] = useState<{ readonly field: 'name' | 'hit-points'; readonly words: string }>();
  const create = (): void => {
    const entry = readCreation(name.peek(), hitPoints.peek());
    setAdvice(entry.type === 'unclear' ? entry : undefined);
    if (entry.type === 'unclear') {
      document.getElementById(`new-${entry.field}`)?.focus();
      return;
    }
    name.value = '';
    hitPoints.value = '';
    const created = { characterId: id, name: entry.name, hitPoints: entry.hitPoints };
    page.outbox.press({ type: 'creation', characters: [created], anyId: false });
  };
  return (
    <form
      class="panel"
      aria-label="New character"
      autocomplete="off"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        create();
      }}
    >
      <div class="fields">
        <CreationField id="new-name" label="Name" text={name} isWrong={advice?.field === 'name'} />
        <CreationField
          id="new-hit-points"
          label="Starting hit points"
          text={hitPoints}
          isNumber
          isWrong={advice?.field === 'hit-points'}
        />
        <button type="submit" class="primary">
          Create
        </button>
      </div>
      <p class="advice" role="alert" id="creation-advice">
        <Words>{advice?.words ?? ''}</Words>
      </p>
    </form>
  );
}

function CreationField(props: {
  readonly id: string;
  readonly label: string;
  readonly text: Signal<string>;
  readonly isNumber?: boolean;
  readonly isWrong: boolean;
}) {
  const { id, label, text, isNumber = false, isWrong } = props;
  return (
    <label class={isNumber ? 'short' : ''}>
      {label}
      <input
        id={id}
        type="text"
        dir="auto"
        inputMode={isNumber ? 'numeric' : 'text'}
        value={text.value}
        aria-invalid={isWrong}
        aria-describedby="creation-advice"
        onInput={(event) => {
          text.value = event.currentTarget.value;
        }}
      />
    </label>
  );
}

type ReadCreation =
  | { readonly type: 'created'; readonly name: string; readonly hitPoints: number }
  | { readonly type: 'unclear'; readonly field: 'name' | 'hit-points'; readonly words: string };

function readCreation(typedName: string, typedHitPoints: string): ReadCreation {
  const name = typedName.trim();
  if (!isVisible(name)) return { type: 'unclear', field: 'name', words: 'Type a name.' };
  if (Array.from(name).length > 100)
    return { type: 'unclear', field: 'name', words: 'The name is too long: 100 characters fit.' };
  const amount = readAmount(typedHitPoints);
  if (amount.type === 'unclear')
    return {
      type: 'unclear',
      field: 'hit-points',
      words: 'Type hit points as a whole number, for instance 24.',
    };
  if (amount.type === 'total') return { type: 'created', name, hitPoints: amount.total };
  return { type: 'created', name, hitPoints: amount.sign === '−' ? -amount.size : amount.size };
}
