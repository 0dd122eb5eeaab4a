import type { EventKey } from './event-item.ts';

/** A stored item that is no event. The stream cannot be read past it until someone looks at it. */
export class UnreadableItemError extends Error {
  override readonly name = 'UnreadableItemError';
  readonly key: EventKey;
  readonly attribute: string;

  constructor(key: EventKey, attribute: string, expected: string, actual: unknown) {
    super(
      `The item of character ${JSON.stringify(key.Id)}, version ${key.Version}, is unreadable: ` +
        `expected ${attribute} to be ${expected}, got ${describe(actual)}.`,
    );
    this.key = { Id: key.Id, Version: key.Version };
    this.attribute = attribute;
  }
}

/** The start-up check found that the server cannot work with the store as it is. The message is one sentence. */
export class UnusableStoreError extends Error {
  override readonly name = 'UnusableStoreError';
}

function describe(value: unknown): string {
  return value === undefined ? 'nothing' : `${typeof value} ${String(value).slice(0, 100)}`;
}
