import { options, render } from 'preact';
import { createServer } from './server.ts';
import { Sheet } from './sheet.tsx';

const frameMs = 16;

// Events that come in a burst are drawn together. (Animation frames would stand still in a hidden tab.)
options.debounceRendering = (draw) => setTimeout(draw, frameMs);

const place = document.getElementById('sheet');
if (place) render(<Sheet server={createServer()} />, place);
