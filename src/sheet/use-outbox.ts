import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { slugOf, withSuffix } from './character-id.ts';
import { createOutbox, type Entry, type Outbox } from './outbox.ts';
import type { Outcome } from './outcome.ts';
import type { Press } from './press.ts';
import { randomKey } from './random-key.ts';
import { sendPress, sendPressAgain } from './send-press.ts';
import type { Server } from './server.ts';
import { tabStorage } from './tab-storage.ts';

/** An outbox and its presses, to show. */
export type ShownOutbox = { readonly outbox: Outbox; readonly entries: readonly Entry[] };

/** The outbox of a place. What failed is sent again by itself when the live connection is back. */
export function useOutbox(
  server: Server,
  place: string,
  onSaved: (outcome: Extract<Outcome, { readonly type: 'saved' }>) => void,
): ShownOutbox {
  const [entries, setEntries] = useState<readonly Entry[]>([]);
  const saved = useRef(onSaved);
  saved.current = onSaved;
  const outbox = useMemo(
    () =>
      createOutbox({
        place,
        storage: tabStorage(),
        send: (press) => sendPress(server, press),
        sendAgain: (press) => sendPressAgain(server, press),
        otherId,
        onChange: setEntries,
        onSaved: (outcome) => saved.current(outcome),
      }),
    [server, place],
  );
  useEffect(
    () =>
      server.live.onConnection((connection) => {
        if (connection === 'connected') outbox.sendAgain();
      }),
    [server, outbox],
  );
  return { outbox, entries };
}

function otherId({ characterId, what }: Press): string {
  return withSuffix(what.type === 'creation' ? slugOf(what.name) : characterId, randomKey());
}
