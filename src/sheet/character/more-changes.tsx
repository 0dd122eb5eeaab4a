import { useRef, useState } from 'preact/hooks';
import { readText } from '../drafts.ts';
import { readAmount } from '../hit-points.ts';
import { isVisible } from '../names.ts';
import type { Page } from '../page.ts';
import type { Appended } from '../pending-change.ts';
import { Figure, Verbatim, Words } from '../words.tsx';
import type { Standing } from './history.ts';

type Change = Appended['change'];

/** What is changed once in a while, and what only some want to know: one quiet place, closed at first. */
export function MoreChanges(props: {
  readonly page: Page;
  readonly standing: Standing;
  readonly mayChange: boolean;
  readonly onChange: (change: Change) => void;
}) {
  const { page, standing, mayChange, onChange } = props;
  const { id } = standing;
  const open = page.drafts.draft(`more ${id}`, false, (kept) => (kept === true ? true : undefined));
  return (
    <details
      class="more"
      open={open.value}
      onToggle={(event) => {
        open.value = event.currentTarget.open;
      }}
    >
      <summary id="more">
        <Words>{mayChange ? 'More' : 'Details'}</Words>
      </summary>
      {mayChange && <Changes {...{ page, standing, onChange }} />}
      <Details standing={standing} />
    </details>
  );
}

function Changes(props: {
  readonly page: Page;
  readonly standing: Standing;
  readonly onChange: (change: Change) => void;
}) {
  const { page, standing, onChange } = props;
  const common = { page, characterId: standing.id, onChange };
  return (
    <>
      <QuietField
        {...common}
        field="name"
        label="Name"
        isText
        buttons={[{ words: 'Rename', read: readName(standing.name) }]}
      />
      <QuietField
        {...common}
        field="maximum"
        label="Maximum"
        buttons={[
          {
            words: 'Set maximum',
            read: (typed) => wanted(typed, 1, (maximumHitPoints) => ({ maximumHitPoints })),
          },
        ]}
      />
      <QuietField
        {...common}
        field="temporary"
        label="Temporary"
        buttons={[
          {
            words: 'Set temporary',
            read: (typed) => wanted(typed, 0, (temporaryHitPoints) => ({ temporaryHitPoints })),
          },
        ]}
      />
      <QuietField
        {...common}
        field="experience"
        label="Experience"
        buttons={[
          { words: 'Give', read: (typed) => moved(typed, '+', (experience) => ({ experience })) },
          { words: 'Take', read: (typed) => moved(typed, '−', (lost) => ({ experience: -lost })) },
        ]}
      />
      {!standing.archived && <PutAway isSending={page.outbox.isSending(standing.id)} onChange={onChange} />}
    </>
  );
}

function PutAway(props: { readonly isSending: boolean; readonly onChange: (change: Change) => void }) {
  return (
    <p class="put-away">
      <button type="button" disabled={props.isSending} onClick={() => props.onChange({ archived: true })}>
        Put away
      </button>
      <span class="hint">Out of the party. It can be brought back.</span>
    </p>
  );
}

/** What is typed makes a change, or words about what to type instead. */
type Reading = Change | string;

function readName(now: string): (typed: string) => Reading {
  return (typed) => {
    const name = typed.trim();
    const length = Array.from(name).length;
    if (!isVisible(name)) return 'Type a name.';
    if (length > 100) return `The name is ${length} characters long; 100 fit.`;
    return name === now ? 'That is the name already.' : { characterName: name };
  };
}

/** A number to set: `58` or `=58`. With a sign it may be meant as a change of what is there. */
function wanted(typed: string, least: number, changeOf: (size: number) => Change): Reading {
  const amount = readAmount(typed);
  const size =
    amount.type === 'total'
      ? amount.total
      : amount.type === 'amount' && amount.sign === ''
        ? amount.size
        : -1;
  return size < least ? `Type a whole number from ${least}.` : changeOf(size);
}

/** A number to give or take: `300`, with the sign of the button if with any. */
function moved(typed: string, sign: '+' | '−', changeOf: (size: number) => Change): Reading {
  const amount = readAmount(typed);
  const isMeant = amount.type === 'amount' && amount.size > 0 && (amount.sign === '' || amount.sign === sign);
  return isMeant ? changeOf(amount.size) : 'Type a whole number from 1.';
}

function QuietField(props: {
  readonly page: Page;
  readonly characterId: string;
  readonly field: string;
  readonly label: string;
  readonly isText?: boolean;
  readonly buttons: readonly [QuietButton, ...QuietButton[]];
  readonly onChange: (change: Change) => void;
}) {
  const { page, characterId, field, label, isText = false, onChange } = props;
  const [first, ...others] = props.buttons;
  const draft = page.drafts.draft(`${field} ${characterId}`, '', readText);
  const [advice, setAdvice] = useState('');
  const input = useRef<HTMLInputElement>(null);
  const send = ({ read }: QuietButton): void => {
    const change = read(draft.peek());
    setAdvice(typeof change === 'string' ? change : '');
    if (typeof change === 'string') input.current?.focus();
    else {
      draft.value = '';
      onChange(change);
    }
  };
  return (
    <form
      class="quiet-field"
      autocomplete="off"
      noValidate
      aria-label={label}
      onSubmit={(event) => {
        event.preventDefault();
        send(first);
      }}
    >
      <label for={`more-${field}`}>{label}</label>
      <input
        ref={input}
        id={`more-${field}`}
        type="text"
        dir={isText ? 'auto' : undefined}
        inputMode={isText ? 'text' : 'numeric'}
        value={draft.value}
        aria-invalid={advice !== ''}
        aria-describedby={`more-${field}-advice`}
        onInput={(event) => {
          draft.value = event.currentTarget.value;
        }}
      />
      <button type="submit">{first.words}</button>
      {others.map((button) => (
        <button key={button.words} type="button" onClick={() => send(button)}>
          {button.words}
        </button>
      ))}
      <p class="advice" role="alert" id={`more-${field}-advice`}>
        <Words>{advice}</Words>
      </p>
    </form>
  );
}

type QuietButton = { readonly words: string; readonly read: (typed: string) => Reading };

function Details({ standing }: { readonly standing: Standing }) {
  const facts: readonly (readonly [string, string])[] = [
    ['Level', String(standing.level)],
    ['Experience', String(standing.experience)],
    ['Highest hit points', String(standing.highestHitPoints)],
    ['Version', String(standing.version)],
  ];
  return (
    <dl class="details">
      <div>
        <dt>Id</dt>
        <dd>
          <Verbatim>{standing.id}</Verbatim>
        </dd>
      </div>
      {facts.map(([term, value]) => (
        <div key={term}>
          <dt>{term}</dt>
          <dd>
            <Figure>{value}</Figure>
          </dd>
        </div>
      ))}
    </dl>
  );
}
