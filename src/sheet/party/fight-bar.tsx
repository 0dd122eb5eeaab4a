import type { Signal } from '@preact/signals';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { readText } from '../drafts.ts';
import { readAmount } from '../hit-points.ts';
import type { Page } from '../page.ts';
import { settleBelow, useSteady } from '../steady.ts';
import { Figure, Verbatim, Words } from '../words.tsx';
import {
  type Candidate,
  type Choice,
  cleared,
  type Deed,
  fightEntry,
  othersAlike,
  type Target,
  targetsOf,
  withAll,
} from './fight.ts';

/** What is typed for those that were chosen, and what was wrong with it. */
type Typed = {
  readonly amount: string;
  readonly note: string;
  readonly advice: string;
  readonly showsMore: boolean;
};

const nothing: Typed = { amount: '', note: '', advice: '', showsMore: false };
const longestNote = 2_000;
/** Less than this, in pixels, is covered by the browser's own bars as they come and go. */
const leastKeyboard = 100;

/** What to do to those that were chosen: a bar over the bottom of the screen, where the thumb is. */
export function FightBar(props: {
  readonly page: Page;
  /** All that are here and may be changed, under the names that they are shown with. */
  readonly characters: readonly Candidate[];
  readonly choice: Signal<Choice>;
}) {
  const { page, characters, choice } = props;
  const typed = page.drafts.draft('party fight', nothing, readTyped);
  const bar = useRef<HTMLElement>(null);
  useRoomForBar(bar);
  const targets = targetsOf(choice.value, characters);

  const leave = (): void => {
    choice.value = cleared();
    typed.value = nothing;
    // The bar goes, and the keyboard goes on from the list.
    document.getElementById('members')?.focus({ preventScroll: true });
  };
  const act = (deed: Deed): void => {
    // What was typed right before Enter is in the field already, and may not be in the draft yet.
    const amount = bar.current?.querySelector<HTMLInputElement>('#fight-amount')?.value ?? typed.value.amount;
    const note = bar.current?.querySelector<HTMLInputElement>('#fight-note')?.value ?? typed.value.note;
    const entry = fightEntry(targets, amount, deed, note);
    const isTotal = readAmount(amount).type === 'total';
    const waiting = targets.find(({ standing }) => page.outbox.isWaitingFor(standing.id, standing.version));
    const early =
      isTotal && waiting !== undefined
        ? `Wait until the other change of ${waiting.name} is saved and shown: a total counts from there.`
        : '';
    if (entry.type === 'append' && early === '') {
      page.outbox.press(entry);
      leave();
    } else {
      typed.value = { ...typed.value, amount, note, advice: entry.type === 'append' ? early : entry.advice };
      document.getElementById('fight-amount')?.focus();
    }
  };

  return (
    <section class="fight" ref={bar} aria-label="For those you chose">
      <form
        noValidate
        onKeyDown={({ key }) => {
          if (key === 'Escape') leave();
        }}
        onSubmit={(event) => {
          event.preventDefault();
          act('enter');
        }}
      >
        <Who targets={targets} {...props} clear={leave} />
        <Fields typed={typed} act={act} />
      </form>
    </section>
  );
}

function Who(props: {
  readonly targets: readonly Target[];
  readonly characters: readonly Candidate[];
  readonly choice: Signal<Choice>;
  readonly clear: () => void;
}) {
  const { targets, characters, choice, clear } = props;
  const alike = othersAlike(targets, characters);
  const steady = useSteady(`${targets.map(({ standing }) => standing.id).join()} ${alike?.ids.join()}`);
  return (
    <div class="fight-who" onClickCapture={steady}>
      <p role="status" aria-label="Chosen">
        <strong>
          <Words>{`${targets.length} chosen`}</Words>
        </strong>{' '}
        <Verbatim>{targets.map(({ name, half }) => (half ? `${name} (½)` : name)).join(', ')}</Verbatim>
      </p>
      {alike !== undefined && (
        <button
          type="button"
          onClick={() => {
            choice.value = withAll(choice.value, alike.ids);
          }}
        >
          <Words key="all">All</Words> <Figure>{`${alike.count} ×`}</Figure> <Verbatim>{alike.kind}</Verbatim>
        </button>
      )}
      <button type="button" class="quiet" onClick={clear}>
        <Words>Cancel</Words>
      </button>
    </div>
  );
}

