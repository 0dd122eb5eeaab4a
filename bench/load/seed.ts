import { appendGroup, appendOne } from './documents.ts';

const groupSize = 100;

/** Appends so many events to a new character in groups of 100, which only this project's server takes. */
export async function seedInGroups(url: string, characterId: string, length: number): Promise<void> {
  for (let start = 0; start < length; start += groupSize) {
    const size = Math.min(groupSize, length - start);
    const events = Array.from({ length: size }, (_, nth) => eventAt(characterId, start + nth));
    await send(url, { query: appendGroup, variables: { events } });
  }
}

/** Appends so many events to a new character one by one, after the first so many at a time. */
export async function seedOneByOne(
  url: string,
  characterId: string,
  length: number,
  inFlight: number,
): Promise<void> {
  await append(url, characterId, 0);
  let next = 1;
  const lane = async () => {
    for (let version = next++; version < length; version = next++) await append(url, characterId, version);
  };
  await Promise.all(Array.from({ length: inFlight }, lane));
}

/** Appends the event of a version. */
export function append(url: string, characterId: string, version: number): Promise<void> {
  return send(url, { query: appendOne, variables: { input: eventAt(characterId, version) } });
}

function eventAt(characterId: string, version: number) {
  return {
    characterId,
    version,
    characterName: version === 0 ? 'Goblin slayer' : undefined,
    characterHitPoints: version % 2 === 0 ? 7 : -5,
    note: 'slashing damage from goblin',
  };
}

async function send(url: string, body: object): Promise<void> {
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) });
  const answer = await response.text();
  if (!/"AppendEvents?Success"/.test(answer)) throw new Error(`Expected appended events, got ${answer}`);
}
