import type { ComponentChildren } from 'preact';

/**
 * A text that changes in place. Browsers that translate a page put text nodes of their own in place of ours, which
 * then change no more; so each text gets an element of its own, made anew with every change. Beside other children, a
 * text that is not always there needs such an element too.
 */
export function Words({ children }: { readonly children: string }) {
  return <span key={children}>{children}</span>;
}

/** A text by people, in its own direction and not to be translated: a name, a note. */
export function Verbatim({ children }: { readonly children: string }) {
  return (
    <bdi key={children} translate={false}>
      {children}
    </bdi>
  );
}

/** A number or an amount, not to be translated. */
export function Figure(props: { readonly class?: string; readonly children: string }) {
  return (
    <span key={props.children} class={props.class} translate={false}>
      {props.children}
    </span>
  );
}

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
