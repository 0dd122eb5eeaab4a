import { coatOf, initialsOf } from './coat.ts';

/** A picture of a character made of nothing but its id and name: a colour that stays, and initials. */
export function Portrait(props: { readonly id: string; readonly name: string }) {
  const { hue, light } = coatOf(props.id);
  return (
    <span
      class="portrait"
      aria-hidden="true"
      translate={false}
      style={{ '--hue': hue, '--light': `${light}%` }}
    >
      {initialsOf(props.name)}
    </span>
  );
}
