import { useEffect, useRef, useState } from 'preact/hooks';

/** Listeners for the element that somebody may be aiming at. */
type HoldListeners = {
  readonly onPointerEnter: (event: PointerEvent) => void;
  readonly onPointerLeave: (event: PointerEvent) => void;
  readonly onPointerDown: (event: PointerEvent) => void;
  readonly onPointerUp: (event: PointerEvent) => void;
  readonly onPointerCancel: (event: PointerEvent) => void;
};

/** The click of a tap comes a moment after the finger is up. */
const tapMs = 500;

/**
 * Whether somebody aims at an element: a mouse rests on it, or a finger is down in it or was a moment ago. What it
 * shows should keep its place so long.
 */
export function useHold(): { readonly held: boolean; readonly listeners: HoldListeners } {
  const [mouse, setMouse] = useState(false);
  const [finger, setFinger] = useState(false);
  const lifting = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  useEffect(() => () => clearTimeout(lifting.current), []);
  const lift = ({ pointerType }: PointerEvent): void => {
    if (pointerType !== 'touch') return;
    clearTimeout(lifting.current);
    lifting.current = setTimeout(() => setFinger(false), tapMs);
  };
  return {
    held: mouse || finger,
    listeners: {
      onPointerEnter: ({ pointerType }) => {
        if (pointerType !== 'touch') setMouse(true);
      },
      onPointerLeave: ({ pointerType }) => {
        if (pointerType !== 'touch') setMouse(false);
      },
      onPointerDown: ({ pointerType }) => {
        if (pointerType !== 'touch') return;
        clearTimeout(lifting.current);
        setFinger(true);
      },
      onPointerUp: lift,
      onPointerCancel: lift,
    },
  };
}
