import { createEventStore, type EventStore } from '../../src/store/event-store.ts';
import type { EventTable } from '../../src/store/event-table.ts';

/** An event store with a memory of its own, as a server process has. */
export function eventStoreOver(table: EventTable, clock: () => Date = () => new Date()): EventStore {
  return createEventStore({ table, clock, followPollMs: 100 });
}
