import type { NewEvent } from './bare-api.ts';

/** Stores an event that was recorded then. */
type Store = (event: NewEvent, recordedAt: string) => Promise<unknown>;

/** What the bare servers and loops do with an event, named by `STORE`. */
export const store = await storeOf(process.env['STORE']);

async function storeOf(name = 'dynamodb'): Promise<Store> {
  switch (name) {
    case 'nothing':
      return async () => {};
    case 'lmdb':
      return (await import('./insert-event.ts')).insertEvent;
    case 'dynamodb':
      return (await import('./put-event.ts')).putEvent;
    default:
      throw new Error(`Expected STORE to be nothing, lmdb or dynamodb, got ${name}.`);
  }
}
