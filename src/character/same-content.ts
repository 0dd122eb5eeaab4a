import type { CharacterEvent, NewEvent } from './event.ts';

/**
 * Whether a stored event has the content that was sent, for an idempotency key that comes again. What was left out is
 * not compared; place, key and actor are no content. The content of an event that takes another back is which one, and
 * the note: what it changes follows from what has happened meanwhile.
 */
export function hasSameContent(stored: CharacterEvent, sent: NewEvent): boolean {
  return Object.values(contentComparison).every((compare) => compare(stored, sent));
}

type Comparison = (stored: CharacterEvent, sent: NewEvent) => boolean;

const isNoContent: Comparison = () => true;
const isSame =
  (field: keyof NewEvent): Comparison =>
  (stored, sent) =>
    stored[field] === (sent[field] ?? null);
const isSameIfSent =
  (field: keyof NewEvent): Comparison =>
  (stored, sent) =>
    sent[field] === undefined || stored[field] === sent[field];

/** A new field of an event does not compile until it says here whether it is content. */
const contentComparison: Readonly<Record<keyof NewEvent, Comparison>> = {
  characterId: isNoContent,
  version: isNoContent,
  characterName: isSameIfSent('characterName'),
  characterHitPoints: (stored, sent) =>
    sent.reverts !== undefined || stored.characterHitPoints === sent.characterHitPoints,
  note: isSameIfSent('note'),
  idempotencyKey: isNoContent,
  reverts: isSame('reverts'),
  actor: isNoContent,
  maximumHitPoints: isSameIfSent('maximumHitPoints'),
  temporaryHitPoints: isSameIfSent('temporaryHitPoints'),
  experience: isSameIfSent('experience'),
  archived: isSameIfSent('archived'),
};
