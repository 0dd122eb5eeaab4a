import type { Line } from './history.ts';
import { signed, total } from './signed-number.ts';

/** What others changed lately. */
export type News = {
  readonly last: Line;
  readonly count: number;
  /** Something was typed meanwhile, and not sent yet. */
  readonly whileTyping: boolean;
};

/** Says in words what others changed, without taking the focus. */
export function NewsOfOthers({ news }: { readonly news: News | null }) {
  return (
    <div class="news" role="status" aria-label="Changes by others">
      {news !== null && <p>{wordsFor(news)}</p>}
    </div>
  );
}

function wordsFor({ last, count, whileTyping }: News): string {
  const note = last.note === '' ? '' : `, “${last.note}”`;
  const standing = last.state === null ? '' : ` → ${total(last.state.hitPoints)} hit points`;
  const many = count === 1 ? 'Someone else' : `${count} changes by others, the last`;
  const change = `${many}: ${signed(last.characterHitPoints)}${note}${standing}.`;
  return whileTyping ? `While you typed: ${change} What you typed is kept and will add to it.` : change;
}
