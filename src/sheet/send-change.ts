import type { Answer, ApiClient } from './api-client.ts';
import { adviceOn, type Failure, unreachable } from './failure.ts';
import {
  AppendDocument,
  type AppendEventInput,
  AppendGroupDocument,
  type AppendMutation,
  LatestVersionDocument,
  type LineFragment,
  OlderEventsDocument,
  RevertDocument,
  type RevertMutation,
  type StandingFragment,
} from './generated/operations.ts';
import type { PendingChange, Undo } from './pending-change.ts';

/** What came of sending a pending change. */
export type Outcome =
  | {
      readonly type: 'saved';
      /** In the order of the command. */
      readonly events: readonly SavedEvent[];
      readonly characters: readonly StandingFragment[];
    }
  /** An id of a new character belongs to another one. */
  | { readonly type: 'taken' }
  /** The server says no, and would say it again; `ofStoredToo`: also of what it has stored. */
  | { readonly type: 'refused'; readonly advice: string; readonly ofStoredToo?: true }
  /** It may be sent again. `failure` says why there is no answer. */
  | { readonly type: 'failed'; readonly failure: Failure };

/** A stored event. `duplicate`: it was stored before, by this press or by another one with the same meaning. */
export type SavedEvent = { readonly line: LineFragment; readonly duplicate: boolean };

/** The server knows a key again as long as its event is one of the last 100; a few may come meanwhile. */
const rememberedEvents = 90;

/** So many requests a browser sends at a time. */
const connections = 6;

/**
 * Sends a pending change that was sent before and not answered. Where so much has come since that the server may not
 * know it again, it is refused instead of risked.
 */
export async function sendAgain(api: ApiClient, change: PendingChange): Promise<Outcome> {
  const { command } = change;
  const seen = command.type === 'creation' ? [] : command.events;
  for (let from = 0; from < seen.length; from += connections) {
    const part = seen.slice(from, from + connections);
    const refusals = await Promise.all(part.map((event) => refusalOf(api, event)));
    const refusal = refusals.find((each) => each !== undefined);
    if (refusal !== undefined) return refusal;
  }
  return await send(api, change, { isAgain: true });
}

/** Why the change of a character can not be sent again; undefined if it can. */
async function refusalOf(
  api: ApiClient,
  { characterId, seenVersion }: { readonly characterId: string; readonly seenVersion: number },
): Promise<Outcome | undefined> {
  const answer = await api.query(LatestVersionDocument, { id: characterId });
  if (answer.type === 'failed') return failedOrRefused(answer.failure);
  const { character } = answer.data;
  const latest = character?.__typename === 'Character' ? character.version : seenVersion;
  if (latest - seenVersion <= rememberedEvents) return undefined;
  const advice =
    'So many changes came since that it may be stored already. Look in the history before you repeat it.';
  return { type: 'refused', advice, ofStoredToo: true };
}

/** Sends a pending change for the first time. It is given up early, since it may be sent again. */
export function sendFirst(api: ApiClient, change: PendingChange): Promise<Outcome> {
  return send(api, change, { timeoutMs: 6_000 });
}

type Sending = { readonly timeoutMs?: number; readonly isAgain?: true };

function send(api: ApiClient, { key, command }: PendingChange, sending: Sending): Promise<Outcome> {
  switch (command.type) {
    case 'append':
      return appendAll(
        api,
        command.events.map(({ characterId, change }, index) => ({
          characterId,
          idempotencyKey: keyOf(key, index),
          ...change,
        })),
        sending,
      );
    case 'creation':
      return appendAll(
        api,
        command.characters.map(({ characterId, name, hitPoints, maximumHitPoints }, index) => ({
          characterId,
          version: 0,
          characterName: name,
          characterHitPoints: hitPoints,
          ...(maximumHitPoints === undefined ? {} : { maximumHitPoints }),
          note: 'Created',
          idempotencyKey: keyOf(key, index),
        })),
        sending,
      );
    case 'undo':
      return revertAll(api, command, sending);
  }
}

function keyOf(key: string, index: number): string {
  return index === 0 ? key : `${key} ${index}`;
}