function Fields({ typed, act }: { readonly typed: Signal<Typed>; readonly act: (deed: Deed) => void }) {
  const { amount, note, advice, showsMore } = typed.value;
  const put = (part: Partial<Typed>): void => {
    typed.value = { ...typed.value, ...part };
  };
  return (
    <>
      <div class="fight-amount">
        <input
          id="fight-amount"
          type="text"
          inputMode="numeric"
          autocomplete="off"
          enterKeyHint="go"
          placeholder="Amount"
          aria-label="Amount"
          aria-describedby="fight-advice"
          aria-invalid={advice !== ''}
          value={amount}
          onInput={(event) => put({ amount: event.currentTarget.value, advice: '' })}
        />
        {/* Enter means what the sign says, and damage without one. */}
        <button type="submit" hidden />
        <DeedButton class="damage" deed="damage" words="Damage" act={act} />
        <DeedButton class="heal" deed="heal" words="Heal" act={act} />
        <DeedButton class="shield" deed="temporary" words="Temporary" act={act} />
      </div>
      <div class="fight-note">
        <input
          id="fight-note"
          type="text"
          dir="auto"
          autocomplete="off"
          placeholder="Note, for instance Fireball"
          aria-label="Note"
          maxLength={longestNote}
          value={note}
          onInput={(event) => put({ note: event.currentTarget.value })}
        />
        <button type="button" aria-expanded={showsMore} onClick={() => put({ showsMore: !showsMore })}>
          <Words>More</Words>
        </button>
      </div>
      {showsMore && (
        <div class="fight-more">
          <DeedButton deed="experience" words="Give experience" act={act} />
          <DeedButton deed="maximum" words="Set maximum" act={act} />
          <DeedButton deed="put away" words="Put away" act={act} />
        </div>
      )}
      <p class="advice" role="alert" id="fight-advice">
        <Words>{advice}</Words>
      </p>
    </>
  );
}

function DeedButton(props: {
  readonly class?: string;
  readonly deed: Deed;
  readonly words: string;
  readonly act: (deed: Deed) => void;
}) {
  return (
    <button type="button" class={props.class} onClick={() => props.act(props.deed)}>
      <Words>{props.words}</Words>
    </button>
  );
}

/**
 * Tells the page how high the bar is, so that the tray stands above it and the last character can be scrolled out from
 * under it. Safari lays its keyboard over the page instead of making it smaller; the bar stands on the keyboard. What
 * was aimed at the bar is not meant for what lay under it.
 */
function useRoomForBar(bar: { readonly current: HTMLElement | null }): void {
  useLayoutEffect(() => {
    const element = bar.current;
    if (element === null) return;
    const page = document.documentElement;
    let top = innerHeight;
    const measure = (): void => {
      const { height = innerHeight, offsetTop = 0, scale = 1 } = window.visualViewport ?? {};
      const covered = page.clientHeight - height - offsetTop;
      const keyboard = scale === 1 && covered > leastKeyboard ? covered : 0;
      element.style.insetBlockEnd = `${keyboard}px`;
      page.style.setProperty('--tray-bottom', `${element.offsetHeight + keyboard}px`);
      ({ top } = element.getBoundingClientRect());
    };
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    window.visualViewport?.addEventListener('resize', measure);
    window.visualViewport?.addEventListener('scroll', measure);
    return () => {
      settleBelow(top);
      observer.disconnect();
      window.visualViewport?.removeEventListener('resize', measure);
      window.visualViewport?.removeEventListener('scroll', measure);
      page.style.removeProperty('--tray-bottom');
    };
  }, [bar]);
}

function readTyped(kept: unknown): Typed | undefined {
  if (typeof kept !== 'object' || kept === null) return undefined;
  const amount = readText('amount' in kept ? kept.amount : '');
  const note = readText('note' in kept ? kept.note : '');
  return amount === undefined || note === undefined ? undefined : { ...nothing, amount, note };
}
