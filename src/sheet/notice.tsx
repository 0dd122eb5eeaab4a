import type { ComponentChildren } from 'preact';
import { Words } from './words.tsx';

/** Why a view has nothing to show, and what to do about it. */
export function Notice(props: { readonly title: string; readonly children: ComponentChildren }) {
  return (
    <section class="notice">
      <h1>
        <Words>{props.title}</Words>
      </h1>
      {props.children}
    </section>
  );
}
