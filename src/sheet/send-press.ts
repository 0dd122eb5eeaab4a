import { adviceOn, mayBeStored } from './failure.ts';
import {
  AppendDocument,
  type AppendMutation,
  LatestVersionDocument,
  RevertDocument,
  type RevertMutation,
} from './generated/operations.ts';
import type { Outcome } from './outcome.ts';
import type { Press } from './press.ts';
import type { Answer, Server } from './server.ts';

type Result = NonNullable<AppendMutation['appendEvent'] | RevertMutation['revertEvent']>;

/** The server knows a key again as long as its event is one of the last 100; a few may come meanwhile. */
const rememberedEvents = 90;

/**
 * Sends a press that was sent before and not answered. Where so much has come since that the server may not know it
 * again, it is refused instead of risked.
 */
export async function sendPressAgain(server: Server, press: Press): Promise<Outcome> {
  if (press.what.type !== 'creation') {
    const answer = await server.ask(LatestVersionDocument, { id: press.characterId });
    if (answer.type === 'failed') return unanswered(answer);
    const { character } = answer.data;
    const latest = character?.__typename === 'Character' ? character.version : press.seenVersion;
    if (latest - press.seenVersion > rememberedEvents) {
      const advice =
        'So many changes came since that it may be stored already. Look in the history before you repeat it.';
      return { type: 'refused', advice };
    }
  }
  return await sendPress(server, press);
}

/** Sends a press once. The same press may be sent again: its key keeps it from being stored twice. */
export async function sendPress(server: Server, press: Press): Promise<Outcome> {
  const { characterId, key, what } = press;
  switch (what.type) {
    case 'change': {
      const { characterHitPoints, note } = what;
      const input = { characterId, characterHitPoints, note, idempotencyKey: key };
      return appended(await server.tell(AppendDocument, { input }));
    }
    case 'creation': {
      const { name, hitPoints } = what;
      const first = { version: 0, characterName: name, characterHitPoints: hitPoints, note: 'Created' };
      const input = { characterId, ...first, idempotencyKey: key };
      return appended(await server.tell(AppendDocument, { input }));
    }
    case 'undo': {
      // Without a key of its own the server stores it once, also if two people press at the same time.
      const answer = await server.tell(RevertDocument, { input: { characterId, version: what.version } });
      return answer.type === 'failed' ? unanswered(answer) : outcomeOf(answer.data.revertEvent);
    }
  }
}

function appended(answer: Answer<AppendMutation>): Outcome {
  return answer.type === 'failed' ? unanswered(answer) : outcomeOf(answer.data.appendEvent);
}

function outcomeOf(result: Result | null): Outcome {
  switch (result?.__typename) {
    case 'AppendEventSuccess':
      return { type: 'saved', ...result };
    case 'EventAlreadyExistsError':
      return { type: 'taken' };
    default:
      return { type: 'refused', advice: result?.message ?? 'The server gave no answer.' };
  }
}

function unanswered({ failure }: Extract<Answer<unknown>, { readonly type: 'failed' }>): Outcome {
  const again = mayBeStored(failure) ? 'Try again: it is never stored twice.' : 'Try again.';
  return { type: 'failed', advice: `${adviceOn(failure)} ${again}` };
}
