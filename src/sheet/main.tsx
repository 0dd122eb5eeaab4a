import { render } from 'preact';
import { createServer } from './server.ts';
import { Sheet } from './sheet.tsx';

const place = document.getElementById('sheet');
if (place) render(<Sheet server={createServer()} />, place);
