/** The button that sends what was typed. `apply` takes it as it stands, with its sign. */
export type ChangeButton = 'damage' | 'heal' | 'apply';

/** The change that was typed, or what to type instead. */
export type ChangeEntry =
  | { readonly type: 'change'; readonly characterHitPoints: number }
  | { readonly type: 'unclear'; readonly advice: string };

const largestChange = 1_000_000;

/** Reads `7`, `+5`, `-7` or `−7`. A number without a sign needs `damage` or `heal` to say which it is. */
export function readChange(typed: string, button: ChangeButton): ChangeEntry {
  const [, sign = '', digits = ''] = /^\s*([+\-−–]?)\s*(\d+)\s*$/.exec(typed) ?? [];
  if (digits === '') return unclear('Type a whole number, for instance 7, +5 or -7.');
  const amount = Number(digits);
  if (amount > largestChange) return unclear('Type a number up to 1000000.');
  if (amount === 0) return { type: 'change', characterHitPoints: 0 };
  if (sign === '') return unsigned(amount, button);
  if (sign === '+' && button === 'damage') return unclear(`+${amount} heals. Press Heal, or type ${amount}.`);
  if (sign !== '+' && button === 'heal')
    return unclear(`−${amount} is damage. Press Damage, or type ${amount}.`);
  return { type: 'change', characterHitPoints: sign === '+' ? amount : -amount };
}

function unsigned(amount: number, button: ChangeButton): ChangeEntry {
  if (button === 'apply') {
    return unclear(`Damage or healing? Press Damage or Heal, or type -${amount} or +${amount}.`);
  }
  return { type: 'change', characterHitPoints: button === 'heal' ? amount : -amount };
}

function unclear(advice: string): ChangeEntry {
  return { type: 'unclear', advice };
}
