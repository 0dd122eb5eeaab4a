import type { Signal } from '@preact/signals';
import { useRef } from 'preact/hooks';
import { readText } from '../drafts.ts';
import { readAmount } from '../hit-points.ts';
import { isVisible, namesOf, slugOf } from '../names.ts';
import type { Page } from '../page.ts';
import type { Created } from '../pending-change.ts';
import { Words } from '../words.tsx';

/** What is typed about characters to create, and what was wrong with it. */
type Typed = {
  readonly name: string;
  readonly hitPoints: string;
  readonly count: string;
  readonly withMaximum: boolean;
  readonly wrong: Wrong | undefined;
};

type Field = 'name' | 'hitPoints' | 'count';
type Wrong = { readonly field: Field; readonly advice: string };

const nothing: Typed = { name: '', hitPoints: '', count: '1', withMaximum: true, wrong: undefined };
const longestName = 100;
const mostAtOnce = 100;

/** The form that begins one character, or several alike with numbers in their names. */
export function CreateCharacters(props: {
  readonly page: Page;
  readonly shownNames: readonly string[];
  readonly onType: () => void;
}) {
  const { page, shownNames, onType } = props;
  const typed = page.drafts.draft('party creation', nothing, readTyped);
  const form = useRef<HTMLFormElement>(null);
  const field = (of: Field): HTMLInputElement | null =>
    form.current?.querySelector<HTMLInputElement>(`#create-${of}`) ?? null;

  const create = (): void => {
    // What was typed right before Enter is in the fields already, and may not be in the draft yet.
    const now = {
      ...typed.value,
      name: field('name')?.value ?? '',
      hitPoints: field('hitPoints')?.value ?? '',
      count: field('count')?.value ?? '',
    };
    const characters = charactersOf(now, shownNames);
    if ('field' in characters) {
      typed.value = { ...now, wrong: characters };
      field(characters.field)?.focus();
      return;
    }
    const [first, ...others] = characters;
    if (first !== undefined) {
      page.outbox.press({ type: 'creation', characters: [first, ...others], anyId: true });
    }
    typed.value = { ...nothing, withMaximum: now.withMaximum };
    field('name')?.focus();
  };

  return (
    <form
      class="panel create"
      id="create"
      ref={form}
      aria-labelledby="create-title"
      onInput={onType}
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        create();
      }}
    >
      <h2 id="create-title">New characters</h2>
      <Fields typed={typed} />
      <p class="advice" role="alert" id="create-advice">
        <Words>{typed.value.wrong?.advice ?? ''}</Words>
      </p>
    </form>
  );
}

function Fields({ typed }: { readonly typed: Signal<Typed> }) {
  const put = (part: Partial<Typed>): void => {
    typed.value = { ...typed.value, wrong: undefined, ...part };
  };
  const attributes = (of: Field) =>
    ({
      id: `create-${of}`,
      type: 'text',
      autocomplete: 'off',
      'aria-describedby': 'create-advice',
      'aria-invalid': typed.value.wrong?.field === of,
      value: typed.value[of],
      onInput: (event: { readonly currentTarget: HTMLInputElement }) =>
        put({ [of]: event.currentTarget.value }),
    }) as const;
  return (
    <div class="fields">
      <label>
        Name
        <input {...attributes('name')} dir="auto" />
      </label>
      <label class="short">
        Starting hit points
        <input {...attributes('hitPoints')} inputMode="numeric" />
      </label>
      <label class="shortest">
        How many
        <input {...attributes('count')} inputMode="numeric" />
      </label>
      <label class="tickable">
        <input
          type="checkbox"
          checked={typed.value.withMaximum}
          onChange={(event) => put({ withMaximum: event.currentTarget.checked })}
        />
        <span class="tick" aria-hidden="true" />
        <span>These are the maximum</span>
      </label>
      <button type="submit" class="primary">
        Create
      </button>
    </div>
  );
}

/** Three characters to try the sheet with. */
export function sampleCharacters(): readonly [Created, ...Created[]] {
  const sample = (name: string, hitPoints: number): Created => ({
    characterId: slugOf(name),
    name,
    hitPoints,
    maximumHitPoints: hitPoints,
  });
  return [sample('Astrid Vale', 24), sample('Bram Ironfist', 31), sample('Grik', 7)];
}

/** The characters that were typed, or which field is wrong and why. */
function charactersOf(
  typed: Omit<Typed, 'wrong'>,
  shownNames: readonly string[],
): readonly Created[] | Wrong {
  const name = typed.name.trim();
  const hitPoints = readAmount(typed.hitPoints);
  const count = readAmount(typed.count);
  if (!isVisible(name)) return { field: 'name', advice: 'Give it a name.' };
  if (hitPoints.type !== 'amount' || hitPoints.sign === '−') {
    return { field: 'hitPoints', advice: 'Type its hit points as a whole number, for instance 12.' };
  }
  if (count.type !== 'amount' || count.sign === '−' || count.size < 1 || count.size > mostAtOnce) {
    return { field: 'count', advice: `Type how many of them as a whole number from 1 to ${mostAtOnce}.` };
  }
  const names = namesOf(name, count.size, shownNames);
  const longest = names.reduce((most, each) => Math.max(most, Array.from(each).length), 0);
  if (longest > longestName) {
    return { field: 'name', advice: `Give it a name of at most ${longestName} letters.` };
  }
  const { size } = hitPoints;
  const maximum = typed.withMaximum && size > 0 ? { maximumHitPoints: size } : {};
  const ids = new Set<string>();
  return names.map((each, index) => {
    // The beginnings of long names are the same.
    const slug = slugOf(each);
    const characterId = ids.has(slug) ? `${slug}-${index + 1}` : slug;
    ids.add(characterId);
    return { characterId, name: each, hitPoints: size, ...maximum };
  });
}

function readTyped(kept: unknown): Typed | undefined {
  if (typeof kept !== 'object' || kept === null) return undefined;
  const text = (name: Field): string =>
    readText(Object.entries(kept).find(([key]) => key === name)?.[1]) ?? nothing[name];
  const withMaximum = !('withMaximum' in kept) || kept.withMaximum !== false;
  return { ...nothing, name: text('name'), hitPoints: text('hitPoints'), count: text('count'), withMaximum };
}
