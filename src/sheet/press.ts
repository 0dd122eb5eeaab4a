/** A press of a button: what to send, kept until its answer is known. */
export type Press = {
  /** The idempotency key: the same press may be sent again and is stored once. */
  readonly key: string;
  readonly characterId: string;
  /** The version that was on the page when it was pressed; −1 if there was none. */
  readonly seenVersion: number;
  readonly what: Change | Undo | Creation;
};

/** Takes or gives hit points. */
export type Change = { readonly type: 'change'; readonly characterHitPoints: number; readonly note: string };

/** Takes the event at `version` back. */
export type Undo = { readonly type: 'undo'; readonly version: number };

/** Begins a character. With `anyId`, a taken id is replaced by one with another ending. */
export type Creation = {
  readonly type: 'creation';
  readonly name: string;
  readonly hitPoints: number;
  readonly anyId: boolean;
};

/** Where presses are kept: `sessionStorage`, or anything like it. */
export type PressStorage = {
  readonly getItem: (name: string) => string | null;
  readonly setItem: (name: string, text: string) => void;
  readonly removeItem: (name: string) => void;
};

/** The presses that are kept for a place, in the order they were pressed. */
export function keptPresses(storage: PressStorage, place: string): readonly Press[] {
  const text = storage.getItem(nameOf(place));
  if (text === null) return [];
  const kept: unknown = JSON.parse(text);
  return Array.isArray(kept) ? kept.filter(isPress) : [];
}

/** Keeps exactly these presses for a place. */
export function keepPresses(storage: PressStorage, place: string, presses: readonly Press[]): void {
  if (presses.length === 0) storage.removeItem(nameOf(place));
  else storage.setItem(nameOf(place), JSON.stringify(presses));
}

function nameOf(place: string): string {
  return `presses of ${place}`;
}

function isPress(value: unknown): value is Press {
  return typeof value === 'object' && value !== null && 'key' in value && 'what' in value;
}
