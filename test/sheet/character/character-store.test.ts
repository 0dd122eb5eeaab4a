import { signal } from '@preact/signals';
import { describe, expect, test, vi } from 'vitest';
import { createCharacterStore } from '../../../src/sheet/character/character-store.ts';
import type { Standing } from '../../../src/sheet/character/history.ts';
import type { StoredEvents } from '../../../src/sheet/outbox.ts';
import type { Page } from '../../../src/sheet/page.ts';
import { lineSaying } from './lines.ts';

const dana: Standing = {
  id: 'dana',
  name: 'Dana',
  hitPoints: 10,
  highestHitPoints: 10,
  maximumHitPoints: null,
  temporaryHitPoints: 0,
  experience: 0,
  level: 1,
  archived: false,
  version: 2,
};
const unreachable = { type: 'failed', failure: { code: 'UNREACHABLE', requestId: null, message: '' } };

/** A page whose server answers with what `answer` gives for a character. */
function pageOver(answer: (id: string) => unknown) {
  const stored: ((events: StoredEvents) => void)[] = [];
  const catchUps: ((hurried: boolean) => Promise<void>)[] = [];
  const subscribed: { readonly from: () => unknown; readonly next: (data: unknown) => void }[] = [];
  const asked: string[] = [];
  const page = {
    api: {
      query: async (
        _: unknown,
        { id }: { readonly id: string },
        options?: { readonly hurried?: boolean },
      ) => {
        asked.push(options?.hurried ? `${id}, hurried` : id);
        return answer(id);
      },
    },
    live: {
      subscribe: (_: unknown, from: () => unknown, next: (data: unknown) => void) => {
        const subscription = { from, next };
        subscribed.push(subscription);
        return () => subscribed.splice(subscribed.indexOf(subscription), 1);
      },
      onCatchUp: (catchUp: (hurried: boolean) => Promise<void>) => {
        catchUps.push(catchUp);
        return () => catchUps.splice(catchUps.indexOf(catchUp), 1);
      },
    },
    outbox: {
      entries: signal([]),
      onStored: (listener: (events: StoredEvents) => void) => stored.push(listener),
    },
  };
  return {
    page: page as unknown as Page,
    asked,
    subscribed,
    catchUps,
    store: (events: StoredEvents) => {
      for (const listener of stored) listener(events);
    },
  };
}

function answered(standing: Standing, versions: readonly number[]) {
  const nodes = versions.map((version) => lineSaying(version, {}));
  const pageInfo = { hasPreviousPage: false, startCursor: null };
  const character = { __typename: 'Character', ...standing, events: { nodes, pageInfo } };
  return { type: 'answered', data: { character } };
}

const settled = () => new Promise((resolve) => setTimeout(resolve, 40));

describe('a character that is opened', () => {
  test('is shown as the party knows it until its history is loaded, also if that fails', async () => {
    let answer: unknown = unreachable;
    const { page } = pageOver(() => answer);
    const character = createCharacterStore(page, () => dana).open('dana');
    expect(character.shown.value).toMatchObject({ type: 'seen', standing: dana });
    await character.load();
    expect(character.shown.value).toMatchObject({ type: 'seen', failure: { code: 'UNREACHABLE' } });
    answer = answered(dana, [0, 1, 2]);
    await character.load();
    expect(character.shown.value).toMatchObject({ type: 'loaded', character: { standing: { version: 2 } } });
    answer = unreachable;
    await character.load();
    expect(character.shown.value.type).toBe('loaded');
  });

  test('moves with what this page stores, also before its history is loaded', async () => {
    const { page, store } = pageOver(() => unreachable);
    const characters = createCharacterStore(page, () => dana);
    const { shown } = characters.open('dana');
    store({ events: [], characters: [{ ...dana, version: 4, hitPoints: 3 }] });
    expect(shown.value).toMatchObject({ type: 'seen', standing: { version: 4, hitPoints: 3 } });
    store({ events: [], characters: [{ ...dana, version: 3, hitPoints: 5 }] });
    expect(shown.value).toMatchObject({ type: 'seen', standing: { version: 4, hitPoints: 3 } });
  });

  test('is followed in one subscription, from the version that is loaded, until its view closes', async () => {
    const { page, subscribed, catchUps, asked } = pageOver(() => answered(dana, [0, 1, 2]));
    const character = createCharacterStore(page, () => undefined).open('dana');
    const stop = character.follow();
    expect(subscribed).toHaveLength(0);
    await settled();
    expect(subscribed).toHaveLength(1);
    subscribed[0]?.next({ eventsAppended: lineSaying(3, {}, { hitPoints: 4 }) });
    await settled();
    expect(character.shown.value).toMatchObject({ character: { standing: { version: 3, hitPoints: 4 } } });
    expect(subscribed[0]?.from()).toEqual({ characters: [{ characterId: 'dana', afterVersion: 3 }] });
    await catchUps[0]?.(true);
    expect(asked).toEqual(['dana', 'dana, hurried']);
    expect(subscribed).toHaveLength(1);
    stop();
    expect([subscribed.length, catchUps.length]).toEqual([0, 0]);
  });

  test('is loaded again where an event is missing', async () => {
    let answer = answered(dana, [0, 1, 2]);
    const { page, subscribed } = pageOver(() => answer);
    const character = createCharacterStore(page, () => undefined).open('dana');
    character.follow();
    await settled();
    answer = answered({ ...dana, version: 5, hitPoints: 1 }, [3, 4, 5]);
    subscribed[0]?.next({ eventsAppended: lineSaying(5, {}) });
    await settled();
    expect(character.shown.value).toMatchObject({ character: { standing: { version: 5, hitPoints: 1 } } });
  });

  test('takes in what this page stores, also while another view is open', async () => {
    const { page, store } = pageOver(() => answered(dana, [0, 1, 2]));
    const characters = createCharacterStore(page, () => undefined);
    await characters.open('dana').load();
    const line = lineSaying(3, {}, { hitPoints: 6 });
    store({ events: [{ characterId: 'dana', line }], characters: [] });
    await settled();
    expect(characters.open('dana').shown.value).toMatchObject({
      character: { standing: { version: 3, hitPoints: 6 } },
    });
  });

  test('is tried again when it could not be loaded at first', async () => {
    vi.useFakeTimers();
    let answer: unknown = unreachable;
    const { page, subscribed } = pageOver(() => answer);
    const character = createCharacterStore(page, () => undefined).open('dana');
    const stop = character.follow();
    await vi.advanceTimersByTimeAsync(100);
    expect(character.shown.value.type).toBe('failed');
    answer = answered(dana, [0, 1, 2]);
    await vi.advanceTimersByTimeAsync(3_000);
    expect(character.shown.value.type).toBe('loaded');
    expect(subscribed).toHaveLength(1);
    stop();
    vi.useRealTimers();
  });
});

test('of the characters that were opened 20 are kept, and the one opened longest ago goes', () => {
  const { page } = pageOver(() => unreachable);
  const characters = createCharacterStore(page, () => undefined);
  const first = characters.open('0');
  const second = characters.open('1');
  for (let nth = 2; nth < 20; nth += 1) characters.open(String(nth));
  expect(characters.open('0')).toBe(first);
  characters.open('20');
  expect(characters.open('0')).toBe(first);
  expect(characters.open('1')).not.toBe(second);
});
