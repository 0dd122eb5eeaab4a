import { describe, expect, test, vi } from 'vitest';
import type { ApiClient } from '../../../src/sheet/api-client.ts';
import type { Line } from '../../../src/sheet/character/history.ts';
import { createLookBack } from '../../../src/sheet/character/look-back.tsx';
import { lineSaying } from './lines.ts';

/** A look back whose server answers as told, one answer for each question. */
function lookBackOver(answers: readonly object[], lines: readonly Line[] = []) {
  const asked: unknown[] = [];
  const api: ApiClient = {
    query: async (_, variables) => {
      asked.push(variables);
      return answers[asked.length - 1] as never;
    },
    mutate: () => Promise.reject(new Error('Expected no mutation.')),
  };
  const lineOf = (version: number) => lines.find((line) => line.version === version);
  return { ...createLookBack(api, 'dana', lineOf), asked };
}

function stateAt(version: number, hitPoints: number) {
  const state = { __typename: 'CharacterState', version, hitPoints };
  return { type: 'answered', data: { characterAt: state } };
}

async function rested(): Promise<void> {
  await vi.advanceTimersByTimeAsync(200);
}

describe('a look back', () => {
  test('finds the state of a loaded line at once, and asks nobody', () => {
    const { past, look, asked } = lookBackOver([], [lineSaying(3, {}, { hitPoints: 7 })]);
    look(3);
    expect(past.value).toMatchObject({ version: 3, found: true, state: { hitPoints: 7 } });
    expect(asked).toEqual([]);
    look(null);
    expect(past.value).toBeNull();
  });

  test('asks for another one once it has rested, once, and shows the last state meanwhile', async () => {
    vi.useFakeTimers();
    const { past, look, asked } = lookBackOver([stateAt(1, 5)], [lineSaying(3, {}, { hitPoints: 7 })]);
    look(3);
    look(2);
    look(1);
    expect(past.value).toMatchObject({ version: 1, found: false, state: { hitPoints: 7 } });
    await rested();
    expect(past.value).toMatchObject({ version: 1, found: true, state: { hitPoints: 5 } });
    look(3);
    look(1);
    await rested();
    expect(past.value).toMatchObject({ version: 1, found: true, state: { hitPoints: 5 } });
    expect(asked).toEqual([{ id: 'dana', version: 1 }]);
    vi.useRealTimers();
  });

  test('says why there is nothing to see, and drops an answer that comes too late', async () => {
    vi.useFakeTimers();
    const failure = { code: 'UNREACHABLE', requestId: null, message: '' };
    const { past, look } = lookBackOver([{ type: 'failed', failure }, stateAt(2, 5)]);
    look(1);
    await rested();
    expect(past.value).toMatchObject({ version: 1, found: false });
    expect(past.value?.advice).toContain('The server did not answer');
    look(2);
    vi.advanceTimersByTime(200);
    look(null);
    await rested();
    expect(past.value).toBeNull();
    vi.useRealTimers();
  });
});
