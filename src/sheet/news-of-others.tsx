import type { Line } from './history.ts';
import { signed, total } from './signed-number.ts';

/** What others changed lately. `whileTyping` says that something was typed and not sent meanwhile. */
export type News = { readonly lines: readonly Line[]; readonly whileTyping: boolean };

/** Says in words what others changed, without taking the focus. */
export function NewsOfOthers({ news }: { readonly news: News }) {
  return (
    <div class="news" role="status" aria-label="Changes by others">
      {news.lines.length > 0 && <p>{wordsFor(news)}</p>}
    </div>
  );
}

function wordsFor({ lines, whileTyping }: News): string {
  const last = lines.at(-1);
  if (last === undefined) return '';
  const note = last.note === '' ? '' : `, “${last.note}”`;
  const standing = last.state === null ? '' : ` → ${total(last.state.hitPoints)} hit points`;
  const many = lines.length === 1 ? 'Someone else' : `${lines.length} changes by others, the last`;
  const change = `${many}: ${signed(last.characterHitPoints)}${note}${standing}.`;
  return whileTyping ? `While you typed: ${change} What you typed is kept and will add to it.` : change;
}