async function appendAll(
  api: ApiClient,
  events: readonly AppendEventInput[],
  sending: Sending,
): Promise<Outcome> {
  const [first, ...others] = events;
  if (first !== undefined && others.length === 0) {
    const answer = await api.mutate(AppendDocument, { input: first }, sending);
    return outcomeOf(answer, ({ appendEvent }) => storedOne(appendEvent));
  }
  const answer = await api.mutate(AppendGroupDocument, { input: { events } }, sending);
  return outcomeOf(answer, ({ appendEvents: result }) => {
    if (result?.__typename !== 'AppendEventsSuccess') return result;
    const { duplicate, characters } = result;
    return { events: result.events.map((line) => ({ line, duplicate })), characters };
  });
}

/** Without keys of their own reverts are stored once, also if two people press, or one is sent again. */
async function revertAll(api: ApiClient, { events }: Undo, sending: Sending): Promise<Outcome> {
  const saved: SavedEvent[] = [];
  const characters: StandingFragment[] = [];
  for (const { characterId, version } of events) {
    const outcome = await revertOne(api, characterId, version, sending);
    if (outcome.type === 'refused' && saved.length > 0) {
      return {
        type: 'refused',
        advice: `Only ${saved.length} of ${events.length} are undone. ${outcome.advice}`,
      };
    }
    if (outcome.type !== 'saved') return outcome;
    saved.push(...outcome.events);
    characters.push(...outcome.characters);
  }
  return { type: 'saved', events: saved, characters };
}

/** So many of the newest events are looked through for what became of an undo. */
const laterEvents = 50;

/**
 * The server takes an event back once, and answers with that undo from then on. If that was taken back in its turn, the
 * event counts again: a new press takes back what brought it back. One that is sent again may be older than that.
 */
async function revertOne(
  api: ApiClient,
  characterId: string,
  version: number,
  sending: Sending,
): Promise<Outcome> {
  const answer = await api.mutate(RevertDocument, { input: { characterId, version } }, sending);
  const outcome = outcomeOf(answer, ({ revertEvent }) => storedOne(revertEvent));
  const undo = outcome.type === 'saved' ? outcome.events[0] : undefined;
  if (undo?.duplicate !== true) return outcome;
  const later = await api.query(OlderEventsDocument, { id: characterId, last: laterEvents, before: null });
  if (later.type === 'failed') return failedOrRefused(later.failure);
  const { characterEvents } = later.data;
  const lines = characterEvents?.__typename === 'EventConnection' ? characterEvents.nodes : [];
  const broughtBack = broughtBackBy(lines, undo.line.version);
  if (broughtBack === undefined) return outcome;
  if (sending.isAgain !== true) return revertOne(api, characterId, broughtBack, sending);
  const advice = 'It was undone and brought back meanwhile. Look in the history before you repeat it.';
  return { type: 'refused', advice, ofStoredToo: true };
}

/** The version that has taken an undo back and still counts. */
function broughtBackBy(lines: readonly LineFragment[], undo: number): number | undefined {
  const takenBackBy = (version: number) => lines.find(({ reverts }) => reverts === version)?.version;
  const broughtBack = takenBackBy(undo);
  const again = broughtBack === undefined ? undefined : takenBackBy(broughtBack);
  return again === undefined ? broughtBack : broughtBackBy(lines, again);
}

type Stored = Pick<Extract<Outcome, { readonly type: 'saved' }>, 'events' | 'characters'>;
type Refusal = { readonly __typename: string; readonly message?: string } | null;

/** What was stored by an append, or a revert, of one event. */
function storedOne(result: AppendMutation['appendEvent'] | RevertMutation['revertEvent']): Stored | Refusal {
  if (result?.__typename !== 'AppendEventSuccess') return result;
  const { event: line, duplicate, character } = result;
  return { events: [{ line, duplicate }], characters: [character] };
}

function outcomeOf<Data>(
  answer: Answer<Data>,
  resultOf: (data: Data) => Stored | Refusal | undefined,
): Outcome {
  if (answer.type === 'failed') return failedOrRefused(answer.failure);
  const result = resultOf(answer.data);
  if (result != null && 'events' in result) return { type: 'saved', ...result };
  if (result?.__typename === 'EventAlreadyExistsError') return { type: 'taken' };
  if (typeof result?.message === 'string') return { type: 'refused', advice: result.message };
  // An answer of something in between. It may be stored.
  return { type: 'failed', failure: unreachable };
}

function failedOrRefused(failure: Failure): Outcome {
  const advice = adviceOn(failure);
  if (failure.code === 'FORBIDDEN') return { type: 'refused', advice, ofStoredToo: true };
  const said = ['BAD_USER_INPUT', 'UNSUPPORTED'].includes(failure.code);
  return said ? { type: 'refused', advice } : { type: 'failed', failure };
}
