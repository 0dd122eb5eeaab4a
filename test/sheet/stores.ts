import { type PageStorage, storageOf } from '../../src/sheet/page-storage.ts';

/** A storage of a browser, in memory. */
export function memoryStorage(): PageStorage & { readonly texts: Map<string, string> } {
  const texts = new Map<string, string>();
  const storage: Storage = {
    get length() {
      return texts.size;
    },
    clear: () => texts.clear(),
    key: (index) => Array.from(texts.keys())[index] ?? null,
    getItem: (name) => texts.get(name) ?? null,
    setItem: (name, text) => void texts.set(name, text),
    removeItem: (name) => void texts.delete(name),
  };
  return { ...storageOf(() => storage), texts };
}

/** Storages that browsers have: each of them refuses in its own way. */
export const refusingStorages: readonly (readonly [how: string, storage: () => Storage | null])[] = [
  [
    'is forbidden',
    () => {
      throw new DOMException('', 'SecurityError');
    },
  ],
  ['is null', () => null],
  ['is full', () => storageWith({ setItem: refuse })],
  ['refuses everything', () => storageWith({ getItem: refuse, setItem: refuse, removeItem: refuse })],
  ['holds garbage', () => storageWith({ getItem: () => '{"key":' })],
  ['holds null', () => storageWith({ getItem: () => 'null' })],
  [
    'holds something else',
    () => storageWith({ getItem: () => '[null,7,{"key":1},{"key":"a","at":1,"command":{}}]' }),
  ],
];

function storageWith(parts: Partial<Storage>): Storage {
  return { ...emptyStorage, ...parts };
}

const emptyStorage: Storage = {
  length: 0,
  clear: () => {},
  key: () => null,
  getItem: () => null,
  setItem: () => {},
  removeItem: () => {},
};

function refuse(): never {
  throw new DOMException('', 'QuotaExceededError');
}
