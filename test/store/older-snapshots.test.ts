import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { StoredItem } from '../../src/store/event-item.ts';
import type { EventTable } from '../../src/store/event-table.ts';
import { type EngineUnderTest, engines } from '../engines/engines.ts';
import { eventStoreOver } from '../engines/event-store-over.ts';
import { findingsOf } from '../findings.ts';
import { wizardItems } from '../party.ts';

const changes = Array.from({ length: 1_000 }, (_, nth) => (nth % 7) - 3);
const hitPoints = changes.reduce((sum, change) => sum + change);

/** A history of 1,000 events as the version of this program wrote it that knew hit points alone. */
function olderItems(): readonly StoredItem[] {
  return wizardItems(changes).map((item) => ({ ...item, Snapshot: { ...item.Snapshot, Schema: 1 } }));
}

describe.each(engines)('a table with the snapshots of the fold before on $name', ({ open }) => {
  let engine: EngineUnderTest;
  let queries: number;
  let counted: EventTable;
  beforeEach(async () => {
    engine = await open();
    const items = olderItems();
    for (let start = 0; start < items.length; start += 100)
      await engine.table.insert(items.slice(start, start + 100));
    queries = 0;
    counted = {
      ...engine.table,
      query: (...args) => {
        queries += 1;
        return engine.table.query(...args);
      },
    };
  });
  afterEach(() => engine.close());

  /** What a server that has just started answers, and how many queries that takes. */
  async function coldRead(read: (store: ReturnType<typeof eventStoreOver>) => Promise<unknown>) {
    queries = 0;
    return { answer: await read(eventStoreOver(counted)), queries };
  }

  test('reads right at once, and after the first append in one read', async () => {
    expect(await coldRead((store) => store.character('wizard'))).toMatchObject({
      answer: { version: 999, hitPoints, maximumHitPoints: null },
      queries: 4,
    });
    expect(await coldRead((store) => store.characterAt('wizard', 500))).toMatchObject({
      answer: {
        state: { version: 500, hitPoints: changes.slice(0, 501).reduce((sum, change) => sum + change) },
      },
    });
    const maximum = { characterId: 'wizard', characterHitPoints: 0, maximumHitPoints: 20 };
    expect(await eventStoreOver(engine.table).append(maximum)).toMatchObject({
      state: { maximumHitPoints: 20 },
    });
    expect(await coldRead((store) => store.character('wizard'))).toMatchObject({
      answer: { version: 1_000, maximumHitPoints: 20 },
      queries: 1,
    });
  });

  test('is mended whole by --repair, and then every past state is one read', async () => {
    expect(await findingsOf(engine, true)).toMatchObject([{ type: 'no_snapshot', from: 0, to: 999 }]);
    expect(await findingsOf(engine)).toEqual([]);
    expect(await coldRead((store) => store.character('wizard'))).toMatchObject({
      answer: { hitPoints },
      queries: 1,
    });
    expect(await coldRead((store) => store.characterAt('wizard', 500))).toMatchObject({ queries: 1 });
  });
});
