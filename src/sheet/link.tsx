import type { ComponentChildren, TargetedMouseEvent } from 'preact';
import { goTo } from './page-location.ts';

/** A link to another view. It opens in place, or wherever the browser is asked to open it. */
export function Link(props: {
  readonly to: string;
  readonly className: string;
  readonly children: ComponentChildren;
}) {
  const open = (event: TargetedMouseEvent<HTMLAnchorElement>): void => {
    if (event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    goTo(props.to);
  };
  return (
    <a class={props.className} href={props.to} onClick={open}>
      {props.children}
    </a>
  );
}
